import GRDBSQLite
import Synchronization

/// Which domain owns which table, known to every connection of a database.
final class TableOwners: Sendable {
    private let owners = Mutex<[String: String]>([:])

    /// The owner of a table, if it was made by a migration.
    func owner(of table: String) -> String? { owners.withLock { $0[table] } }

    /// Replaces the whole map, after migrations.
    func replace(_ map: [String: String]) { owners.withLock { $0 = map } }

    /// Names one more table while its migration runs.
    func add(_ table: String, owner: String) { owners.withLock { $0[table] = owner } }
}

/// The rules of one connection's authorizer: what a statement may touch, asked once, when it is prepared.
///
/// Beyond table ownership it holds authors to the portable subset: no PRAGMA, no transaction control, no schema change
/// outside of migrations, and only functions that every SQL engine has with the same meaning.
final class TableRules {
    private let owners: TableOwners
    private var actor = StatementActor.system
    /// Why the last statement was refused.
    private(set) var refusal: String?

    init(owners: TableOwners) {
        self.owners = owners
    }

    func begin(_ actor: StatementActor) {
        self.actor = actor
        refusal = nil
    }

    func end() {
        actor = .system
    }

    /// Answers the authorizer (https://www.sqlite.org/c3ref/c_alter_table.html lists actions and their arguments).
    func allows(_ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?) -> Bool {
        if actor == .system { return true }
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return true
        case SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE: return allowsTable(text(first))
        case SQLITE_FUNCTION: return allowsFunction(text(second))
        case SQLITE_CREATE_TABLE, SQLITE_REINDEX: return allowsSchemaChange()
        case SQLITE_DROP_TABLE: return allowsSchemaChange() && allowsTable(text(first))
        case SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX: return allowsSchemaChange() && allowsTable(text(second))
        case SQLITE_ALTER_TABLE: return allowsSchemaChange() && allowsTable(text(second))
        default: return refuse("this kind of statement is not for applications")
        }
    }

    private func allowsTable(_ table: String) -> Bool {
        if table.isEmpty { return true }
        if table == "sqlite_master" || table == "sqlite_sequence", case .migration = actor { return true }
        if table.hasPrefix("sqlite_") || table.hasPrefix("pando_") {
            return refuse("table '\(table)' is internal to Pando")
        }
        let domain: String
        switch actor {
        case .system, .program: return true
        case .domain(let name), .migration(let name): domain = name
        }
        guard let owner = owners.owner(of: table) else {
            if case .migration = actor { return true }
            return refuse("table '\(table)' belongs to no domain: create it in a migration of domain '\(domain)'")
        }
        return owner == domain
            || refuse(
                "domain '\(domain)' may not touch table '\(table)' of domain '\(owner)': call that domain's interface "
                    + "or consume its events"
            )
    }

    private func allowsSchemaChange() -> Bool {
        if case .migration = actor { return true }
        return refuse("the schema changes in migrations only")
    }

    private func allowsFunction(_ name: String) -> Bool {
        if Self.portableFunctions.contains(name.lowercased()) { return true }
        if case .migration = actor, name.hasPrefix("sqlite_") { return true }
        return refuse("function '\(name)' is not in the portable subset")
    }

    private func refuse(_ why: String) -> Bool {
        refusal = why
        return false
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    /// Functions with the same name and meaning in SQLite and PostgreSQL. `round` is none: they round halves, and to decimal
    /// places, in different ways; nor is `sign`, whose result is an integer in one and a double in the other.
    private static let portableFunctions: Set<String> = [
        "abs", "avg", "ceil", "coalesce", "count", "cume_dist", "dense_rank", "first_value", "floor", "lag",
        "last_value",
        "lead", "length", "like", "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif", "percent_rank",
        "rank",
        "replace", "row_number", "rtrim", "substr", "sum", "trim", "upper",
    ]
}
