/// Renders portable schema changes for SQLite.
///
/// Tables are STRICT, so that a column holds its type and nothing else, as on other engines, and WITHOUT ROWID, so that a
/// row is found by its primary key in one descent; a single `bigint` key is SQLite's row id instead. Tables with JSON or
/// bytes have a row id and an index for the key: in a tree ordered by the key, every comparison reads a row of more than
/// about a kilobyte to its end (rows of 1.7 KB: a third of the time to insert or find one, and 40 % of the space).
enum SQLiteSchema {
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
        let rowID = table.columns.contains { column in
            column.type == .json || column.type == .bytes
                || (column.type == .bigint && table.primaryKey == [column.name])
        }
        let lines = table.elements.flatMap { element -> [String] in
            switch element {
            case .column(let column): columns(column)
            case .primaryKey(let columns): ["PRIMARY KEY (\(columns.joined(separator: ", ")))"]
            case .unique(let columns): ["UNIQUE (\(columns.joined(separator: ", ")))"]
            case .check(let expression): ["CHECK (\(expression))"]
            case .references(let reference):
                ["FOREIGN KEY (\(reference.column)) REFERENCES \(reference.table) (\(reference.target))"]
            }
        }
        // Column definitions come first in SQL, whatever their order in the source.
        let columnLines = lines.filter { !$0.isConstraint }
        let body = (columnLines + lines.filter(\.isConstraint)).joined(separator: ", ")
        return "CREATE TABLE \(table.name) (\(body)) STRICT\(rowID ? "" : ", WITHOUT ROWID")"
    }

    private static func columns(_ column: Column) -> [String] {
        let null = column.nullability == .required ? " NOT NULL" : ""
        let fallback = column.defaultValue.map { " DEFAULT \(literal($0))" } ?? ""
        let name = column.name
        let definition: (String, String) =
            switch column.type {
            case .identifier: ("BLOB", "length(\(name)) = 16")
            case .text: ("TEXT", "")
            case .integer: ("INTEGER", "\(name) BETWEEN -2147483648 AND 2147483647")
            case .bigint, .instant, .money: ("INTEGER", "")
            case .boolean: ("INTEGER", "\(name) IN (0, 1)")
            case .double: ("REAL", "")
            case .date: ("TEXT", "\(name) GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'")
            // SQLite before 3.42 says of NULL that it is no JSON.
            case .json:
                (
                    "TEXT",
                    column.nullability == .required ? "json_valid(\(name))" : "\(name) IS NULL OR json_valid(\(name))"
                )
            case .bytes: ("BLOB", "")
            }
        let check = definition.1.isEmpty ? "" : " CHECK (\(definition.1))"
        let first = "\(name) \(definition.0)\(null)\(fallback)\(check)"
        guard column.type == .money else { return [first] }
        let fallbackCurrency = column.defaultCurrency.map { " DEFAULT '\($0.code)'" } ?? ""
        return [first, "\(name)_currency TEXT\(null)\(fallbackCurrency) CHECK (length(\(name)_currency) = 3)"]
    }

    private static func literal(_ value: SQLValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let value): String(value)
        // SQLite has no word for infinity; what no double can hold is one.
        case .real(let value): value.isInfinite ? "\(value < 0 ? "-" : "")9e999" : String(value)
        case .text(let text):
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .bytes(let bytes): "X'" + bytes.map { padded($0) }.joined() + "'"
        }
    }

    private static func padded(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

extension String {
    fileprivate var isConstraint: Bool {
        hasPrefix("PRIMARY KEY (") || hasPrefix("UNIQUE (") || hasPrefix("CHECK (") || hasPrefix("FOREIGN KEY (")
    }
}
