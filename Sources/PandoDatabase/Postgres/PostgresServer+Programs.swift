extension PostgresServer {
    /// The environment in which PostgreSQL's own programs reach the server as this process does
    /// (https://www.postgresql.org/docs/15/libpq-envars.html). It holds the password, which an argument would show to everybody
    /// on the machine.
    package var programEnvironment: [String: String] {
        var environment = [
            "PGHOST": host, "PGPORT": "\(port)", "PGDATABASE": database, "PGUSER": user, "PGAPPNAME": "pando backup",
            "PGCONNECT_TIMEOUT": "\(max(2, connectTimeout.components.seconds))",
        ]
        environment["PGPASSWORD"] = password
        if host.hasPrefix("/") { return environment }
        environment["PGSSLMODE"] = tls.rawValue
        environment["PGSSLROOTCERT"] = trustedCertificates
        environment["PGSSLCERT"] = clientCertificate?.certificate
        environment["PGSSLKEY"] = clientCertificate?.key
        return environment
    }

    /// The file with the certificates of trusted authorities; nil where none is checked.
    var trustedCertificates: String? {
        if let rootCertificate { return rootCertificate }
        return tls == .verifyFull || tls == .verifyCA ? "/etc/ssl/certs/ca-certificates.crt" : nil
    }
}
