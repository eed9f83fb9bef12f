/// Instants as RFC 3339 text in UTC, to the microsecond.
enum RFC3339 {
    /// `2026-11-21T08:40:00.123456Z` for nanoseconds since 1970.
    static func text(nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let day = date(days: Int(seconds / 86_400))
        let time = seconds % 86_400
        let micros = nanoseconds % 1_000_000_000 / 1000
        return padded(day.year, 4) + "-" + padded(day.month, 2) + "-" + padded(day.day, 2) + "T"
            + padded(Int(time / 3600), 2) + ":" + padded(Int(time / 60 % 60), 2) + ":" + padded(Int(time % 60), 2) + "."
            + padded(Int(micros), 6) + "Z"
    }

    /// The date of the proleptic Gregorian calendar that many days after 1970-01-01, by eras of 400 years that begin in March.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
