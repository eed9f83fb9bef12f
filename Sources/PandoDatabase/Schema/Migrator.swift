import Crypto

/// Applies migrations, each in a transaction of its own together with the record that it was applied.
struct Migrator {
    /// The owner of Pando's own tables, and the prefix of its blocks' owners.
    static let system = ".system"

    /// Whether an owner is Pando itself or one of its blocks; names of domains have no dot.
    static func isSystem(_ domain: String) -> Bool { domain.hasPrefix(system) }

    let domain: String
    let migrations: [Migration]

    init(_ migrations: DomainMigrations) {
        domain = migrations.domain
        self.migrations = migrations.migrations
    }

    /// Checks the numbering and each migration's text.
    func validate() throws(DatabaseError) {
        for (index, migration) in migrations.enumerated() {
            guard migration.number == index + 1 else {
                throw DatabaseError(
                    .migrationRefused,
                    "domain '\(domain)': migration '\(migration.name)' has number \(migration.number) in place \(index + 1); "
                        + "number them 1, 2, 3 in order"
                )
            }
            try migration.validate(in: domain)
        }
    }

    /// Applies what is not applied yet. Blocks.
    ///
    /// - Returns: how many migrations were applied.
    func run(on session: some SchemaSession, owners: TableOwners) throws -> Int {
        let applied = try session.values(
            "SELECT number, name, checksum FROM pando_migrations WHERE domain = ? ORDER BY number",
            [.text(domain)]
        )
        for (row, migration) in zip(applied, migrations) where row[2] != .bytes(checksum(migration)) {
            throw DatabaseError(
                .schemaMismatch,
                "migration \(migration.number) '\(migration.name)' of domain '\(domain)' was applied with another text: "
                    + "restore that text, and make the change in a new migration"
            )
        }
        guard applied.count <= migrations.count else {
            throw DatabaseError(
                .schemaMismatch,
                "the database has \(applied.count) migrations of domain '\(domain)', this program knows "
                    + "\(migrations.count): it is older than the database; start the newer program"
            )
        }
        return try migrations[applied.count...].count { try apply($0, on: session, owners: owners) }
    }

    /// - Returns: false where another process has been faster.
    private func apply(_ migration: Migration, on session: some SchemaSession, owners: TableOwners) throws -> Bool {
        try session.beginChange()
        do {
            // Only now can no other process apply it.
            guard try !isApplied(migration, on: session) else {
                session.rollBackChange()
                try owners.load(from: session)
                return false
            }
            for change in migration.changes { try apply(change.change, on: session, owners: owners) }
            try session.run(
                "INSERT INTO pando_migrations (domain, number, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(domain), .integer(Int64(migration.number)), .text(migration.name),
                    .bytes(checksum(migration)), Instant.now.sqlValue,
                ]
            )
            try session.commitChange()
        } catch {
            session.rollBackChange()
            try owners.load(from: session)
            throw DatabaseError(
                .migrationRefused,
                "migration \(migration.number) '\(migration.name)' of domain '\(domain)' failed and was rolled back",
                underlying: error
            )
        }
        try owners.load(from: session)
        return true
    }

    private func isApplied(_ migration: Migration, on session: some SchemaSession) throws -> Bool {
        let rows = try session.values(
            "SELECT checksum FROM pando_migrations WHERE domain = ? AND number = ?",
            [.text(domain), .integer(Int64(migration.number))]
        )
        guard let row = rows.first else { return false }
        guard row[0] == .bytes(checksum(migration)) else {
            throw DatabaseError(.schemaMismatch, "another program has applied another text of it meanwhile")
        }
        return true
    }

    private func apply(_ change: SchemaChangeKind, on session: some SchemaSession, owners: TableOwners) throws {
        let actor: StatementActor = Self.isSystem(domain) ? .system : .migration(domain)
        if case .createTable(let table) = change {
            if let owner = owners.owner(of: table.name), owner != domain {
                throw DatabaseError(.statementRefused, "table '\(table.name)' belongs to domain '\(owner)'")
            }
            try checkReferences(table, owners)
            try session.run(
                "INSERT INTO pando_tables (name, domain, shard_key) VALUES (?, ?, ?)",
                [.text(table.name), .text(domain), shardKey(table)]
            )
            owners.add(table.name, owner: domain)
        }
        if case .createIndex(let index) = change { try checkOwner(index.table, owners) }
        if case .dropIndex(let index) = change {
            guard let table = try session.table(ofIndex: index.name) else {
                throw DatabaseError(.statementRefused, "there is no index '\(index.name)'")
            }
            try checkOwner(table, owners)
        }
        if case .addColumn(let addition) = change { try checkOwner(addition.table, owners) }
        if case .dropTable(let table) = change {
            try checkOwner(table.name, owners)
            try session.run("DELETE FROM pando_tables WHERE name = ?", [.text(table.name)])
        }
        try session.apply(change, as: actor)
    }

    private func checkReferences(_ table: CreateTable, _ owners: TableOwners) throws(DatabaseError) {
        for case .references(let reference) in table.elements where reference.table != table.name {
            try checkOwner(reference.table, owners)
        }
    }

    private func checkOwner(_ table: String, _ owners: TableOwners) throws(DatabaseError) {
        guard let owner = owners.owner(of: table) else {
            throw DatabaseError(.statementRefused, "there is no table '\(table)'")
        }
        guard owner == domain else {
            throw DatabaseError(
                .statementRefused,
                "domain '\(domain)' may not touch table '\(table)' of domain '\(owner)'"
            )
        }
    }

    private func shardKey(_ table: CreateTable) -> SQLValue {
        switch table.sharding {
        case .by(let column): .text(column)
        case .reference: .null
        }
    }

    /// SHA-256 over a canonical form of the migration's changes, the same on every engine.
    private func checksum(_ migration: Migration) -> [UInt8] {
        var text = ""
        for change in migration.changes {
            text += SQLiteSchema.statements(change.change).joined(separator: ";\n") + ";\n"
            if case .createTable(let table) = change.change { text += "-- \(table.sharding)\n" }
            if case .execute(let execute) = change.change { text += "-- \(execute.sql.values)\n" }
        }
        return Array(SHA256.hash(data: Array(text.utf8)))
    }
}

extension TableOwners {
    /// Reads the owners from the database.
    func load(from session: some SchemaSession) throws(DatabaseError) {
        var map: [String: String] = [:]
        for row in try session.values("SELECT name, domain FROM pando_tables", []) {
            if case .text(let name) = row[0], case .text(let domain) = row[1] { map[name] = domain }
        }
        replace(map)
    }
}

extension SQLiteConnection {
    /// Rolls back what is open; where the engine has done so already, there is nothing to do.
    func rollBack() {
        if isInTransaction { try? run(.rollBack) }
    }

    /// Makes the tables that migrations themselves need.
    func bootstrap() throws(DatabaseError) {
        try run(.beginImmediate)
        do {
            try run(
                """
                CREATE TABLE IF NOT EXISTS pando_position (
                    timeline INTEGER NOT NULL, sequence INTEGER NOT NULL, singleton INTEGER PRIMARY KEY CHECK (singleton = 1)
                ) STRICT
                """
            )
            try run("INSERT INTO pando_position VALUES (1, 0, 1) ON CONFLICT DO NOTHING")
            try run(
                """
                CREATE TABLE IF NOT EXISTS pando_migrations (
                    domain TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, checksum BLOB NOT NULL,
                    applied_at INTEGER NOT NULL, PRIMARY KEY (domain, number)
                ) STRICT, WITHOUT ROWID
                """
            )
            try run(
                """
                CREATE TABLE IF NOT EXISTS pando_tables (
                    name TEXT PRIMARY KEY, domain TEXT NOT NULL, shard_key TEXT
                ) STRICT, WITHOUT ROWID
                """
            )
            try run(.commit)
        } catch {
            rollBack()
            throw error
        }
    }
}
