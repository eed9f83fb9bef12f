import Testing

@testable import PandoEdge

/// RFC 9110 §5.6.7.
@Suite struct HTTPDateTests {
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func readsTheThreeForms(_ text: String) {
        #expect(text.withBytes { HTTPDate.parse($0, now: testNow) } == 784_111_777)
    }

    /// RFC 9111 §4.2: names of days, months and the zone in any case.
    @Test(arguments: [
        "SUN, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nOV 1994 08:49:37 gmt", "sunday, 06-NOV-94 08:49:37 gMT",
        "sun nov  6 08:49:37 1994",
    ])
    func readsNamesInAnyCase(_ text: String) {
        #expect(text.withBytes { HTTPDate.parse($0, now: testNow) } == 784_111_777)
    }

    @Test func twoDigitYearMoreThanFiftyYearsAheadIsPast() {
        let now = CacheTime(seconds: 1_800_000_000)  // 2027
        #expect("Friday, 01-Jan-77 00:00:00 GMT".withBytes { HTTPDate.parse($0, now: now) } == 3_376_684_800)
        #expect("Saturday, 01-Jan-78 00:00:00 GMT".withBytes { HTTPDate.parse($0, now: now) } == 252_460_800)
    }

    @Test(arguments: [
        "0", "", "-1", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun 06 Nov 1994 08:49:37 GMT", "Sun, 06  Nov  1994 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nev 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 2023 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
        "Someday, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994 ", "Sun, 06 Nov 1994 08:49:37 +0000",
    ])
    func refusesWhatIsNoDate(_ text: String) {
        #expect(text.withBytes { HTTPDate.parse($0, now: testNow) } == nil)
    }

    @Test func everyPrefixOfADateIsNone() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            for count in 0..<text.utf8.count {
                #expect(String(text.prefix(count)).withBytes { HTTPDate.parse($0, now: testNow) } == nil)
            }
        }
    }

    @Test func writesWhatItReads() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.text(951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
        for day in stride(from: Int64(0), to: 900_000, by: 97) {
            let seconds = day * 86_400 + day * 7919 % 86_400
            #expect(HTTPDate.text(seconds).withBytes { HTTPDate.parse($0, now: testNow) } == seconds)
        }
    }

    @Test func leapSecondIsRead() {
        #expect("Sat, 31 Dec 2016 23:59:60 GMT".withBytes { HTTPDate.parse($0, now: testNow) } == 1_483_228_800)
    }
}
