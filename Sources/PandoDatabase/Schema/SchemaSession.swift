/// A connection on which migrations are applied, one at a time.
protocol SchemaSession: AnyObject {
    /// All rows of a statement of Pando's own.
    func values(_ text: String, _ parameters: [SQLValue]) throws(DatabaseError) -> [[SQLValue]]

    /// Begins a transaction for one migration.
    func beginChange() throws(DatabaseError)
    func commitChange() throws(DatabaseError)
    /// Undoes the change; where the engine has done so already, there is nothing to do.
    func rollBackChange()

    /// Applies one change, on behalf of the domain whose migration it is in.
    func apply(_ change: SchemaChangeKind, as actor: StatementActor) throws(DatabaseError)

    /// The table that an index belongs to.
    func table(ofIndex name: String) throws(DatabaseError) -> String?
}

extension SchemaSession {
    /// Runs a statement of Pando's own.
    func run(_ text: String, _ parameters: [SQLValue]) throws(DatabaseError) {
        _ = try values(text, parameters)
    }

    /// The domains that have tables here, in order.
    func domains() throws(DatabaseError) -> [String] {
        try values("SELECT DISTINCT domain FROM pando_migrations ORDER BY domain", []).compactMap { row in
            guard case .text(let domain)? = row.first, !Migrator.isSystem(domain) else { return nil }
            return domain
        }
    }
}

extension SQLiteConnection: SchemaSession {
    func beginChange() throws(DatabaseError) { try run(.beginImmediate) }

    func commitChange() throws(DatabaseError) { try run(.commit) }

    func rollBackChange() { rollBack() }

    func apply(_ change: SchemaChangeKind, as actor: StatementActor) throws(DatabaseError) {
        // Only the author's own statements need the author's restrictions; the rendered ones are Pando's.
        if case .execute(let execute) = change {
            _ = try self.execute(execute.sql.text, execute.sql.values, as: actor)
        } else {
            for statement in SQLiteSchema.statements(change) { _ = try execute(statement) }
        }
    }

    func table(ofIndex name: String) throws(DatabaseError) -> String? {
        let rows = try values("SELECT tbl_name FROM sqlite_master WHERE type = 'index' AND name = ?", [.text(name)])
        guard case .text(let table)? = rows.first?.first else { return nil }
        return table
    }
}
