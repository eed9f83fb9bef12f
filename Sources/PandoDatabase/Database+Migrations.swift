extension Database {
    /// Brings the schema up to date: applies, in order, the migrations that the database does not have yet.
    ///
    /// All of them are checked before the first is applied; each is applied in a transaction of its own.
    ///
    /// - Returns: how many were applied.
    /// - Throws: ``DatabaseError``: `migrationRefused` with the domain, the migration and the fault; `schemaMismatch` where
    ///   the database is newer than the program, or an applied migration's text has changed.
    @discardableResult
    public func migrate(_ migrations: [DomainMigrations]) async throws -> Int {
        try await engine.migrate(migrations)
    }

    /// Applies migrations of a building block's own tables, whose names begin with `pando_`.
    @discardableResult
    package func migrateSystem(_ block: String, _ migrations: [Migration]) async throws -> Int {
        try await engine.migrate([DomainMigrations(domain: Migrator.system + "." + block, migrations)])
    }
}
