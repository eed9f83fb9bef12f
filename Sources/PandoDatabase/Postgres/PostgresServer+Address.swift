import CPostgres

extension PostgresServer {
    /// Reads an address as PostgreSQL's own tools take it: `postgresql://user@host:5432/database?sslmode=verify-full`, or
    /// `host=… dbname=… user=…`.
    ///
    /// Known are host, port, dbname, user, password, sslmode, sslrootcert, sslcert and sslkey
    /// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
    ///
    /// - Throws: ``DatabaseError`` with code `misused`, which names what is wrong but never the password.
    public init(address: String) throws(DatabaseError) {
        var options = try Self.options(of: address)
        let host = options.removeValue(forKey: "host") ?? "localhost"
        let user = options.removeValue(forKey: "user")
        guard let user else { throw Self.invalid("it names no user") }
        let port = Int(options.removeValue(forKey: "port") ?? "5432")
        guard let port, (1...65_535).contains(port) else { throw Self.invalid("the port is not 1 to 65535") }
        self.init(host: host, port: port, database: options.removeValue(forKey: "dbname") ?? user, user: user)
        password = options.removeValue(forKey: "password")
        if let mode = options.removeValue(forKey: "sslmode") {
            guard let tls = TLS(rawValue: mode) else {
                throw Self.invalid(
                    "sslmode '\(mode)' is not one of \(TLS.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            self.tls = tls
        }
        rootCertificate = options.removeValue(forKey: "sslrootcert")
        if let certificate = options.removeValue(forKey: "sslcert"), let key = options.removeValue(forKey: "sslkey") {
            clientCertificate = (certificate, key)
        }
        if let unknown = options.keys.sorted().first { throw Self.invalid("'\(unknown)' is not known here") }
    }

    private static func options(of address: String) throws(DatabaseError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(address, &message) else {
            defer { message.map { PQfreemem($0) } }
            // libpq's words repeat parts of the address, which may hold the password.
            throw invalid("libpq cannot read it; percent-encode special characters of the password")
        }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return options
    }

    private static func invalid(_ what: String) -> DatabaseError {
        DatabaseError(.misused, "the address of the PostgreSQL server is not valid: \(what)")
    }
}
