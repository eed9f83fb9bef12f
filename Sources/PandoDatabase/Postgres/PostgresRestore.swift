import Synchronization

/// Puts a backup in the place of a database on a server.
///
/// All of it is one transaction: what is there is moved into a schema of its own, the backup's tables are made and filled, and
/// whoever looks finds the old ones until the commit, and the new ones after it. Whatever breaks before it leaves everything as
/// it was. Tables are moved and not the schema renamed, since `public` belongs to the administrator on most servers; and no new
/// database is made and renamed, for which a user needs rights that managed servers do not give. What it needs is that the user
/// owns the tables and may make a schema (`CREATE` on the database).
///
/// While it lives, no process opens the database. Steps are called one after the other; each blocks a thread of its own.
package final class PostgresRestore: Sendable {
    private let server: PostgresServer
    private let seal: BackupSeal
    private let session: Mutex<PostgresSession>
    private let interrupter: PostgresInterrupter?
    /// What the replaced database says of its numbers, with the first number that it had not given out.
    private let replacedOrigin: (origin: PostgresOrigin, next: Int64)?
    /// The schema that keeps what is replaced; nil where there was nothing.
    package let replaced: String?

    /// Connects, keeps everybody else out, and moves what is there aside, in a transaction that ``commit()`` ends.
    ///
    /// - Throws: ``DatabaseError``: `busy` where a process has the database open, `schemaMismatch` where the backup is of
    ///   another schema, `accessDenied` where the user may not make a schema.
    package static func begin(_ seal: BackupSeal, on server: PostgresServer) async throws -> PostgresRestore {
        try await onThread { try PostgresRestore(seal, server) }
    }

    private init(_ seal: BackupSeal, _ server: PostgresServer) throws(DatabaseError) {
        guard seal.schema == server.schema else {
            throw DatabaseError(
                .schemaMismatch,
                "the backup is of the schema \(seal.schema), and this database is in \(server.schema)"
            )
        }
        let limits = ["lock_timeout": "5000", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"]
        let session = try PostgresSession(server, limits: limits)
        try session.beginExclusiveUse()
        self.server = server
        self.seal = seal
        interrupter = session.interrupter()
        replacedOrigin = try session.replacedOrigin()
        try session.run("BEGIN ISOLATION LEVEL READ COMMITTED")
        replaced = try session.setAside()
        self.session = Mutex(session)
    }

    /// Makes what a script defines: tables first, and when they are filled their keys and indexes.
    package func runDefinitions(_ script: String) async throws {
        try await onSession { session throws(DatabaseError) in try session.runDefinitions(script) }
    }

    /// Fills the tables by a script that is read from a descriptor until its end.
    package func runRows(from descriptor: Int32, onTable: @escaping @Sendable () -> Void) async throws {
        try await onSession { session throws(DatabaseError) in
            try session.runRows(from: descriptor, onTable: onTable)
        }
    }

    /// Makes the restored database the one that is found from now on.
    ///
    /// - Throws: ``DatabaseError``, `outcomeUnknown` where the connection was lost in the commit.
    package func commit() async throws {
        // Not to be stopped: whether a commit that was stopped has happened is not known.
        try await onThread { [self] in try session.withLock { session in try commit(session) } }
    }

    private func commit(_ session: PostgresSession) throws(DatabaseError) {
        try session.run(PostgresOrigin.table(in: server.schema))
        try session.write(try origin(on: session))
        do throws(DatabaseError) {
            try session.run("COMMIT")
        } catch  where error.code == .unavailable {
            throw DatabaseError(
                .outcomeUnknown,
                "the connection was lost in the commit: restore again, or look which schemas there are",
                underlying: error
            )
        }
        // For the planner, which knows nothing of new tables; they are right without it.
        for table in (try? session.tables()) ?? [] { try? session.run("ANALYZE \(table)") }
    }

    /// Where the restored database's numbers begin: after all that are in the backup, that its original may have given out, and
    /// that the replaced one has given out. On the server that the backup is from, they are higher by themselves.
    private func origin(on session: PostgresSession) throws(DatabaseError) -> PostgresOrigin {
        let cluster = try session.cluster()
        var origin = PostgresOrigin(
            incarnation: max(seal.incarnation, replacedOrigin?.origin.incarnation ?? 0) + 1,
            transaction: max(seal.transaction, replacedOrigin?.origin.transaction ?? 0),
            cluster: cluster
        )
        let isAtHome = cluster != 0 && cluster == seal.cluster
        let running = try session.currentTransaction()
        origin.rise(to: seal.nextTransaction + (isAtHome ? 0 : PostgresOrigin.margin), at: running)
        if let replacedOrigin { origin.rise(to: replacedOrigin.next, at: running) }
        return origin
    }

    /// Runs a step on a thread of its own; a cancelled task stops the statement in progress.
    private func onSession(_ step: @escaping @Sendable (PostgresSession) throws(DatabaseError) -> Void) async throws {
        try await withTaskCancellationHandler {
            try await onThread { [self] in
                try session.withLock { session throws(DatabaseError) in try step(session) }
            }
        } onCancel: {
            interrupter?.interrupt()
        }
    }
}

extension PostgresSession {
    /// See ``PostgresRestore``; nil where there is no database of ours.
    fileprivate func replacedOrigin() throws(DatabaseError) -> (origin: PostgresOrigin, next: Int64)? {
        guard try hasTable("pando_migrations") else { return nil }
        let origin = try origin() ?? PostgresOrigin()
        let running = try currentTransaction()
        return (origin, max(running + origin.transaction, try highestTransaction()) + 1)
    }

    /// Moves everything in the schema to one that is made for it; its name, or nil where there is nothing.
    fileprivate func setAside() throws(DatabaseError) -> String? {
        // Looked for first: to make it takes a right that not every user has.
        if try texts("SELECT nspname::text FROM pg_namespace WHERE nspname = ?", [.text(schema)]).isEmpty {
            try run("CREATE SCHEMA \(schema.quotedIdentifier)")
        }
        let objects = try texts(Self.objects, [.text(schema)])
        if objects.isEmpty { return nil }
        guard try integer("SELECT has_database_privilege(current_database(), 'CREATE')::int") == 1 else {
            throw DatabaseError(
                .accessDenied,
                "\(server.user) may make no schema for what is replaced: "
                    + "GRANT CREATE ON DATABASE \(server.database.quotedIdentifier) TO \(server.user.quotedIdentifier)"
            )
        }
        let name = try freeName()
        do throws(DatabaseError) {
            try run("CREATE SCHEMA \(name.quotedIdentifier)")
            for object in objects { try run("ALTER \(object) SET SCHEMA \(name.quotedIdentifier)") }
        } catch  where error.code == .busy {
            try? run("ROLLBACK")
            throw DatabaseError(
                .busy,
                "tables of the database \(server.name) are in use: end that first (\(try usersOfTables()))",
                underlying: error
            )
        }
        return name
    }

    /// A name that no schema has: names have at most 63 bytes.
    private func freeName() throws(DatabaseError) -> String {
        let time = try texts("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD\"_\"HH24MISS')", []).first ?? ""
        let stem = "\(String(schema.prefix(30)))_replaced_\(time)"
        var (name, number) = (stem, 1)
        while try !texts("SELECT nspname::text FROM pg_namespace WHERE nspname = ?", [.text(name)]).isEmpty {
            number += 1
            name = "\(stem)_\(number)"
        }
        return name
    }

    /// The tables of the schema.
    fileprivate func tables() throws(DatabaseError) -> [String] {
        try texts(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                + "WHERE n.nspname = ? AND c.relkind = 'r'",
            [.text(schema)]
        )
    }

    /// What is in a schema and is moved by itself: not indexes, nor sequences of columns, nor what belongs to an extension.
    private static let objects = """
        WITH space AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = ?)
        SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END || ' ' || format('%I.%I', s.nspname, c.relname)
        FROM pg_class c JOIN space s ON s.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (SELECT 1 FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i')))
        UNION ALL
        SELECT 'ROUTINE ' || format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT 1 FROM pg_depend d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
        UNION ALL
        SELECT 'TYPE ' || format('%I.%I', s.nspname, t.typname)
        FROM pg_type t JOIN space s ON s.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND NOT EXISTS (SELECT 1 FROM pg_depend d
            WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
        """

    private func texts(_ text: String, _ parameters: [SQLValue]) throws(DatabaseError) -> [String] {
        try values(text, parameters).compactMap { row in
            if case .text(let text)? = row.first { text } else { nil }
        }
    }
}
