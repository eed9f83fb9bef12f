/// The values of one execution in PostgreSQL's binary format, one after the other.
struct PostgresParameters: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The length of each; -1 for NULL.
    private(set) var lengths: [Int32] = []

    /// Encodes values for parameters whose types are known.
    ///
    /// - Returns: nil where a value does not fit its parameter's type; `misfit` names which.
    init?(_ values: [SQLValue], as types: [UInt32], misfit: inout Int) throws(DatabaseError) {
        bytes.reserveCapacity(values.count * 12)
        lengths.reserveCapacity(values.count)
        for index in values.indices {
            let start = bytes.count
            if values[index] == .null {
                lengths.append(-1)
                continue
            }
            guard try append(values[index], as: PostgresType(rawValue: types[index]), index) else {
                misfit = index
                return nil
            }
            lengths.append(Int32(bytes.count - start))
        }
    }

    private mutating func append(_ value: SQLValue, as type: PostgresType?, _ index: Int) throws(DatabaseError) -> Bool
    {
        switch value {
        case .null: return true
        case .integer(let integer): return try append(integer, as: type, index)
        case .real(let real):
            guard !real.isNaN else { throw DatabaseError(.valueRefused, "parameter \(index + 1) is NaN") }
            guard type == .float8 else { return false }
            // No engine of Pando keeps the sign of -0.0.
            append((real == 0 ? 0 : real).bitPattern)
        case .text(let text): return try append(text, as: type, index)
        case .bytes(let binary):
            guard type == .bytea || type == .uuid else { return false }
            guard type == .bytea || binary.count == 16 else { throw Self.unfit(index, "bytes that are no identifier") }
            bytes += binary
        }
        return true
    }

    private mutating func append(_ value: Int64, as type: PostgresType?, _ index: Int) throws(DatabaseError) -> Bool {
        switch type {
        case .int8: append(UInt64(bitPattern: value))
        case .int4:
            guard let small = Int32(exactly: value) else { return false }
            append(UInt32(bitPattern: small))
        case .int2:
            guard let small = Int16(exactly: value) else { return false }
            append(UInt16(bitPattern: small))
        case .boolean:
            guard value == 0 || value == 1 else { throw Self.unfit(index, "an integer that is no boolean") }
            bytes.append(UInt8(value))
        case .timestamptz: append(UInt64(bitPattern: try Self.timestamp(value, index)))
        case .numeric: appendNumeric(value)
        case .float8:
            guard let exact = Double(exactly: value) else { return false }
            append(exact.bitPattern)
        case .bytea, .name, .text, .json, .float4, .unknown, .bpchar, .varchar, .date, .void, .uuid, nil: return false
        }
        return true
    }

    private mutating func append(_ text: String, as type: PostgresType?, _ index: Int) throws(DatabaseError) -> Bool {
        switch type {
        case .text, .json, .varchar, .bpchar, .name, .unknown:
            guard !text.utf8.contains(0) else {
                throw DatabaseError(.valueRefused, "parameter \(index + 1) is text with U+0000, which no engine stores")
            }
            bytes += text.utf8
        case .date:
            guard let date = LocalDate(text) else { throw Self.unfit(index, "text that is no date") }
            append(UInt32(bitPattern: Int32(date.daysSince1970 - PostgresEpoch.daysSince1970)))
        case .boolean, .bytea, .int8, .int2, .int4, .float4, .float8, .timestamptz, .numeric, .void, .uuid, nil:
            return false
        }
        return true
    }

    /// A value of the right class that its type does not have: what the checks of SQLite's columns refuse.
    private static func unfit(_ index: Int, _ what: String) -> DatabaseError {
        DatabaseError(.constraintViolated(.check), "parameter \(index + 1) is \(what)")
    }

    /// The ends of the range stand for themselves: they are PostgreSQL's `infinity` and `-infinity`.
    private static func timestamp(_ instant: Int64, _ index: Int) throws(DatabaseError) -> Int64 {
        if instant == .max || instant == .min { return instant }
        guard instant >= PostgresEpoch.earliestInstant else {
            throw DatabaseError(
                .valueRefused,
                "parameter \(index + 1) is an instant before the year -4712, which PostgreSQL cannot store"
            )
        }
        return instant - PostgresEpoch.microsecondsSince1970
    }

    /// Digits to the base of 10,000 with a weight and a sign (src/backend/utils/adt/numeric.c, numeric_recv).
    private mutating func appendNumeric(_ value: Int64) {
        var digits: [UInt16] = []
        var rest = value.magnitude
        while rest > 0 {
            digits.append(UInt16(rest % 10_000))
            rest /= 10_000
        }
        append(UInt16(digits.count))
        append(UInt16(max(0, digits.count - 1)))
        append(UInt16(value < 0 ? 0x4000 : 0))
        append(UInt16(0))
        for digit in digits.reversed() { append(digit) }
    }

    private mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
