import Testing

@testable import PandoEdge

/// RFC 9111 §4.2, §5.1 and §5.3.
@Suite struct FreshnessTests {
    private func facts(_ fields: String..., status: Int = 200, rules: CacheRules = CacheRules()) throws -> EntryFacts? {
        decide(try makeResponse(fields, status: status), to: try makeRequest(), rules: rules).terms?.facts
    }

    private let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT"
    private let hourLater = "Expires: Sun, 06 Nov 1994 09:49:37 GMT"

    /// §4.2.1, in this order.
    @Test func lifetimeIsFromTheFirstSourceOfTheOrder() throws {
        #expect(try facts(date, "Cache-Control: s-maxage=1, max-age=2", hourLater)?.lifetime == 1)
        #expect(try facts(date, "Cache-Control: max-age=2", hourLater)?.lifetime == 2)
        #expect(try facts(date, hourLater)?.lifetime == 3600)
        #expect(try facts("Cache-Control: max-age=0", hourLater, "ETag: \"a\"")?.lifetime == 0)
    }

    /// §4.2.1: Expires counts from Date, not from the clock here.
    @Test func expiresCountsFromDate() throws {
        let found = try facts("Date: Sun, 06 Nov 1994 08:39:37 GMT", hourLater)
        #expect(found?.lifetime == 4200)
        #expect(found?.initialAge == 600_000)
    }

    /// §5.3: what is no date is the past.
    @Test(arguments: ["0", "-1", "tomorrow", "Sun, 06 Nov 1994 09:49:37 UTC"])
    func invalidExpiresIsThePast(_ text: String) throws {
        #expect(try facts(date, "Expires: " + text, "ETag: \"a\"")?.lifetime == 0)
    }

    /// §4.2.2: a share of the time since the last change, where nothing is said and the status allows it.
    @Test(arguments: [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])
    func heuristicStatus(_ status: Int) throws {
        #expect(try facts(date, "Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT", status: status)?.lifetime == 720)
    }

    @Test(arguments: [201, 202, 302, 303, 307, 403, 500, 502, 503, 504, 599])
    func otherStatusHasNoHeuristic(_ status: Int) throws {
        let changed = "Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT"
        #expect(try facts(date, changed, status: status) == nil)
        #expect(try facts(date, changed, "Cache-Control: public", status: status)?.lifetime == 720)
        #expect(try facts(date, "Cache-Control: max-age=9", status: status)?.lifetime == 9)
    }

    @Test func heuristicIsBounded() throws {
        let old = "Last-Modified: Sun, 06 Nov 1983 06:49:37 GMT"
        #expect(try facts(date, old)?.lifetime == 86_400)
        var rules = CacheRules()
        rules.heuristicShare = 0
        #expect(try facts(date, old, rules: rules)?.lifetime == 0)
        #expect(try facts(date, "Last-Modified: Sun, 06 Nov 1994 09:00:00 GMT")?.lifetime == 0)
    }

    @Test func ruleForAStatusCountsWhereNothingIsSaid() throws {
        var rules = CacheRules()
        rules.lifetimes = [404: 30, 503: 5]
        #expect(try facts(date, status: 404, rules: rules)?.lifetime == 30)
        #expect(try facts(date, status: 503, rules: rules)?.lifetime == 5)
        #expect(try facts(date, "Cache-Control: max-age=7", status: 404, rules: rules)?.lifetime == 7)
        #expect(try facts(date, "Cache-Control: no-store", status: 404, rules: rules) == nil)
    }

    /// §4.2.3.
    @Test func ageAddsWhatWasBeforeAndTheTimeHere() throws {
        let response = try makeResponse([date, "Age: 30", "Cache-Control: max-age=100"])
        let decision = StoreDecision.make(
            request: try makeRequest(),
            response: response,
            rules: CacheRules(),
            requestTime: testNow,
            responseTime: CacheTime(milliseconds: testNow.milliseconds + 2500)
        )
        let facts = try #require(decision.terms?.facts)
        #expect(facts.initialAge == 32_500)
        #expect(facts.age(at: testNow + 12) == 42_000)
        #expect(facts.isFresh(at: testNow + 69))
        #expect(!facts.isFresh(at: testNow + 70))
        #expect(facts.remaining(at: testNow + 60) == 10)
        #expect(facts.remaining(at: testNow + 80) == -10)
    }

    @Test func clockThatGoesBackMakesNothingYounger() throws {
        let facts = try #require(try facts(date, "Age: 30", "Cache-Control: max-age=100"))
        #expect(facts.age(at: testNow + -1000) == 30_000)
    }

    /// §5.1: of several the first; what is no number counts as none.
    @Test(arguments: [
        ("Age: 7200", 7200), ("Age: 7200, 0", 7200), ("Age: 0, 7200", 0), ("Age: abc", 0), ("Age: -7200", 0),
        ("Age: 7200.0", 0), ("Age: 99999999999", 2_147_483_648), ("Age: 10\r\nAge: 20", 10), ("Age:", 0),
    ])
    func ageValue(_ field: String, _ seconds: Int64) throws {
        #expect(Freshness.ageValue(try makeResponse([field])) == seconds)
    }

    @Test func largestNumbersDoNotOverflow() throws {
        let facts = try #require(
            try facts(date, "Cache-Control: max-age=99999999999, stale-if-error=99999999999", "Age: 1")
        )
        #expect(facts.isFresh(at: testNow + 2_000_000_000))
        #expect(!facts.isFresh(at: CacheTime(milliseconds: .max / 4)))
    }
}
