import Synchronization

/// Holds statements for PostgreSQL to what SQLite's authorizer holds those for SQLite to: a domain's own tables, and the
/// portable subset of SQL.
///
/// Each statement is prepared once on a database of SQLite in memory that has the same tables without rows. So the rule is one
/// and the same on both engines, and so are its messages.
final class PortableChecker: Sendable {
    private struct Key: Hashable {
        let actor: StatementActor
        let text: String
    }

    private struct State {
        var twin: SQLiteConnection
        /// The statements that may be run.
        var passed: Set<Key> = []
    }

    private let owners: TableOwners
    private let state: Mutex<State>
    /// Past it the set starts anew.
    private static let limit = 4096

    init(owners: TableOwners) throws(DatabaseError) {
        self.owners = owners
        state = Mutex(State(twin: try Self.empty(owners)))
    }

    private static func empty(_ owners: TableOwners) throws(DatabaseError) -> SQLiteConnection {
        try SQLiteConnection(path: ":memory:", purpose: .inMemory, rules: TableRules(owners: owners))
    }

    /// Refuses a statement that an actor may not run.
    ///
    /// - Throws: ``DatabaseError`` with code `statementRefused`.
    func check(_ text: String, as actor: StatementActor) throws(DatabaseError) {
        if actor == .system { return }
        let key = Key(actor: actor, text: text)
        let refusal = state.withLock { state -> DatabaseError? in
            if state.passed.contains(key) { return nil }
            do throws(DatabaseError) {
                _ = try state.twin.statement(text, as: actor)
            } catch {
                return error
            }
            if state.passed.count >= Self.limit { state.passed.removeAll(keepingCapacity: true) }
            state.passed.insert(key)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Makes the tables of the twin anew from those of a server.
    func load(from session: PostgresSession) throws(DatabaseError) {
        let twin = try Self.empty(owners)
        for (table, columns) in try session.tableColumns() { try twin.run("CREATE TABLE \(table) (\(columns))") }
        for (index, (table, columns)) in try session.uniqueColumns().enumerated() {
            // The targets of ON CONFLICT.
            try twin.run("CREATE UNIQUE INDEX unique_\(index) ON \(table) (\(columns))")
        }
        state.withLock { state in
            state.twin = twin
            state.passed = []
        }
    }

    /// Makes a change of a migration to the twin's tables too. Indexes are of no use there, and those of earlier migrations
    /// are not there to be dropped.
    func apply(_ change: SchemaChangeKind) throws(DatabaseError) {
        switch change {
        case .createIndex, .dropIndex: return
        case .createTable, .addColumn, .dropTable, .execute: break
        }
        let failure = state.withLock { state -> DatabaseError? in
            do throws(DatabaseError) {
                for statement in SQLiteSchema.statements(change) { try state.twin.run(statement) }
                state.passed = []
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}

extension PostgresSession {
    /// The tables that migrations have made, with their columns.
    fileprivate func tableColumns() throws(DatabaseError) -> [(String, String)] {
        try pairs(
            """
            SELECT c.relname::text, string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_class c
            JOIN pando_tables t ON t.name = c.relname
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = current_schema()::regnamespace GROUP BY c.relname
            """
        )
    }

    /// The columns of each of their unique indexes.
    fileprivate func uniqueColumns() throws(DatabaseError) -> [(String, String)] {
        try pairs(
            """
            SELECT c.relname::text, (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pando_tables t ON t.name = c.relname
            WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace
            """
        )
    }

    private func pairs(_ text: String) throws(DatabaseError) -> [(String, String)] {
        try values(text, []).compactMap { row in
            guard case .text(let first) = row[0], case .text(let second) = row[1] else { return nil }
            return (first, second)
        }
    }
}
