extension PostgresSession: SchemaSession {
    func beginChange() throws(DatabaseError) { try run("BEGIN") }

    func commitChange() throws(DatabaseError) { try run("COMMIT") }

    func rollBackChange() {
        // Where the connection is lost, so is the change.
        try? run("ROLLBACK")
    }

    func apply(_ change: SchemaChangeKind, as actor: StatementActor) throws(DatabaseError) {
        if case .execute(let execute) = change {
            try checker?.check(execute.sql.text, as: actor)
            _ = try self.execute(execute.sql.text, execute.sql.values)
        } else {
            for statement in PostgresSchema.statements(change) { try run(statement) }
            try checker?.apply(change)
        }
    }

    func table(ofIndex name: String) throws(DatabaseError) -> String? {
        let rows = try values(
            "SELECT tablename::text FROM pg_indexes WHERE schemaname = current_schema() AND indexname = ?",
            [.text(name)]
        )
        guard case .text(let table)? = rows.first?.first else { return nil }
        return table
    }

    /// Lets one process at a time change the schema; others wait.
    func withMigrationLock<R>(_ work: () throws -> R) throws -> R {
        try run("SELECT pg_advisory_lock(hashtextextended('pando migrations ' || current_schema(), 0))")
        // The lock ends with the session at the latest.
        defer { try? run("SELECT pg_advisory_unlock(hashtextextended('pando migrations ' || current_schema(), 0))") }
        return try work()
    }

    /// Makes the schema, and the tables that migrations themselves need.
    func bootstrap() throws(DatabaseError) {
        // The schema is looked for first: to make it takes a right that not every user has. Two that make it at the same time
        // are told apart by the lock, which ends with the transaction.
        try run(
            """
            BEGIN;
            SELECT pg_advisory_xact_lock(hashtextextended('pando bootstrap', 0));
            DO $$ BEGIN
                IF to_regnamespace(\(schema.quotedIdentifier.quotedLiteral)) IS NULL THEN
                    CREATE SCHEMA \(schema.quotedIdentifier);
                END IF;
            END $$;
            CREATE TABLE IF NOT EXISTS pando_migrations (
                domain text COLLATE "C" NOT NULL, number integer NOT NULL, name text NOT NULL, checksum bytea NOT NULL,
                applied_at timestamptz NOT NULL, PRIMARY KEY (domain, number)
            );
            CREATE TABLE IF NOT EXISTS pando_tables (
                name text COLLATE "C" PRIMARY KEY, domain text COLLATE "C" NOT NULL, shard_key text
            );
            \(PostgresOrigin.table(in: schema));
            COMMIT
            """
        )
    }
}
