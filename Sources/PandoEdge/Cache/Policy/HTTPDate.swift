/// Dates of HTTP (RFC 9110 §5.6.7), read in their three forms; ``DateLine`` writes them.
///
/// Without Foundation: several are read for each answer that is stored.
package enum HTTPDate {
    /// Bytes of a date as it is written.
    package static let length = 29

    private static let dayNames: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let longDayNames: [StaticString] = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let monthNames: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The seconds since 1970 of a date in one of the three forms; nil for anything else.
    ///
    /// - Parameter now: Decides the century of a two-digit year: one that lies more than 50 years ahead is the past one.
    package static func parse(_ text: UnsafeBufferPointer<UInt8>, now: CacheTime) -> Int64? {
        guard text.count >= 24, text.count <= 33 else { return nil }
        if text[3] == UInt8(ascii: ",") { return fixed(text) }
        if text[3] == UInt8(ascii: " ") { return asctime(text) }
        return rfc850(text, now: now)
    }

    /// A date as text, for what is not on the data path.
    package static func text(_ seconds: Int64) -> String {
        let line = DateLine(seconds: Int(clamping: seconds))
        // Between "Date: " and the end of the line.
        return String(decoding: (6..<6 + length).map { line.octets[$0] }, as: UTF8.self)
    }

    // MARK: Forms

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private static func fixed(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == length, index(of: text, at: 0, in: dayNames) != nil, isSpace(text, 4),
            isSpace(text, 7), isSpace(text, 11), isSpace(text, 16), isGMT(text, at: 25),
            let day = number(text, 5, 2), let month = index(of: text, at: 8, in: monthNames),
            let year = number(text, 12, 4), let time = time(text, at: 17)
        else { return nil }
        return seconds(year: year, month: month + 1, day: day, time: time)
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static func rfc850(_ text: UnsafeBufferPointer<UInt8>, now: CacheTime) -> Int64? {
        guard let comma = text.firstIndex(of: UInt8(ascii: ",")), text.count == comma + 24,
            longDayNames.contains(where: { $0.utf8CodeUnitCount == comma && isEqual(text, at: 0, $0) }),
            isSpace(text, comma + 1),
            text[comma + 4] == UInt8(ascii: "-"), text[comma + 8] == UInt8(ascii: "-"), isSpace(text, comma + 11),
            isGMT(text, at: comma + 20), let day = number(text, comma + 2, 2),
            let month = index(of: text, at: comma + 5, in: monthNames), let short = number(text, comma + 9, 2),
            let time = time(text, at: comma + 12)
        else { return nil }
        let thisYear = year(of: now)
        var year = thisYear - thisYear % 100 + short
        if year > thisYear + 50 { year -= 100 }
        return seconds(year: year, month: month + 1, day: day, time: time)
    }

    /// `Sun Nov  6 08:49:37 1994`
    private static func asctime(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == 24, index(of: text, at: 0, in: dayNames) != nil, isSpace(text, 7), isSpace(text, 10),
            isSpace(text, 19), let month = index(of: text, at: 4, in: monthNames),
            let day = isSpace(text, 8) ? number(text, 9, 1) : number(text, 8, 2),
            let time = time(text, at: 11), let year = number(text, 20, 4)
        else { return nil }
        return seconds(year: year, month: month + 1, day: day, time: time)
    }

    /// The seconds of a day; 60 is a leap second.
    private static func time(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int64? {
        guard text[place + 2] == UInt8(ascii: ":"), text[place + 5] == UInt8(ascii: ":"),
            let hour = number(text, place, 2), let minute = number(text, place + 3, 2),
            let second = number(text, place + 6, 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func seconds(year: Int64, month: Int64, day: Int64, time: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days: Int64 = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        guard day >= 1, day <= days else { return nil }
        return dayNumber(year: year, month: month, day: day) * 86_400 + time
    }

    // MARK: Parts

    private static func isSpace(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        text[place] == UInt8(ascii: " ")
    }

    private static func isGMT(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        isEqual(text, at: place, " GMT")
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ digits: Int) -> Int64? {
        var found: Int64 = 0
        for index in place..<place + digits {
            guard text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else { return nil }
            found = found * 10 + Int64(text[index] - UInt8(ascii: "0"))
        }
        return found
    }

    private static func index(
        of text: UnsafeBufferPointer<UInt8>,
        at place: Int,
        in names: [StaticString]
    ) -> Int64? {
        for (index, name) in names.enumerated() where isEqual(text, at: place, name) { return Int64(index) }
        return nil
    }

    /// In any case, as caches are to read names (RFC 9111 §4.2).
    private static func isEqual(_ text: UnsafeBufferPointer<UInt8>, at place: Int, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard place + count <= text.count else { return false }
        for index in 0..<count
        where Characters.lowercased(text[place + index]) != Characters.lowercased(name.utf8Start[index]) {
            return false
        }
        return true
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : (value - by + 1) / by
    }

    /// Days since 1970 of a date of the Gregorian calendar: Hinnant, "chrono-compatible low-level date algorithms".
    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func year(of now: CacheTime) -> Int64 {
        let day = floorDivide(now.seconds, 86_400)
        // Too early, as few years have 366 days, by a year in five centuries.
        var year = 1970 + floorDivide(day, 366)
        while dayNumber(year: year + 1, month: 1, day: 1) <= day { year += 1 }
        return year
    }
}
