/// The portable column types, each with one Swift type and the same meaning on every SQL engine.
public enum ColumnType: String, Sendable, CaseIterable {
    /// ``Identifier``: SQLite BLOB of 16 bytes, PostgreSQL `uuid`.
    case identifier
    /// `String`: Unicode without U+0000, compared by code point.
    case text
    /// `Int32`.
    case integer
    /// `Int64` or `Int`.
    case bigint
    /// `Bool`: SQLite INTEGER 0 or 1, PostgreSQL `boolean`.
    case boolean
    /// `Double`, not NaN.
    case double
    /// ``Money``: two columns, the minor units under the name given and the currency under the name with `_currency`.
    case money
    /// ``Instant``: SQLite INTEGER of microseconds, PostgreSQL `timestamptz`.
    case instant
    /// ``LocalDate``: SQLite TEXT in ISO form, PostgreSQL `date`.
    case date
    /// ``JSONText`` or any `Codable`: kept byte for byte, and refused where it is not JSON.
    case json
    /// `[UInt8]`.
    case bytes
}
