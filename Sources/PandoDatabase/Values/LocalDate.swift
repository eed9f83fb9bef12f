/// A day of the proleptic Gregorian calendar, without a time or a zone: a night in a hotel, a birthday.
///
/// Column type: ``ColumnType/date``. Text form: ISO 8601, `2026-11-21`, for the years 0 to 9999, which sorts as the days
/// do. Arithmetic is in days.
public struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, negative before it.
    public let daysSince1970: Int

    /// Makes a date from days since 1970-01-01.
    public init(daysSince1970: Int) {
        self.daysSince1970 = daysSince1970
    }

    /// Makes a date from year, month and day; nil where there is no such day or the year is not within 0 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(year: year, month: month)
        else { return nil }
        // Days from civil: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSince1970 = era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Day of the week, 1 Monday to 7 Sunday (ISO 8601).
    public var isoWeekday: Int {
        let remainder = (daysSince1970 + 3) % 7
        return (remainder < 0 ? remainder + 7 : remainder) + 1
    }

    /// The date a number of days later.
    public static func + (date: LocalDate, days: Int) -> LocalDate {
        LocalDate(daysSince1970: date.daysSince1970 + days)
    }

    /// The date a number of days earlier.
    public static func - (date: LocalDate, days: Int) -> LocalDate { date + -days }

    /// The number of days from one date to another.
    public static func - (later: LocalDate, earlier: LocalDate) -> Int { later.daysSince1970 - earlier.daysSince1970 }

    /// Orders by day.
    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.daysSince1970 < right.daysSince1970 }

    private static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31  // The caller has checked that the month is within 1 to 12.
        }
    }
}

extension LocalDate: Strideable {
    /// Days from this date to another.
    public func distance(to other: LocalDate) -> Int { other - self }

    /// The date a number of days later.
    public func advanced(by days: Int) -> LocalDate { self + days }
}

extension LocalDate: LosslessStringConvertible {
    /// ISO 8601, `2026-11-21`.
    public var description: String {
        let (year, month, day) = components
        // Outside of ISO 8601's four digits there is no form that sorts; this one is only for people.
        guard (0...9999).contains(year) else { return "\(year)-\(padded(Int64(month), 2))-\(padded(Int64(day), 2))" }
        return String(unsafeUninitializedCapacity: 10) { buffer in
            var rest = year
            for index in [3, 2, 1, 0] {
                buffer[index] = UInt8(48 + rest % 10)
                rest /= 10
            }
            buffer[4] = UInt8(ascii: "-")
            buffer[5] = UInt8(48 + month / 10)
            buffer[6] = UInt8(48 + month % 10)
            buffer[7] = UInt8(ascii: "-")
            buffer[8] = UInt8(48 + day / 10)
            buffer[9] = UInt8(48 + day % 10)
            return 10
        }
    }

    /// Parses `YYYY-MM-DD` of an existing day; nil otherwise.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4], below: 10_000), let month = number(bytes[5..<7], below: 13),
            let day = number(bytes[8..<10], below: 32)
        else { return nil }
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }
}

extension LocalDate: Codable {
    /// Encodes the ISO text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Decodes the ISO text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = LocalDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date (YYYY-MM-DD)")
        }
        self = value
    }
}

extension LocalDate: SQLConvertible {
    /// The ISO text.
    public var sqlValue: SQLValue { .text(description) }

    /// Decodes the ISO text.
    public init(sqlValue: SQLValue) throws {
        guard case .text(let text) = sqlValue, let value = LocalDate(text) else {
            throw mismatch(sqlValue, LocalDate.self)
        }
        self = value
    }
}
