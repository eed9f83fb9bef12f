#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who uses a database: every connection of a process holds a lock in shared mode until it ends, and a restore the same one
/// exclusively (https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS).
extension PostgresSession {
    private var useKey: String { "hashtextextended(\("pando in use \(schema)".quotedLiteral), 0)" }

    /// Says that the database is in use, until the connection ends.
    ///
    /// - Throws: ``DatabaseError`` with code `busy` while it is being restored.
    func beginUse() throws(DatabaseError) {
        guard try integer("SELECT pg_try_advisory_lock_shared(\(useKey))::int") == 1 else {
            throw DatabaseError(.busy, "the database \(server.name) is being restored: wait until that is done")
        }
    }

    /// Keeps everybody else out, until the connection ends. Blocks for up to two seconds, since the server takes a moment to
    /// notice that a process which has just ended is gone.
    ///
    /// - Throws: ``DatabaseError`` with code `busy`, which names who uses the database.
    func beginExclusiveUse() throws(DatabaseError) {
        for _ in 0..<40 {
            // Asked for again and again: who waits for it in the server keeps others out already.
            if try integer("SELECT pg_try_advisory_lock(\(useKey))::int") == 1 { return }
            usleep(50_000)
        }
        throw DatabaseError(
            .busy,
            "the database \(server.name) is open in a running process: stop it first (\(try users()))"
        )
    }

    /// The connections that hold the lock, for a person. A bigint's halves are in two columns (pg_locks, `objsubid` 1).
    private func users() throws(DatabaseError) -> String {
        try list(
            """
            SELECT \(Self.connection) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (l.classid::bigint << 32 | l.objid::bigint) = \(useKey)
            ORDER BY a.backend_start LIMIT 5
            """
        )
    }

    /// Other connections that work on tables of the schema, for a person.
    func usersOfTables() throws(DatabaseError) -> String {
        try list(
            """
            SELECT DISTINCT \(Self.connection) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            JOIN pg_class c ON c.oid = l.relation
            WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relnamespace = to_regnamespace(?)
            LIMIT 5
            """,
            [.text(schema.quotedIdentifier)]
        )
    }

    private static let connection = """
        'server process ' || a.pid || ', ' || coalesce(nullif(a.application_name, ''), 'no name') || ', '
            || coalesce('from ' || host(a.client_addr) || ':' || a.client_port, 'by the Unix socket')
            || coalesce(', since ' || to_char(a.backend_start, 'HH24:MI:SS'), '')
        """

    private func list(_ text: String, _ parameters: [SQLValue] = []) throws(DatabaseError) -> String {
        let names = try values(text, parameters).compactMap { row in
            if case .text(let name)? = row.first { name } else { nil }
        }
        return names.isEmpty ? "the server does not say which" : names.joined(separator: "; ")
    }
}
