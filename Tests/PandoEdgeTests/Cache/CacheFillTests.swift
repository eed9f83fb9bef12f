import Testing

@testable import PandoEdge

/// Requests for the same at the same time (RFC 9111 §4: "collapsed requests").
@Suite struct CacheFillTests {
    private let recorder = FillRecorder()

    private func wait(_ bench: CacheBench, _ fields: [String] = [], token: UInt64) throws -> (
        CacheFill, FillReader, CacheQuery
    ) {
        let query = try bench.query(fields)
        guard case .wait(let fill) = bench.cache.lookup(query, rules: bench.rules, now: testNow) else {
            throw CacheBench.Unexpected()
        }
        let reader = try #require(fill.subscribe(recorder, token: token))
        return (fill, reader, query)
    }

    /// All events until there is nothing, or the end.
    private func drain(_ fill: CacheFill, _ reader: FillReader, _ query: CacheQuery) -> [String] {
        var words: [String] = []
        while words.count < 1000 {
            let word = fill.next(reader) { query.matches($0) }.word
            if word == "nothing" { break }
            words.append(word)
            if ["end", "entry", "again", "alone", "failed"].contains(word) { break }
        }
        return words
    }

    @Test func oneFetchesAndOthersWait() throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        let (fill, reader, query) = try wait(bench, token: 7)
        #expect(fill === lead)
        #expect(drain(fill, reader, query) == [])
        try bench.begin(lead, ["Cache-Control: max-age=60"])
        #expect(recorder.take() == [7])
        bench.append(lead, "hel")
        bench.append(lead, "lo")
        #expect(recorder.take() == [], "one that has not looked yet is not told again")
        #expect(drain(fill, reader, query) == ["head ?", "chunk hel", "chunk lo"])
        #expect(bench.cache.finish(lead)?.body.text == "hello")
        #expect(recorder.take() == [7])
        #expect(drain(fill, reader, query) == ["end"])
        #expect(bench.cache.counters.coalesced == 1)
        #expect(bench.cache.reservedBytes == 0)
        #expect(try bench.lookup().word == "hit")
    }

    @Test func readerMayJoinWhileItComes() throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        try bench.begin(lead, ["Cache-Control: max-age=60", "Content-Length: 4"])
        bench.append(lead, "ab")
        let (fill, reader, query) = try wait(bench, token: 1)
        #expect(recorder.take() == [1])
        #expect(drain(fill, reader, query) == ["head 4", "chunk ab"])
        bench.append(lead, "cd")
        bench.cache.finish(lead)
        #expect(drain(fill, reader, query) == ["chunk cd", "end"])
    }

    @Test func readerThatComesToTheEndGetsTheEntry() throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        let (fill, reader, query) = try wait(bench, token: 1)
        try bench.begin(lead, ["Cache-Control: max-age=60"])
        bench.append(lead, "x")
        bench.cache.finish(lead)
        #expect(drain(fill, reader, query) == ["entry"])
    }

    /// What is private or has to be validated each time is never shared.
    @Test(arguments: ["private", "no-store", "no-cache", "max-age=0", "max-age=60, must-understand"])
    func answerForOneReleasesTheOthers(_ directive: String) throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        let (fill, reader, query) = try wait(bench, token: 1)
        let status = directive.hasSuffix("understand") ? 299 : 200
        try bench.begin(lead, ["Cache-Control: " + directive, "ETag: \"a\""], status: status)
        #expect(recorder.take() == [1])
        #expect(drain(fill, reader, query) == ["alone"])
        // And for a while nobody waits for this URI.
        let first = try bench.lookup()
        #expect(try bench.lookup().word == first.word)
        #expect(first.word != "wait")
    }

    @Test func uriIsSharedAgainOnceItCanBe() throws {
        let bench = try CacheBench()
        try bench.begin(try bench.lead(), ["Cache-Control: private"])
        let alone = try bench.lead()
        #expect(try bench.lookup().word == "miss uri-miss")
        try bench.begin(alone, ["Cache-Control: max-age=60"])
        bench.cache.abandon(alone)
        _ = try bench.lead()
        #expect(try bench.lookup().word == "wait")
    }

    @Test func otherVariantLooksAgain() throws {
        let bench = try CacheBench()
        let lead = try bench.lead(["Foo: 1"])
        let (fill, reader, query) = try wait(bench, ["Foo: 2"], token: 2)
        let (_, same, sameQuery) = try wait(bench, ["Foo: 1"], token: 1)
        try bench.begin(lead, ["Cache-Control: max-age=60", "Vary: Foo"], to: ["Foo: 1"])
        #expect(drain(fill, reader, query) == ["again"])
        #expect(drain(fill, same, sameQuery) == ["head ?"])
        // It now leads a fill of its own, which others of its kind join.
        #expect(try bench.lookup(["Foo: 2"]).word == "miss uri-miss")
        #expect(try bench.lookup(["Foo: 2"]).word == "wait")
        #expect(try bench.lookup(["Foo: 1"]).fill === fill)
    }

    @Test func failureIsTold() throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        let (fill, before, query) = try wait(bench, token: 1)
        bench.cache.fail(lead)
        #expect(drain(fill, before, query) == ["failed"])
        let next = try bench.lead()
        let (_, reader, other) = try wait(bench, token: 2)
        try bench.begin(next, ["Cache-Control: max-age=60"])
        bench.append(next, "x")
        #expect(drain(next, reader, other) == ["head ?", "chunk x"])
        bench.cache.fail(next)
        #expect(drain(next, reader, other) == ["failed"], "a body that broke off is not one that ended")
        #expect(bench.cache.memoryUse.entries == 0)
    }

    @Test func leaderThatGivesUpIsReplaced() throws {
        let bench = try CacheBench()
        let lead = try bench.lead()
        let (fill, reader, query) = try wait(bench, token: 1)
        bench.cache.abandon(lead)
        #expect(drain(fill, reader, query) == ["again"])
        #expect(try bench.lookup().word == "miss uri-miss")
    }

    @Test func validationIsShared() throws {
        let bench = try CacheBench()
        try bench.fetch(["Cache-Control: max-age=60", "ETag: \"a\""])
        let lead = try bench.lead(after: 70)
        let query = try bench.query()
        guard case .wait(let fill) = bench.cache.lookup(query, rules: bench.rules, now: testNow + 70) else {
            throw CacheBench.Unexpected()
        }
        let reader = try #require(fill.subscribe(recorder, token: 1))
        _ = try bench.confirm(lead, ["ETag: \"a\""], after: 70)
        guard case .entry(let entry) = fill.next(reader, matching: { query.matches($0) }) else {
            throw CacheBench.Unexpected()
        }
        #expect(bench.cache.answer(query, with: entry, now: testNow + 71).word == "hit")
    }

    /// A reload is not answered by what was asked for before it.
    @Test func reloadsAndRangesDoNotWait() throws {
        let bench = try CacheBench()
        _ = try bench.lead()
        #expect(try bench.lookup(["Cache-Control: no-cache"]).word == "miss uri-miss")
        #expect(try bench.lookup(["Range: bytes=0-1"]).word == "miss uri-miss")
        #expect(try bench.lookup().word == "wait")
    }

    // MARK: Bounds

    @Test func bodyThatIsTooLargeIsPassedOnInAWindow() throws {
        var bench = try CacheBench()
        bench.rules.maximumEntryBytes = 1000
        let lead = try bench.lead()
        lead.lead(recorder, token: 99)
        let (fill, reader, query) = try wait(bench, token: 1)
        try bench.begin(lead, ["Cache-Control: max-age=60"])
        #expect(drain(fill, reader, query) == ["head ?"])
        _ = recorder.take()
        let chunk = String(repeating: "x", count: 64 << 10)
        var sent = 0
        while bench.append(lead, chunk) == .proceed { sent += 1 }
        #expect(sent == FillState.windowBytes / (64 << 10))
        #expect(bench.cache.reservedBytes == 0)
        // Too late for others.
        #expect(try bench.lookup().word == "miss uri-miss")
        _ = recorder.take()
        for _ in 0..<sent { _ = fill.next(reader) { query.matches($0) } }
        #expect(recorder.take() == [99], "the leader is told once when the reader has caught up")
        bench.cache.finish(lead)
        #expect(bench.cache.memoryUse.entries == 0)
        #expect(drain(fill, reader, query).last == "end")
    }

    @Test func slowReaderCanBeGivenUp() throws {
        var bench = try CacheBench()
        bench.rules.maximumEntryBytes = 1000
        let lead = try bench.lead()
        lead.lead(recorder, token: 99)
        let (fill, slow, query) = try wait(bench, token: 1)
        try bench.begin(lead, ["Cache-Control: max-age=60"])
        #expect(drain(fill, slow, query) == ["head ?"])
        while bench.append(lead, String(repeating: "x", count: 64 << 10)) == .proceed {}
        _ = recorder.take()
        lead.dropLaggards()
        #expect(recorder.take().contains(99))
        #expect(drain(fill, slow, query) == ["failed"])
        #expect(bench.append(lead, "more") == .proceed)
    }

    @Test func readerThatLeavesReleasesTheLeader() throws {
        var bench = try CacheBench()
        bench.rules.maximumEntryBytes = 1000
        let lead = try bench.lead()
        lead.lead(recorder, token: 99)
        let (fill, reader, query) = try wait(bench, token: 1)
        try bench.begin(lead, ["Cache-Control: max-age=60"])
        #expect(drain(fill, reader, query) == ["head ?"])
        while bench.append(lead, String(repeating: "x", count: 64 << 10)) == .proceed {}
        _ = recorder.take()
        fill.unsubscribe(reader)
        #expect(recorder.take() == [99])
    }

    @Test func budgetOfFillsIsKept() throws {
        var configuration = HTTPCache.Configuration()
        configuration.fillBytes = 100
        let bench = try CacheBench(configuration)
        let one = try bench.lead([], "/1")
        let other = try bench.lead([], "/2")
        try bench.begin(one, ["Cache-Control: max-age=60"])
        try bench.begin(other, ["Cache-Control: max-age=60"])
        bench.append(one, String(repeating: "x", count: 60))
        #expect(bench.cache.reservedBytes == 60)
        bench.append(other, String(repeating: "x", count: 60))
        #expect(bench.cache.reservedBytes == 60)
        #expect(bench.cache.finish(other) == nil)
        #expect(bench.cache.finish(one) != nil)
        #expect(bench.cache.reservedBytes == 0)
    }
}
