import Foundation
public import PandoDatabase

extension CronExpression {
    /// The first time after an instant at which the expression fires; nil where there is none.
    ///
    /// Looks at most 12 years ahead: the longest wait that can be is 8 years, from 29 February 1896 to 1904.
    public func next(after instant: Instant) -> Instant? {
        // Whole seconds are enough: everything fires on a full minute.
        let after = floorDivided(instant.microsecondsSince1970, 1_000_000)
        let today = floorDivided(after + offset(at: after), 86_400)
        // A day early, since the wall clock may have been set back over midnight.
        for day in (today - 1)...(today + 12 * 366) where matches(day: day) {
            if let seconds = first(onDay: day, after: after) {
                return Instant(microsecondsSince1970: seconds * 1_000_000)
            }
        }
        return nil
    }

    /// Seconds east of Greenwich at a Unix time.
    private func offset(at unix: Int64) -> Int64 {
        Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(unix))))
    }

    private func matches(day: Int64) -> Bool {
        let date = CivilDate(daysSince1970: day)
        guard month.contains(date.month) else { return false }
        let inMonth = dayOfMonth.contains(date.day)
        let inWeek = dayOfWeek.contains(date.weekday)
        return dayOfMonth.isWildcard || dayOfWeek.isWildcard ? inMonth && inWeek : inMonth || inWeek
    }

    /// The earliest Unix time of a local day that matches and is later than `after`.
    private func first(onDay day: Int64, after: Int64) -> Int64? {
        let midnight = day * 86_400
        // The day's offset is one where a day before and a day after agree: no zone changes and changes back in between.
        let before = offset(at: midnight - 86_400)
        if before == offset(at: midnight + 2 * 86_400) {
            for local in times(midnight) where local - before > after { return local - before }
            return nil
        }
        return times(midnight).flatMap { unixTimes(ofLocal: $0) }.filter { $0 > after }.min()
    }

    /// The matching times of a day in seconds of the local clock, ascending, made as they are asked for.
    private func times(_ midnight: Int64) -> some Sequence<Int64> {
        let minutes = minute.values
        return hour.values.lazy.flatMap { hour in
            minutes.lazy.map { midnight + Int64(hour) * 3600 + Int64($0) * 60 }
        }
    }

    /// The Unix times at which the wall clock of a day with a change shows a time, as the rules above choose them.
    private func unixTimes(ofLocal local: Int64) -> [Int64] {
        let offsets = (offset(at: local - 86_400), offset(at: local + 86_400))
        let early = local - max(offsets.0, offsets.1)
        let late = local - min(offsets.0, offsets.1)
        let valid = [early, late].filter { local - $0 == offset(at: $0) }
        let everyHour = hour.isWildcard
        switch valid.count {
        case 0: return everyHour ? [] : [local - offsets.0]
        case 1: return valid
        default: return everyHour ? valid : [early]
        }
    }
}

/// A day of the proleptic Gregorian calendar.
private struct CivilDate {
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int

    /// Counts days as in Howard Hinnant's `civil_from_days`, whose years begin in March.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let dayOfEra = shifted - floorDivided(shifted, 146_097) * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        // 1970-01-01 was a Thursday.
        let week = (days + 4) % 7
        weekday = Int(week < 0 ? week + 7 : week)
    }
}

/// Division that rounds towards negative infinity; the divisor is positive.
private func floorDivided(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
