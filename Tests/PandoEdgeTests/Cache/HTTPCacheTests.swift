import Testing

@testable import PandoEdge

/// RFC 9111 §3 and §4 from the request to the next one.
@Suite struct HTTPCacheTests {
    @Test func storedAnswerIsServedUntilItIsStale() throws {
        let bench = try CacheBench()
        #expect(try bench.lookup().word == "miss uri-miss")
        let other = try CacheBench()
        try other.fetch()
        #expect(try other.lookup(after: 59).word == "hit")
        #expect(try other.lookup(after: 59).entry?.body.text == "hello")
        #expect(try other.lookup(method: "HEAD", after: 59).word == "hit")
        #expect(try other.lookup([], "/b").word == "miss uri-miss")
        #expect(try other.lookup(after: 60).word == "validate stale")
        #expect(other.cache.counters.stored == 1)
        #expect(other.cache.counters.hits == 3)
    }

    /// §4.1.
    @Test func variantsAreKeptApart() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "Vary: Foo"], body: "one", to: ["Foo: 1"])
        #expect(try bench.lookup(["Foo: 2"]).word == "miss vary-miss")
        let again = try CacheBench()
        try again.fetch(["Cache-Control: max-age=60", "Vary: Foo"], body: "one", to: ["Foo: 1"])
        try again.fetch(["Cache-Control: max-age=60", "Vary: Foo"], body: "two", to: ["Foo: 2"])
        #expect(try again.lookup(["Foo: 1"]).entry?.body.text == "one")
        #expect(try again.lookup(["Foo: 2"]).entry?.body.text == "two")
    }

    /// §4: the most recent of several that fit.
    @Test func latestOfSeveralCounts() throws {
        let bench = try CacheBench()
        let dates = ["Sun, 06 Nov 1994 08:49:35 GMT", "Sun, 06 Nov 1994 08:49:36 GMT"]
        try bench.fetch(["Cache-Control: max-age=60", "Date: \(dates[1])", "Vary: Foo"], body: "new", to: ["Foo: 1"])
        let old = ["Cache-Control: max-age=60", "Date: \(dates[0])", "Vary: Bar"]
        // A request with another Foo, so that the first does not answer it.
        try bench.fetch(old, body: "old", to: ["Foo: 2"])
        #expect(try bench.lookup(["Foo: 1"]).entry?.body.text == "new")
        #expect(try bench.lookup(["Foo: 3"]).entry?.body.text == "old")
    }

    /// §5.2.1.7.
    @Test func onlyIfCached() throws {
        let bench = try CacheBench()
        #expect(try bench.lookup(["Cache-Control: only-if-cached"]).word == "unavailable")
        try bench.fetch()
        #expect(try bench.lookup(["Cache-Control: only-if-cached"]).word == "hit")
        #expect(try bench.lookup(["Cache-Control: only-if-cached"], after: 61).word == "unavailable")
        #expect(try bench.lookup(["Cache-Control: only-if-cached, max-stale"], after: 61).word == "hit")
    }

    /// §4.3.2: conditions that are not for caches, and methods that are not.
    @Test func someRequestsGoAround() throws {
        let bench = try CacheBench()
        try bench.fetch()
        #expect(try bench.lookup(["If-Match: \"a\""]).word == "bypass request")
        #expect(try bench.lookup(["If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"]).word == "bypass request")
        #expect(try bench.lookup(method: "POST").word == "bypass method")
        #expect(try bench.lookup([], "/b", method: "HEAD").word == "bypass uri-miss")
    }

    @Test func rulesMayNotListenToClients() throws {
        var bench = try CacheBench()
        try bench.fetch()
        #expect(try bench.lookup(["Cache-Control: no-cache"]).word == "validate request")
        #expect(try bench.lookup(["Pragma: no-cache"]).word == "validate request")
        bench.rules.honorsRequestDirectives = false
        #expect(try bench.lookup(["Cache-Control: no-cache"]).word == "hit")
    }

    /// §4.3.4.
    @Test func confirmedEntryIsFreshAgain() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\"", "X-Old: 1"])
        let answer = try bench.lookup(after: 100)
        let asked = try makeRequest(["If-None-Match: \"mine\""])
        answer.prepare(asked)
        #expect(asked.combined(.ifNoneMatch) == "\"a\"")
        let fill = try #require(answer.fill)
        let entry = try #require(try bench.confirm(fill, ["ETag: \"a\"", "X-Old: 2"], after: 100))
        #expect(String(decoding: entry.head.bytes, as: UTF8.self).contains("x-old: 2"))
        #expect(try bench.lookup(after: 159).word == "hit")
        #expect(try bench.lookup(after: 159).entry?.body.text == "hello")
        #expect(bench.cache.counters.revalidated == 1)
    }

    @Test func a304AboutSomethingElseIsNotBelieved() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let fill = try bench.lead(after: 100)
        #expect(try bench.confirm(fill, ["ETag: \"b\""], after: 100) == nil)
        // The same fill takes the answer to the request without conditions.
        try bench.begin(fill, ["Cache-Control: max-age=60", "ETag: \"b\""], after: 100)
        bench.append(fill, "new")
        #expect(bench.cache.finish(fill) != nil)
        #expect(try bench.lookup(after: 100).entry?.body.text == "new")
    }

    @Test func a304ThatForbidsStoringEndsTheEntry() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let entry = try bench.confirm(try bench.lead(after: 100), ["Cache-Control: no-store"], after: 100)
        #expect(entry?.body.text == "hello")
        #expect(try bench.lookup(after: 100).word == "miss uri-miss")
    }

    /// §3.5: a 304 that somebody with credentials got neither changes nor removes what is stored for all.
    @Test(arguments: ["Authorization: x", "Cookie: a=b"])
    func a304ForOneClientLeavesWhatIsStored(_ credentials: String) throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let fill = try bench.lead([credentials], after: 100)
        let entry = bench.cache.confirm(
            fill,
            request: try makeRequest([credentials]),
            response: try makeResponse(["ETag: \"a\"", "X-User: bob"], status: 304),
            rules: bench.rules,
            requestTime: testNow + 100,
            responseTime: testNow + 100
        )
        #expect(entry?.body.text == "hello")
        let next = try bench.lookup(after: 100)
        #expect(next.word == "validate stale")
        #expect(next.entry?.head.fields.contains { $0.id == .other } == false)
        // And an answer of its own does not either.
        let own = try #require(next.fill)
        try bench.begin(own, ["Cache-Control: max-age=60"], to: [credentials], after: 100)
        #expect(try bench.lookup(after: 100).word == "validate stale")
    }

    /// §4.3.5.
    @Test(arguments: [("ETag: \"a\"", "hit"), ("ETag: \"b\"", "validate stale")])
    func headBringsUpToDate(_ tag: String, _ word: String) throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let request = try makeRequest(method: "HEAD")
        bench.cache.takeHead(
            try bench.query(method: "HEAD"),
            request: request,
            response: try makeResponse([tag, "Cache-Control: max-age=600"]),
            rules: bench.rules,
            requestTime: testNow + 50,
            responseTime: testNow + 50
        )
        #expect(try bench.lookup(after: 55).word == word)
        if word == "hit" { #expect(try bench.lookup(after: 600).word == "hit") }
    }

    /// §4.4.
    @Test func unsafeMethodsInvalidate() throws {
        let bench = try CacheBench()
        for target in ["/a", "/b", "/c"] { try bench.fetch(to: [], target) }
        let response = try makeResponse(["Location: /b"], status: 201)
        bench.cache.noteUnsafe(
            request: try makeRequest(method: "POST"),
            response: response,
            isTLS: false,
            rules: bench.rules
        )
        #expect(try bench.lookup([], "/a").word == "miss uri-miss")
        #expect(try bench.lookup([], "/b").word == "miss uri-miss")
        #expect(try bench.lookup([], "/c").word == "hit")
    }

    /// An answer from before a change must not be stored after it.
    @Test func invalidationReachesWhatIsOnItsWay() throws {
        let bench = try CacheBench()
        for fields in [[], ["Cache-Control: no-cache"]] {
            let fill = try bench.lead(fields)
            try bench.begin(fill, ["Cache-Control: max-age=60"])
            bench.append(fill, "old")
            bench.cache.noteUnsafe(
                request: try makeRequest(method: "DELETE"),
                response: try makeResponse(status: 204),
                isTLS: false,
                rules: bench.rules
            )
            #expect(bench.cache.finish(fill) == nil)
            #expect(bench.cache.memoryUse.entries == 0)
        }
    }

    /// §3.3: what is not as long as it should be is not stored.
    @Test func incompleteBodyIsNotStored() throws {
        let bench = try CacheBench()
        let fill = try bench.lead()
        try bench.begin(fill, ["Cache-Control: max-age=60", "Content-Length: 10"])
        bench.append(fill, "short")
        #expect(bench.cache.finish(fill) == nil)
        let second = try bench.lead()
        try bench.begin(second, ["Cache-Control: max-age=60"])
        bench.append(second, "half")
        bench.cache.fail(second)
        #expect(bench.cache.memoryUse.entries == 0)
        #expect(bench.cache.reservedBytes == 0)
    }

    /// RFC 5861 §3: one refresh beside those who are served.
    @Test func staleWhileRevalidateRefreshesOnce() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60, stale-while-revalidate=60", "ETag: \"a\""])
        let first = try bench.lookup(after: 70)
        #expect(first.word == "hit+refresh")
        #expect(try bench.lookup(after: 70).word == "hit")
        _ = try bench.confirm(try #require(first.fill), [], after: 70)
        #expect(try bench.lookup(after: 120).word == "hit")
        #expect(bench.cache.counters.stale == 2)
    }

    /// RFC 5861 §4 and grace.
    @Test func staleStandsInForAnError() throws {
        var bench = try CacheBench()
        try bench.fetch()
        let answer = try bench.lookup(after: 70)
        let entry = try #require(answer.entry)
        let query = try bench.query()
        #expect(!bench.cache.mayServeInstead(entry, query, rules: bench.rules, now: testNow + 70))
        bench.rules.graceSeconds = 10
        #expect(bench.cache.mayServeInstead(entry, query, rules: bench.rules, now: testNow + 70))
        bench.cache.purge(prefix: "", .hard)
        #expect(!bench.cache.mayServeInstead(entry, query, rules: bench.rules, now: testNow + 70))
    }

    /// Errors by rule.
    @Test func errorsAreCachedByRule() throws {
        var bench = try CacheBench()
        bench.rules.lifetimes = [503: 5]
        try bench.fetch([], body: "busy", status: 503)
        #expect(try bench.lookup(after: 4).entry?.facts.status == 503)
        #expect(try bench.lookup(after: 5).word == "validate stale")
    }

    @Test func newerAnswerThatMayNotBeStoredReplacesTheStored() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let fill = try bench.lead(after: 70)
        try bench.begin(fill, ["Cache-Control: private"], after: 70)
        #expect(bench.cache.memoryUse.entries == 0)
    }
}
