/// How an engine writes portable schema changes. What all engines write alike is here.
protocol SchemaDialect {
    /// A column's definition; money is two.
    static func columns(_ column: Column) -> [String]

    /// What follows the parentheses of a table.
    static func tableOptions(_ table: CreateTable) -> String
}

extension SchemaDialect {
    /// The statements of a change.
    static func statements(_ change: SchemaChangeKind) -> [String] {
        switch change {
        case .createTable(let table): [createTable(table)]
        case .addColumn(let addition):
            columns(addition.column).map { "ALTER TABLE \(addition.table) ADD COLUMN \($0)" }
        case .createIndex(let index):
            ["CREATE INDEX \(index.name) ON \(index.table) (\(index.columns.joined(separator: ", ")))"]
        case .dropIndex(let index): ["DROP INDEX \(index.name)"]
        case .dropTable(let table): ["DROP TABLE \(table.name)"]
        case .execute(let execute): [execute.sql.text]
        }
    }

    private static func createTable(_ table: CreateTable) -> String {
        // Column definitions come first in SQL, whatever their order in the source.
        let lines = table.columns.flatMap(columns) + table.elements.compactMap(constraint)
        return "CREATE TABLE \(table.name) (\(lines.joined(separator: ", ")))\(tableOptions(table))"
    }

    private static func constraint(_ element: TableElementKind) -> String? {
        switch element {
        case .column: nil
        case .primaryKey(let columns): "PRIMARY KEY (\(columns.joined(separator: ", ")))"
        case .unique(let columns): "UNIQUE (\(columns.joined(separator: ", ")))"
        case .check(let expression): "CHECK (\(expression))"
        case .references(let reference):
            "FOREIGN KEY (\(reference.column)) REFERENCES \(reference.table) (\(reference.target))"
        }
    }

    /// The second column of money, after the type that the engine gives it.
    static func currency(of column: Column, _ type: String) -> String {
        let name = column.name + "_currency"
        let fallback = column.defaultCurrency.map { " DEFAULT '\($0.code)'" } ?? ""
        return "\(name) \(type)\(column.null)\(fallback) CHECK (length(\(name)) = 3)"
    }
}

extension Column {
    /// What a definition says of NULL.
    var null: String { nullability == .required ? " NOT NULL" : "" }
}

extension String {
    /// As a literal of SQL.
    var quotedLiteral: String { quoted(by: "'") }

    /// As a name in SQL that needs no rules of its own.
    var quotedIdentifier: String { quoted(by: "\"") }

    private func quoted(by mark: Character) -> String {
        let parts = split(separator: mark, omittingEmptySubsequences: false)
        return "\(mark)\(parts.joined(separator: "\(mark)\(mark)"))\(mark)"
    }
}

extension [UInt8] {
    /// Two digits for each byte.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
