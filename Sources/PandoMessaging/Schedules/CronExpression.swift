// Foundation, not its essentials: the rules of the world's time zones come with it only.
public import Foundation
import PandoDatabase

/// When a schedule fires, as five cron fields in a time zone.
///
/// `minute hour day-of-month month day-of-week`, each `*`, a value, a range, a step or a list of them; months and days of
/// the week also by their English three-letter names; Sunday is 0 or 7. Where both day fields are restricted, a day that
/// matches either one matches (POSIX crontab). `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` stand for the
/// usual five.
///
/// When the zone's clocks change, a time that the clocks skip fires as late after the change as it lies in the gap
/// (02:30 at 03:30), and a time that comes twice fires the first time only. An expression whose hour field is `*` goes
/// by elapsed time instead: it neither makes up what was skipped nor misses the second hour.
public struct CronExpression: Sendable, Hashable {
    /// The expression as it was written.
    public let text: String
    /// The zone whose wall clock it means.
    public let timeZone: TimeZone
    let minute: CronField
    let hour: CronField
    let dayOfMonth: CronField
    let month: CronField
    let dayOfWeek: CronField

    /// Parses an expression.
    ///
    /// - Parameters:
    ///   - text: Five fields or one of the names above.
    ///   - timeZone: UTC unless given.
    /// - Throws: ``MessagingError`` with code `invalidSchedule`, naming the field and what it may hold; also for a day
    ///   that no month has (`30 * 30 2 *`).
    public init(_ text: String, timeZone: TimeZone = .gmt) throws(MessagingError) {
        let expanded = Self.names[text] ?? text
        let fields = expanded.split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw MessagingError(
                .invalidSchedule,
                "cron expression “\(text)”: \(fields.count) fields, not 5 (minute hour day-of-month month day-of-week)"
            )
        }
        do {
            minute = try CronField(fields[0], .minute)
            hour = try CronField(fields[1], .hour)
            dayOfMonth = try CronField(fields[2], .dayOfMonth)
            month = try CronField(fields[3], .month)
            dayOfWeek = try CronField(fields[4], .dayOfWeek)
        } catch {
            throw MessagingError(error.code, "cron expression “\(text)”: \(error.message)")
        }
        self.text = text
        self.timeZone = timeZone
        guard next(after: Instant(microsecondsSince1970: 0)) != nil else {
            throw MessagingError(.invalidSchedule, "cron expression “\(text)”: no month has such a day")
        }
    }

    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
}
