/// One numbered step of a domain's schema, applied once, in order, and never changed afterwards.
///
/// ```swift
/// Migration(1, "create hotels") {
///     CreateTable("hotels", sharding: .reference) {
///         Column("id", .identifier)
///         Column("name", .text)
///         PrimaryKey("id")
///     }
/// }
/// ```
public struct Migration: Sendable {
    let number: Int
    let name: String
    let changes: [any SchemaChange]

    /// Describes a migration.
    ///
    /// - Parameters:
    ///   - number: 1, 2, 3 and so on within the domain, without gaps.
    ///   - name: What it does, in a few words.
    ///   - changes: What it changes, in order; at least one change.
    public init(_ number: Int, _ name: String, @MigrationBuilder _ changes: () -> [any SchemaChange]) {
        self.number = number
        self.name = name
        self.changes = changes()
    }
}

/// The migrations of one domain, in order.
public struct DomainMigrations: Sendable {
    let domain: String
    let migrations: [Migration]

    /// Names the domain that will own the tables.
    public init(domain: String, _ migrations: [Migration]) {
        self.domain = domain
        self.migrations = migrations
    }
}

/// A part of a migration.
public protocol SchemaChange: Sendable {
    /// How the change is rendered and checked.
    var change: SchemaChangeKind { get }
}

/// The closed set of schema changes, for the renderers of the engines.
public enum SchemaChangeKind: Sendable {
    /// Makes a table.
    case createTable(CreateTable)
    /// Adds a column.
    case addColumn(AddColumn)
    /// Makes an index.
    case createIndex(CreateIndex)
    /// Removes an index.
    case dropIndex(DropIndex)
    /// Removes a table with its rows.
    case dropTable(DropTable)
    /// Changes rows.
    case execute(Execute)
}

/// Where the rows of a table live when the database is split (rung 9). It is declared from the first day.
public enum Sharding: Sendable, Hashable {
    /// On the shard of this column's value.
    case by(String)
    /// A copy on every shard; small, seldom written.
    case reference
}

/// Makes a table. Its name is the domain's to choose, but unique in the program.
public struct CreateTable: SchemaChange {
    let name: String
    let sharding: Sharding
    let elements: [TableElementKind]

    /// Describes a table.
    public init(_ name: String, sharding: Sharding, @TableBuilder _ elements: () -> [any TableElement]) {
        self.name = name
        self.sharding = sharding
        self.elements = elements().map(\.element)
    }

    /// This change.
    public var change: SchemaChangeKind { .createTable(self) }
}

/// Adds a column; a required one needs a default.
public struct AddColumn: SchemaChange {
    let table: String
    let column: Column

    /// Names the table and the column.
    public init(_ table: String, _ column: Column) {
        self.table = table
        self.column = column
    }

    /// This change.
    public var change: SchemaChangeKind { .addColumn(self) }
}

/// Makes an index.
public struct CreateIndex: SchemaChange {
    let name: String
    let table: String
    let columns: [String]

    /// Names the index, its table and its columns in order.
    public init(_ name: String, on table: String, _ columns: String...) {
        self.name = name
        self.table = table
        self.columns = columns
    }

    /// This change.
    public var change: SchemaChangeKind { .createIndex(self) }
}

/// Removes an index.
public struct DropIndex: SchemaChange {
    let name: String

    /// Names the index.
    public init(_ name: String) {
        self.name = name
    }

    /// This change.
    public var change: SchemaChangeKind { .dropIndex(self) }
}

/// Removes a table with its rows. The version of the program before this one must not need it any more.
public struct DropTable: SchemaChange {
    let name: String

    /// Names the table.
    public init(_ name: String) {
        self.name = name
    }

    /// This change.
    public var change: SchemaChangeKind { .dropTable(self) }
}

/// Changes rows by one portable statement.
public struct Execute: SchemaChange {
    let sql: SQL

    /// States the statement.
    public init(_ sql: SQL) {
        self.sql = sql
    }

    /// This change.
    public var change: SchemaChangeKind { .execute(self) }
}

/// Collects the changes of a migration.
@resultBuilder
public enum MigrationBuilder {
    /// Collects them.
    public static func buildBlock(_ changes: any SchemaChange...) -> [any SchemaChange] { changes }
}
