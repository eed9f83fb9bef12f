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

    /// The programs that hold the lock, for a person. A bigint's halves are in two columns (pg_locks, `objsubid` 1).
    private func users() throws(DatabaseError) -> String {
        try list(
            """
            WHERE l.locktype = 'advisory' AND l.objsubid = 1
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (l.classid::bigint << 32 | l.objid::bigint) = \(useKey)
            """
        )
    }

    /// Other programs that work on tables of the schema, for a person.
    func usersOfTables() throws(DatabaseError) -> String {
        try list(
            """
            JOIN pg_class c ON c.oid = l.relation
            WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND c.relnamespace = to_regnamespace(\(schema.quotedIdentifier.quotedLiteral))
            """
        )
    }

    /// Names the holders of locks: each program once, with one of its connections.
    private func list(_ condition: String) throws(DatabaseError) -> String {
        let rows = try values(
            """
            SELECT coalesce(nullif(a.application_name, ''), 'a program without a name')
                || coalesce(' from ' || host(a.client_addr), ' by the Unix socket') || ', server process ' || min(a.pid)
                || coalesce(', since ' || to_char(min(a.backend_start), 'YYYY-MM-DD HH24:MI:SS'), '')
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND l.granted AND l.pid <> pg_backend_pid()
            \(condition)
            GROUP BY a.application_name, a.client_addr ORDER BY min(a.backend_start) LIMIT 5
            """,
            []
        )
        let names = rows.compactMap { row in if case .text(let name)? = row.first { name } else { nil } }
        return names.isEmpty ? "the server does not say by whom" : names.joined(separator: "; ")
    }
}
