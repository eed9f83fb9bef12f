/// A Swift type that binds to one SQL parameter and decodes from one column, without loss in either direction.
///
/// Conformances in this module: the integer types, `Bool`, `Double`, `String`, `[UInt8]`, ``Identifier``, ``Instant``,
/// ``LocalDate``, ``Currency``, ``JSONText``, `Optional` of any of them, and every `RawRepresentable` that declares the
/// conformance and whose raw value is convertible.
public protocol SQLConvertible {
    /// The value to bind.
    var sqlValue: SQLValue { get }

    /// Decodes a column.
    ///
    /// - Throws: ``DatabaseError`` with code `typeMismatch` where the stored value is of another class or out of range.
    init(sqlValue: SQLValue) throws
}

/// The error of a column whose value does not fit the Swift type that asked for it.
func mismatch<T>(_ value: SQLValue, _ type: T.Type) -> DatabaseError {
    DatabaseError(.typeMismatch, "the column holds \(value.kind), which does not decode as \(type)")
}

extension SQLConvertible where Self: FixedWidthInteger {
    /// The integer as 64 bits; a `UInt64` above `Int64.max` is a programmer's error and traps.
    public var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Decodes an integer column that is within this type's range.
    public init(sqlValue: SQLValue) throws {
        guard case .integer(let stored) = sqlValue, let value = Self(exactly: stored) else {
            throw mismatch(sqlValue, Self.self)
        }
        self = value
    }
}

extension Int: SQLConvertible {}
extension Int64: SQLConvertible {}
extension Int32: SQLConvertible {}
extension Int16: SQLConvertible {}
extension Int8: SQLConvertible {}
extension UInt32: SQLConvertible {}
extension UInt16: SQLConvertible {}
extension UInt8: SQLConvertible {}

extension Bool: SQLConvertible {
    /// 1 or 0.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Decodes 1 or 0; anything else is a mismatch.
    public init(sqlValue: SQLValue) throws {
        switch sqlValue {
        case .integer(0): self = false
        case .integer(1): self = true
        case .null, .integer, .real, .text, .bytes: throw mismatch(sqlValue, Bool.self)
        }
    }
}

extension Double: SQLConvertible {
    /// The double itself.
    public var sqlValue: SQLValue { .real(self) }

    /// Decodes a double column, or an integer one that a double holds exactly.
    public init(sqlValue: SQLValue) throws {
        switch sqlValue {
        case .real(let value): self = value
        case .integer(let value):
            guard let exact = Double(exactly: value) else { throw mismatch(sqlValue, Double.self) }
            self = exact
        case .null, .text, .bytes: throw mismatch(sqlValue, Double.self)
        }
    }
}

extension String: SQLConvertible {
    /// The text itself.
    public var sqlValue: SQLValue { .text(self) }

    /// Decodes a text column.
    public init(sqlValue: SQLValue) throws {
        guard case .text(let value) = sqlValue else { throw mismatch(sqlValue, String.self) }
        self = value
    }
}

extension [UInt8]: SQLConvertible {
    /// The bytes themselves.
    public var sqlValue: SQLValue { .bytes(self) }

    /// Decodes a bytes column.
    public init(sqlValue: SQLValue) throws {
        guard case .bytes(let value) = sqlValue else { throw mismatch(sqlValue, [UInt8].self) }
        self = value
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// NULL for nil.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }

    /// Decodes NULL as nil.
    public init(sqlValue: SQLValue) throws {
        if case .null = sqlValue { self = nil } else { self = try Wrapped(sqlValue: sqlValue) }
    }
}

extension SQLConvertible where Self: RawRepresentable, RawValue: SQLConvertible {
    /// The raw value.
    public var sqlValue: SQLValue { rawValue.sqlValue }

    /// Decodes a raw value that one of the cases has.
    public init(sqlValue: SQLValue) throws {
        guard let value = Self(rawValue: try RawValue(sqlValue: sqlValue)) else { throw mismatch(sqlValue, Self.self) }
        self = value
    }
}
