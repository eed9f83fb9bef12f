import Foundation
import PandoDatabase
import PandoMessaging
import Testing

@Suite struct CronExpressionTests {
    private func fires(_ text: String, zone: String = "UTC", after: String, count: Int) throws -> [String] {
        let cron = try CronExpression(text, timeZone: #require(TimeZone(identifier: zone)))
        var instant = try #require(Instant(after))
        return try (0..<count).map { _ in
            instant = try #require(cron.next(after: instant))
            return String(instant.description.prefix(16))
        }
    }

    @Test(arguments: [
        ("* * * * *", "2026-11-21T08:30:00Z", ["2026-11-21T08:31", "2026-11-21T08:32"]),
        ("*/15 9-10 * * *", "2026-11-21T09:40:59Z", ["2026-11-21T09:45", "2026-11-21T10:00"]),
        ("0 0 1 1 *", "2026-11-21T00:00:00Z", ["2027-01-01T00:00", "2028-01-01T00:00"]),
        ("30 6 29 feb *", "2096-03-01T00:00:00Z", ["2104-02-29T06:30", "2108-02-29T06:30"]),
        ("0 12 * * mon-fri", "2026-11-20T12:00:00Z", ["2026-11-23T12:00", "2026-11-24T12:00"]),
        ("0 12 * * 7", "2026-11-20T12:00:00Z", ["2026-11-22T12:00", "2026-11-29T12:00"]),
        ("0 0 13 * 5", "2026-11-06T00:00:00Z", ["2026-11-13T00:00", "2026-11-20T00:00"]),
        ("5/20 * * * *", "2026-11-21T08:30:00Z", ["2026-11-21T08:45", "2026-11-21T09:05"]),
        ("@monthly", "2026-11-21T08:30:00Z", ["2026-12-01T00:00", "2027-01-01T00:00"]),
    ])
    func firesWhenTheFieldsMatch(text: String, after: String, expected: [String]) throws {
        #expect(try fires(text, after: after, count: expected.count) == expected)
    }

    @Test func aTimeThatTheClocksSkipFiresLater() throws {
        // Berlin: 02:00 becomes 03:00 on 29 March 2026.
        let times = try fires("30 2 * * *", zone: "Europe/Berlin", after: "2026-03-28T00:00:00Z", count: 3)
        #expect(times == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"])
    }

    @Test func aTimeThatComesTwiceFiresOnce() throws {
        // New York: 02:00 becomes 01:00 on 1 November 2026.
        let times = try fires("30 1 * * *", zone: "America/New_York", after: "2026-10-31T12:00:00Z", count: 2)
        #expect(times == ["2026-11-01T05:30", "2026-11-02T06:30"])
    }

    @Test func everyHourGoesByElapsedTime() throws {
        let autumn = try fires("30 * * * *", zone: "America/New_York", after: "2026-11-01T05:00:00Z", count: 3)
        #expect(autumn == ["2026-11-01T05:30", "2026-11-01T06:30", "2026-11-01T07:30"])
        let spring = try fires("30 * * * *", zone: "Europe/Berlin", after: "2026-03-29T00:00:00Z", count: 3)
        #expect(spring == ["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"])
    }

    @Test func aSecondTimeInTheRepeatedHourIsFoundFromWithinIt() throws {
        let times = try fires("*/30 * * * *", zone: "America/New_York", after: "2026-11-01T05:30:00Z", count: 3)
        #expect(times == ["2026-11-01T06:00", "2026-11-01T06:30", "2026-11-01T07:00"])
    }

    @Test func halfHourZonesKeepTheirOffset() throws {
        let midnight = "2026-11-21T00:00:00Z"
        #expect(try fires("0 9 * * *", zone: "Asia/Kolkata", after: midnight, count: 1) == ["2026-11-21T03:30"])
        #expect(try fires("0 9 * * *", zone: "Asia/Seoul", after: midnight, count: 1) == ["2026-11-22T00:00"])
    }

    @Test(arguments: [
        ("* * * *", "4 fields"), ("60 * * * *", "minute"), ("* 24 * * *", "hour"), ("* * 0 * *", "day of month"),
        ("* * * 13 *", "month"), ("* * * * 8", "day of week"), ("5-1 * * * *", "backwards"), ("*/0 * * * *", "step"),
        ("a * * * *", "“a”"), ("1, * * * *", "“”"), ("-1 * * * *", "“”"), ("* * 30 2 *", "no month"),
        ("", "0 fields"), ("@never", "1 fields"), ("*/9999999999999999999999 * * * *", "step"),
    ])
    func aBadExpressionIsNamed(text: String, words: String) {
        let error = #expect(throws: MessagingError.self) { try CronExpression(text) }
        #expect(error?.code == .invalidSchedule)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func theNextTimeIsAlwaysLaterAndMatches() throws {
        var generator = SystemRandomNumberGenerator()
        let zone = try #require(TimeZone(identifier: "Australia/Lord_Howe"))
        let cron = try CronExpression("*/7 1-3 * * *", timeZone: zone)
        for _ in 0..<200 {
            let start = Instant(microsecondsSince1970: .random(in: 0...4_000_000_000_000_000, using: &generator))
            let next = try #require(cron.next(after: start))
            #expect(next > start, "from \(start)")
            #expect(next.microsecondsSince1970 % 60_000_000 == 0)
        }
    }
}
