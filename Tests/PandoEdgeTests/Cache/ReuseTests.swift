import Testing

@testable import PandoEdge

/// RFC 9111 §4.2.4, §5.2.1 and §5.2.2; RFC 5861; RFC 8246.
@Suite struct ReuseTests {
    /// What becomes of an answer that came with `response`, when it is asked for with `request` so many seconds later.
    private func reuse(
        _ response: String,
        _ request: String = "",
        after seconds: Int64,
        isPurged: Bool = false
    ) throws -> Reuse {
        let stored = try makeResponse(["Cache-Control: " + response, "ETag: \"a\""])
        let facts = try #require(decide(stored, to: try makeRequest()).terms?.facts)
        let asked = CacheDirectives(request: try makeRequest(request.isEmpty ? [] : ["Cache-Control: " + request]))
        return Reuse.decide(facts, request: asked, now: testNow + seconds, isPurged: isPurged)
    }

    @Test func freshAnswerIsServed() throws {
        #expect(try reuse("max-age=60", after: 59) == .fresh)
        #expect(try reuse("max-age=60", after: 60) == .validate(.stale))
        #expect(try reuse("max-age=60, must-revalidate", after: 59) == .fresh)
        #expect(try reuse("max-age=60", after: 1, isPurged: true) == .validate(.stale))
    }

    /// §5.2.2.4.
    @Test func noCacheIsValidatedEachTime() throws {
        #expect(try reuse("max-age=60, no-cache", after: 0) == .validate(.stale))
        #expect(try reuse("max-age=60, no-cache=\"x\"", after: 0) == .fresh)
    }

    /// §5.2.1.1 to §5.2.1.4.
    @Test func clientsAskForYounger() throws {
        #expect(try reuse("max-age=60", "no-cache", after: 0) == .validate(.request))
        #expect(try reuse("max-age=60", "max-age=10", after: 10) == .fresh)
        #expect(try reuse("max-age=60", "max-age=10", after: 11) == .validate(.request))
        #expect(try reuse("max-age=60", "max-age=0", after: 1) == .validate(.request))
        #expect(try reuse("max-age=60", "min-fresh=30", after: 30) == .fresh)
        #expect(try reuse("max-age=60", "min-fresh=30", after: 31) == .validate(.request))
    }

    @Test func clientsTakeStale() throws {
        #expect(try reuse("max-age=60", "max-stale", after: 6000) == .stale(refreshes: false))
        #expect(try reuse("max-age=60", "max-stale=10", after: 70) == .stale(refreshes: false))
        #expect(try reuse("max-age=60", "max-stale=10", after: 71) == .validate(.stale))
        #expect(try reuse("max-age=60", "max-stale=x", after: 61) == .validate(.stale))
    }

    /// §4.2.4: what forbids it.
    @Test(arguments: ["must-revalidate", "proxy-revalidate", "s-maxage=60"])
    func directiveForbidsStale(_ directive: String) throws {
        #expect(try reuse("max-age=60, " + directive, "max-stale=100", after: 61) == .validate(.stale))
    }

    /// RFC 5861 §3.
    @Test func staleWhileRevalidate() throws {
        #expect(try reuse("max-age=60, stale-while-revalidate=30", after: 59) == .fresh)
        #expect(try reuse("max-age=60, stale-while-revalidate=30", after: 89) == .stale(refreshes: true))
        #expect(try reuse("max-age=60, stale-while-revalidate=30", after: 90) == .validate(.stale))
        #expect(try reuse("s-maxage=60, stale-while-revalidate=30", after: 61) == .stale(refreshes: true))
        #expect(try reuse("max-age=60, stale-while-revalidate=30, must-revalidate", after: 61) == .validate(.stale))
        #expect(try reuse("max-age=60, stale-while-revalidate=30", "no-cache", after: 61) == .validate(.request))
        #expect(try reuse("max-age=60, stale-while-revalidate=30", after: 1, isPurged: true) == .stale(refreshes: true))
    }

    /// RFC 5861 §4, and grace by rule.
    @Test func staleIfError() throws {
        func replaces(_ response: String, _ request: String = "", after seconds: Int64, grace: Int64 = 0) throws -> Bool
        {
            let stored = try makeResponse(["Cache-Control: " + response, "ETag: \"a\""])
            let facts = try #require(decide(stored, to: try makeRequest()).terms?.facts)
            let asked = CacheDirectives(request: try makeRequest(request.isEmpty ? [] : ["Cache-Control: " + request]))
            var rules = CacheRules()
            rules.graceSeconds = grace
            return Reuse.mayReplaceError(facts, request: asked, rules: rules, now: testNow + seconds)
        }
        #expect(try replaces("max-age=60, stale-if-error=30", after: 90))
        #expect(try !replaces("max-age=60, stale-if-error=30", after: 91))
        #expect(try replaces("max-age=60", "stale-if-error=30", after: 90))
        #expect(try !replaces("max-age=60, stale-if-error=30, must-revalidate", after: 61))
        #expect(try !replaces("max-age=60", after: 61))
        #expect(try replaces("max-age=60", after: 61, grace: 10))
        #expect(try !replaces("max-age=60", after: 71, grace: 10))
        #expect(try !replaces("s-maxage=60", after: 61, grace: 10))
        #expect(try replaces("s-maxage=60, stale-if-error=5", after: 61, grace: 10))
        #expect(try !replaces("max-age=60, stale-if-error=30", "no-cache", after: 61))
    }

    /// Stale where nobody allowed it, a failure least of all (RFC 9111 §4.2.4).
    @Test func storedFailureStandsInForNone() throws {
        for (status, isGiven) in [(200, true), (404, true), (500, false), (503, false)] {
            let stored = try makeResponse(["Cache-Control: max-age=60, stale-if-error=30"], status: status)
            let facts = try #require(decide(stored, to: try makeRequest()).terms?.facts)
            let now = testNow + 61
            let asked = CacheDirectives(request: try makeRequest())
            #expect(Reuse.mayReplaceError(facts, request: asked, rules: CacheRules(), now: now) == isGiven)
        }
    }

    /// RFC 8246 §2.
    @Test func immutableIsNotReloadedWhileFresh() throws {
        #expect(try reuse("max-age=60, immutable", "max-age=0", after: 30) == .fresh)
        #expect(try reuse("max-age=60, immutable", "no-cache", after: 30) == .validate(.request))
        #expect(try reuse("max-age=60, immutable", "max-age=0", after: 61) == .validate(.request))
        #expect(try reuse("max-age=60, immutable", "max-age=5", after: 30) == .validate(.request))
    }
}
