/// Decodes columns in PostgreSQL's binary format into portable values.
enum PostgresValue {
    /// Decodes a column that is not NULL.
    static func decode(_ bytes: UnsafeRawBufferPointer, as type: PostgresType) -> SQLValue {
        switch type {
        case .boolean: .integer(bytes[0] == 0 ? 0 : 1)
        case .int2: .integer(Int64(integer(bytes, as: Int16.self)))
        case .int4: .integer(Int64(integer(bytes, as: Int32.self)))
        case .int8: .integer(integer(bytes, as: Int64.self))
        case .float4: .real(Double(Float(bitPattern: integer(bytes, as: UInt32.self))))
        case .float8: .real(Double(bitPattern: integer(bytes, as: UInt64.self)))
        case .numeric: numeric(bytes)
        case .text, .json, .name, .bpchar, .varchar, .unknown: .text(String(decoding: bytes, as: UTF8.self))
        case .bytea, .uuid: .bytes([UInt8](bytes))
        case .date: .text(date(integer(bytes, as: Int32.self)))
        case .timestamptz: .integer(instant(integer(bytes, as: Int64.self)))
        case .void: .null
        }
    }

    private static func integer<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, as type: T.Type) -> T {
        T(bigEndian: bytes.loadUnaligned(as: T.self))
    }

    private static func date(_ days: Int32) -> String {
        LocalDate(daysSince1970: Int(days) + PostgresEpoch.daysSince1970).description
    }

    /// See ``PostgresParameters``: `infinity` and `-infinity` are the ends of the range.
    private static func instant(_ timestamp: Int64) -> Int64 {
        timestamp == .max || timestamp == .min ? timestamp : timestamp + PostgresEpoch.microsecondsSince1970
    }

    /// Whole numbers without decimal places are integers, as sums of integers are in SQLite; others are doubles.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> SQLValue {
        let count = Int(field(bytes, 0))
        let weight = Int(Int16(bitPattern: field(bytes, 1)))
        let sign = field(bytes, 2)
        let decimals = Int(field(bytes, 3))
        if sign == 0xC000 { return .null }
        if sign == 0xD000 { return .real(.infinity) }
        if sign == 0xF000 { return .real(-.infinity) }
        let digits = (0..<count).map { field(bytes, 4 + $0) }
        if decimals == 0, let whole = whole(digits, weight: weight, isNegative: sign == 0x4000) {
            return .integer(whole)
        }
        var text = sign == 0x4000 ? "-" : ""
        for digit in digits { text += padded(Int64(digit), 4) }
        // The digits as one whole number, moved to its place by an exponent: the nearest double of the decimal.
        return .real(Double((count == 0 ? "0" : text) + "e\((weight - count + 1) * 4)") ?? 0)
    }

    private static func whole(_ digits: [UInt16], weight: Int, isNegative: Bool) -> Int64? {
        var value: Int64 = 0
        for place in 0...max(weight, 0) {
            let digit = place < digits.count && weight >= 0 ? Int64(digits[place]) : 0
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10_000)
            // Counted downwards, since the least number is greater than the greatest one.
            let (sum, carried) = scaled.subtractingReportingOverflow(digit)
            if overflow || carried { return nil }
            value = sum
        }
        if isNegative { return value }
        let (negated, overflow) = Int64(0).subtractingReportingOverflow(value)
        return overflow ? nil : negated
    }

    private static func field(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt16 {
        UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
    }
}
