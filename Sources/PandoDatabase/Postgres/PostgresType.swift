/// The types of PostgreSQL that have a portable value, by the number that the server's catalog gives them
/// (src/include/catalog/pg_type.dat).
enum PostgresType: UInt32 {
    case boolean = 16
    case bytea = 17
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case json = 114
    case float4 = 700
    case float8 = 701
    case unknown = 705
    case bpchar = 1042
    case varchar = 1043
    case date = 1082
    case timestamptz = 1184
    case numeric = 1700
    case void = 2278
    case uuid = 2950

    /// The type that a value has by itself, for a parameter whose type the statement leaves open or whose inferred type it
    /// does not fit; nil for NULL, which fits all.
    init?(of value: SQLValue) {
        switch value {
        case .null: return nil
        case .integer: self = .int8
        case .real: self = .float8
        case .text: self = .text
        case .bytes: self = .bytea
        }
    }
}

/// Where the calendar of PostgreSQL begins: 2000-01-01.
enum PostgresEpoch {
    static let microsecondsSince1970: Int64 = 946_684_800_000_000
    static let daysSince1970 = 10_957
    /// The earliest instant that `timestamptz` holds, in microseconds since 1970: the end of 4714 BC
    /// (src/include/datatype/timestamp.h). Its latest, in the year 294276, is past what 64 bits count from 1970.
    static let earliestInstant: Int64 = -211_813_488_000_000_000 + microsecondsSince1970
}
