/// Renders portable schema changes for PostgreSQL.
///
/// Text is compared by code point, as in SQLite, whatever the database's own collation is.
enum PostgresSchema: SchemaDialect {
    static func tableOptions(_ table: CreateTable) -> String { "" }

    static func columns(_ column: Column) -> [String] {
        let fallback = column.defaultValue.map { " DEFAULT \(literal($0, column.type))" } ?? ""
        let first = "\(column.name) \(type(column.type))\(column.null)\(fallback)"
        return column.type == .money ? [first, currency(of: column, type(.text))] : [first]
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
        case .text(let text): text.quotedLiteral
        case .bytes(let bytes) where type == .identifier: "'\(bytes.hexadecimal)'"
        case .bytes(let bytes): "'\\x\(bytes.hexadecimal)'"
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
}
