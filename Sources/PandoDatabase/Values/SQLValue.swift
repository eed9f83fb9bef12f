/// A value as a database engine stores it: the five storage classes that every SQL engine of Pando has.
public enum SQLValue: Sendable, Hashable {
    /// SQL NULL.
    case null
    /// A signed 64-bit integer; also booleans (0, 1) and instants (microseconds since 1970).
    case integer(Int64)
    /// An IEEE 754 double. NaN is refused where it is bound, since engines disagree on it, and -0.0 becomes 0.0.
    case real(Double)
    /// Unicode text in UTF-8. U+0000 is refused where it is bound, since PostgreSQL cannot store it.
    case text(String)
    /// Bytes, empty ones included; empty differs from null.
    case bytes([UInt8])

    /// The storage class as error messages name it.
    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .real: "double"
        case .text: "text"
        case .bytes: "bytes"
        }
    }
}
