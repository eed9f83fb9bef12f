#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A point in time, in whole microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Column type: ``ColumnType/instant``. Text form: RFC 3339 in UTC with six digits, `2026-11-21T08:30:00.000000Z`.
/// The text form covers the years 0 to 9999; the stored form every 64-bit value.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970, negative before it.
    public var microsecondsSince1970: Int64

    /// Makes an instant from microseconds since 1970.
    public init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// The wall clock's present instant. The wall clock may step back: order things by ``Position``, not by it.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microsecondsSince1970: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Orders by time.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    /// The instant later by a duration, to the microsecond; saturates at the ends of the range.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.microsecondsSince1970.addingReportingOverflow(duration.microseconds)
        guard overflow else { return Instant(microsecondsSince1970: sum) }
        return Instant(microsecondsSince1970: duration < .zero ? .min : .max)
    }

    /// The instant earlier by a duration.
    public static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }

    /// The time between two instants.
    public static func - (later: Instant, earlier: Instant) -> Duration {
        .microseconds(later.microsecondsSince1970 - earlier.microsecondsSince1970)
    }

    /// The day in UTC that the instant falls on.
    public var date: LocalDate {
        LocalDate(daysSince1970: Int(floorDivide(microsecondsSince1970, 86_400_000_000)))
    }
}

extension Duration {
    /// The duration in whole microseconds, saturating at the range of `Int64`.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }
}

/// Division that rounds towards negative infinity; `divisor` is positive.
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

extension Instant: LosslessStringConvertible {
    /// RFC 3339 in UTC with six fractional digits.
    public var description: String {
        let remainder = microsecondsSince1970 % 86_400_000_000
        let micros = remainder < 0 ? remainder + 86_400_000_000 : remainder
        let seconds = micros / 1_000_000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time).\(padded(micros % 1_000_000, 6))Z"
    }

    /// Parses RFC 3339 with any offset and up to nine fractional digits (those past six are cut off); nil otherwise.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] | 0x20 == UInt8(ascii: "t"),
            let date = LocalDate(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = number(bytes[11..<13], below: 24), bytes[13] == UInt8(ascii: ":"),
            let minute = number(bytes[14..<16], below: 60), bytes[16] == UInt8(ascii: ":"),
            let second = number(bytes[17..<19], below: 60)
        else { return nil }
        var rest = bytes[19...]
        var micros: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            for index in 0..<6 {
                micros = micros * 10 + (index < digits.count ? Int64(digits[digits.startIndex + index] - 48) : 0)
            }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offsetSeconds(rest) else { return nil }
        let seconds = Int64(date.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second - offset
        microsecondsSince1970 = seconds * 1_000_000 + micros
    }

    private static func offsetSeconds(_ text: ArraySlice<UInt8>) -> Int64? {
        let bytes = Array(text)
        if bytes.count == 1, bytes[0] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1..<3], below: 24),
            let minutes = number(bytes[4..<6], below: 60)
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}

/// A decimal number of digits only, below a limit; nil otherwise.
func number(_ digits: ArraySlice<UInt8>, below limit: Int64) -> Int64? {
    var value: Int64 = 0
    for byte in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value < limit ? value : nil
}

/// A non-negative number with leading zeros up to a width.
func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Instant: Codable {
    /// Encodes the RFC 3339 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Decodes RFC 3339 text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Instant(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 instant")
        }
        self = value
    }
}

extension Instant: SQLConvertible {
    /// Microseconds since 1970.
    public var sqlValue: SQLValue { .integer(microsecondsSince1970) }

    /// Decodes microseconds since 1970.
    public init(sqlValue: SQLValue) throws {
        self.init(microsecondsSince1970: try Int64(sqlValue: sqlValue))
    }
}
