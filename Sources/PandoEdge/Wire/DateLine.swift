/// The field line Date with the time of now, written once a second and copied many times (RFC 9110 §5.6.7, §6.6.1).
package struct DateLine: Sendable {
    /// "Date: Sun, 06 Nov 1994 08:49:37 GMT" and the end of its line.
    package private(set) var octets: InlineArray<37, UInt8>
    private var seconds: Int

    /// The line of a second.
    ///
    /// - Parameter seconds: Since 1970-01-01 00:00 UTC, of a year from 1970 to 9999.
    package init(seconds: Int) {
        octets = InlineArray(repeating: 0)
        self.seconds = seconds
        write()
    }

    /// Puts another second in its place.
    package mutating func update(seconds: Int) {
        guard seconds != self.seconds else { return }
        self.seconds = seconds
        write()
    }

    private mutating func write() {
        let template: StaticString = "Date: Ddd, 00 Mmm 0000 00:00:00 GMT\r\n"
        for index in 0..<37 { octets[index] = template.utf8Start[index] }
        let days = seconds / 86_400
        // 1970-01-01 was a Thursday.
        put("ThuFriSatSunMonTueWed", days % 7, at: 6)
        let (year, month, day) = Self.date(days)
        put(day, 2, at: 11)
        put("JanFebMarAprMayJunJulAugSepOctNovDec", month - 1, at: 14)
        put(year, 4, at: 18)
        put(seconds / 3600 % 24, 2, at: 23)
        put(seconds / 60 % 60, 2, at: 26)
        put(seconds % 60, 2, at: 29)
    }

    private mutating func put(_ names: StaticString, _ number: Int, at place: Int) {
        for index in 0..<3 { octets[place + index] = names.utf8Start[number * 3 + index] }
    }

    private mutating func put(_ number: Int, _ digits: Int, at place: Int) {
        var rest = number
        for index in stride(from: digits - 1, through: 0, by: -1) {
            octets[place + index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// The civil date of a day since 1970, with years that begin in March so that a leap day is the last one of its year.
    static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
