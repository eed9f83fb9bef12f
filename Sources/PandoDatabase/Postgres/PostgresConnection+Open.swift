import CPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PostgresServer {
    /// Opens a connection. Blocks: for a thread that may.
    ///
    /// - Parameter limits: settings of the session, by name.
    /// - Throws: ``DatabaseError``: `unavailable`, `accessDenied`, `schemaMismatch` where the server is too old, not in UTF-8,
    ///   or takes no writes.
    func connect(_ limits: [String: String]) throws(DatabaseError) -> OpaquePointer {
        let parameters = parameters(limits)
        let handle = withCStrings(parameters.map(\.0)) { names in
            withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(names, values, 0) }
        }
        guard let handle else { throw DatabaseError(.unavailable, "libpq has no memory for a connection") }
        do throws(DatabaseError) {
            guard PQstatus(handle) == CONNECTION_OK else { throw refusal(handle) }
            try check(handle)
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private func parameters(_ limits: [String: String]) -> [(String, String)] {
        var settings = limits
        settings["search_path"] = schema
        settings["TimeZone"] = "UTC"
        settings["standard_conforming_strings"] = "on"
        // Queries of services are short: compiling them costs more than it gains.
        settings["jit"] = "off"
        let options = settings.sorted { $0.key < $1.key }.map { "-c \($0.key)=\($0.value.escapedOption)" }
        var parameters = [
            ("host", host), ("port", "\(port)"), ("dbname", database), ("user", user),
            // With the process, for whoever looks in the server for who is connected.
            ("application_name", "pando \(getpid())"), ("client_encoding", "UTF8"),
            ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
            ("tcp_user_timeout", "10000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("options", options.joined(separator: " ")),
        ]
        if let password { parameters.append(("password", password)) }
        if host.hasPrefix("/") { return parameters }
        parameters.append(("sslmode", tls.rawValue))
        if let trustedCertificates { parameters.append(("sslrootcert", trustedCertificates)) }
        if let clientCertificate {
            parameters.append(("sslcert", clientCertificate.certificate))
            parameters.append(("sslkey", clientCertificate.key))
        }
        return parameters
    }

    private func refusal(_ handle: OpaquePointer) -> DatabaseError {
        let text = String(cString: PQerrorMessage(handle)).trimmingSpaces
        // libpq gives no SQLSTATE of a failed connection, and the server's words are in the client's language or English.
        let isDenied =
            PQconnectionNeedsPassword(handle) == 1
            || [
                "authentication failed", "no pg_hba.conf entry", "certificate", "permission denied",
                "no password supplied", "role \"\(user)\" does not exist", "not permitted to log in",
            ]
            .contains { text.contains($0) }
        if isDenied { return DatabaseError(.accessDenied, "no connection to \(name): \(text)") }
        guard
            ["too many clients", "too many connections", "connection slots are reserved"].contains(where: text.contains)
        else { return DatabaseError(.unavailable, "no connection to \(name): \(text)") }
        return DatabaseError(
            .busy,
            "no connection to \(name): \(text); raise max_connections of the server, or lower maximumConnections of the nodes"
        )
    }

    private func check(_ handle: OpaquePointer) throws(DatabaseError) {
        let version = PQserverVersion(handle)
        guard version >= 140_000 else {
            throw DatabaseError(
                .schemaMismatch,
                "\(name) is PostgreSQL \(version / 10_000); Pando needs 14 or newer: upgrade the server"
            )
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "unknown"
        guard encoding == "UTF8" else {
            throw DatabaseError(
                .schemaMismatch,
                "\(name) has the encoding \(encoding); make the database with ENCODING 'UTF8' TEMPLATE template0"
            )
        }
        for setting in ["in_hot_standby", "default_transaction_read_only"] {
            guard PQparameterStatus(handle, setting).map({ String(cString: $0) }) == "on" else { continue }
            throw DatabaseError(.unavailable, "\(name) takes no writes (\(setting) is on): name the primary")
        }
    }
}

extension PostgresConnection {
    /// Opens a connection. Blocks: for a thread that may.
    static func open(
        _ server: PostgresServer,
        limits: [String: String],
        incarnation: PostgresIncarnation,
        wakePoller: @escaping @Sendable () -> Void,
        onNotification: (@Sendable (String) -> Void)? = nil
    ) throws(DatabaseError) -> PostgresConnection {
        let session = try PostgresSession(server, limits: limits)
        let timeline = try session.withLimit(max(.seconds(2), server.connectTimeout)) { () throws(DatabaseError) in
            for control in PostgresControl.allCases { try session.prepare(control.name, control.text) }
            try session.beginUse()
            return try incarnation.timeline(of: session)
        }
        let age = server.maximumAge * Double.random(in: 0.9...1.1)
        return PostgresConnection(
            owning: session.release(),
            timeline: timeline,
            expiresAt: .now + age,
            wakePoller: wakePoller,
            onNotification: onNotification
        )
    }
}

extension String {
    /// As a value in libpq's `options`, where a space and a backslash need one before them.
    fileprivate var escapedOption: String {
        String(flatMap { $0 == " " || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}

/// Calls `body` with a list of C strings that ends with a null pointer.
private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    let copies = strings.map { string in
        let text = string.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
        text.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress!, count: $0.count) }  // It has its zero.
        return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    let pointers = copies.map { UnsafePointer($0) as UnsafePointer<CChar>? } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }  // It ends with the null.
}
