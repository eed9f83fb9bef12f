/// Renders portable schema changes for PostgreSQL.
///
/// Text is compared by code point, as in SQLite, whatever the database's own collation is.
enum PostgresSchema {
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
        return "CREATE TABLE \(table.name) (\(lines.joined(separator: ", ")))"
    }

    private static func columns(_ column: Column) -> [String] {
        let null = column.nullability == .required ? " NOT NULL" : ""
        let type = type(column.type)
        let fallback = column.defaultValue.map { " DEFAULT \(literal($0, column.type))" } ?? ""
        let first = "\(column.name) \(type)\(null)\(fallback)"
        guard column.type == .money else { return [first] }
        let currency = column.name + "_currency"
        let fallbackCurrency = column.defaultCurrency.map { " DEFAULT '\($0.code)'" } ?? ""
        return [first, "\(currency) text COLLATE \"C\"\(null)\(fallbackCurrency) CHECK (length(\(currency)) = 3)"]
    }

    private static func type(_ type: ColumnType) -> String {
        switch type {
        case .identifier: "uuid"
        case .text: "text COLLATE \"C\""
        case .integer: "integer"
        case .bigint, .money: "bigint"
        case .boolean: "boolean"
        case .double: "double precision"
        case .instant: "timestamptz"
        case .date: "date"
        case .json: "json"
        case .bytes: "bytea"
        }
    }

    private static func literal(_ value: SQLValue, _ type: ColumnType) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let value) where type == .boolean: value == 0 ? "false" : "true"
        case .integer(let value) where type == .instant: instant(value)
        case .integer(let value): String(value)
        case .real(let value): value.isInfinite ? "'\(value < 0 ? "-" : "")Infinity'" : String(value)
        // The server's text form has no year 0, so that days are counted.
        case .text(let text) where type == .date:
            "date '2000-01-01' + (\((LocalDate(text)?.daysSince1970 ?? 0) - PostgresEpoch.daysSince1970))"
        case .text(let text):
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .bytes(let bytes) where type == .identifier: "'\(bytes.map(hexadecimal).joined())'"
        case .bytes(let bytes): "'\\x" + bytes.map(hexadecimal).joined() + "'"
        }
    }

    /// See ``PostgresParameters`` for the ends of the range.
    private static func instant(_ microseconds: Int64) -> String {
        switch microseconds {
        case .max: "'infinity'"
        case .min: "'-infinity'"
        default:
            "timestamptz '2000-01-01 00:00:00Z' + interval '\(microseconds - PostgresEpoch.microsecondsSince1970) microseconds'"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
