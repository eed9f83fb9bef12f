/// Renders portable schema changes for SQLite.
///
/// Tables are STRICT, so that a column holds its type and nothing else, as on other engines, and WITHOUT ROWID, so that a
/// row is found by its primary key in one descent; a single `bigint` key is SQLite's row id instead. Tables with JSON or
/// bytes have a row id and an index for the key: in a tree ordered by the key, every comparison reads a row of more than
/// about a kilobyte to its end (rows of 1.7 KB: a third of the time to insert or find one, and 40 % of the space).
enum SQLiteSchema: SchemaDialect {
    static func tableOptions(_ table: CreateTable) -> String {
        let rowID = table.columns.contains { column in
            column.type == .json || column.type == .bytes
                || (column.type == .bigint && table.primaryKey == [column.name])
        }
        return " STRICT\(rowID ? "" : ", WITHOUT ROWID")"
    }

    static func columns(_ column: Column) -> [String] {
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
        let first = "\(name) \(definition.0)\(column.null)\(fallback)\(check)"
        return column.type == .money ? [first, currency(of: column, "TEXT")] : [first]
    }

    private static func literal(_ value: SQLValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let value): String(value)
        // SQLite has no word for infinity; what no double can hold is one.
        case .real(let value): value.isInfinite ? "\(value < 0 ? "-" : "")9e999" : String(value)
        case .text(let text): text.quotedLiteral
        case .bytes(let bytes): "X'\(bytes.hexadecimal)'"
        }
    }
}
