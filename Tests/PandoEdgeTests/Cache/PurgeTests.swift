import Testing

@testable import PandoEdge

@Suite struct PurgeTests {
    private let fresh = "Cache-Control: max-age=60, stale-while-revalidate=60"

    @Test func byURI() throws {
        let bench = try CacheBench()
        try bench.fetch([fresh, "Vary: Foo"], to: ["Foo: 1"])
        try bench.fetch([fresh, "Vary: Foo"], to: ["Foo: 2"])
        try bench.fetch(to: [], "/b")
        #expect(bench.cache.purge(uri: "HTTP://Example.org:80/a", .hard))
        #expect(bench.cache.memoryUse.entries == 1)
        #expect(!bench.cache.purge(uri: "/a", .hard))
        #expect(!bench.cache.purge(uri: "ftp://example.org/a", .hard))
    }

    @Test func softlyByURI() throws {
        let bench = try CacheBench()
        try bench.fetch([fresh])
        bench.cache.purge(uri: "http://example.org/a", .soft)
        #expect(try bench.lookup(after: 1).word == "hit+refresh")
    }

    @Test func byPrefix() throws {
        let bench = try CacheBench()
        for target in ["/a/1", "/a/2", "/b"] { try bench.fetch(to: [], target) }
        #expect(bench.cache.purge(prefix: "http://example.org/a/", .hard))
        #expect(try bench.lookup([], "/a/1").word == "miss miss")
        #expect(try bench.lookup([], "/a/2").word == "miss miss")
        #expect(try bench.lookup([], "/b").word == "hit")
        #expect(!bench.cache.purge(prefix: "/b", .hard))
        bench.cache.purge(prefix: "", .hard)
        #expect(try bench.lookup([], "/b").word == "miss miss")
    }

    @Test func byTag() throws {
        let bench = try CacheBench()
        try bench.fetch([fresh, "Surrogate-Key: room-1  hotel"], to: [], "/1")
        try bench.fetch([fresh, "Cache-Tag: room 2, hotel"], to: [], "/2")
        bench.cache.purge(tag: "room-1", .hard)
        #expect(try bench.lookup([], "/1").word == "miss miss")
        #expect(try bench.lookup([], "/2").word == "hit")
        bench.cache.purge(tag: "room 2", .soft)
        #expect(try bench.lookup([], "/2").word == "hit+refresh")
        bench.cache.purge(tag: "hotel", .hard)
        #expect(try bench.lookup([], "/2").word == "miss miss")
    }

    @Test func whatIsStoredAfterwardsStays() throws {
        let bench = try CacheBench()
        bench.cache.purge(tag: "t", .hard)
        bench.cache.purge(prefix: "http://example.org/", .hard)
        try bench.fetch([fresh, "Surrogate-Key: t"])
        #expect(try bench.lookup().word == "hit")
    }

    /// An answer that was asked for before a purge is from before it.
    @Test func purgeReachesWhatIsOnItsWay() throws {
        let bench = try CacheBench()
        let fill = try bench.lead()
        try bench.begin(fill, [fresh, "Surrogate-Key: t"])
        bench.cache.purge(tag: "t", .hard)
        bench.cache.finish(fill)
        #expect(try bench.lookup().word == "miss miss")
    }

    /// Whoever asks after a purge gets nothing from before it.
    @Test func nobodyJoinsWhatBeganBeforeAPurge() throws {
        let bench = try CacheBench()
        _ = try bench.lead()
        #expect(try bench.lookup().word == "wait")
        bench.cache.purge(tag: "t", .hard)
        #expect(try bench.lookup().word == "miss uri-miss")
        #expect(try bench.lookup().word == "wait")
    }

    /// What is forgotten takes more with it, never less.
    @Test func forgottenPurgesStillHold() throws {
        let log = PurgeLog()
        let before = log.generation
        for tag in 0..<UInt64(PurgeLog.maximumTags + 10) { log.purge(tag: tag, .hard) }
        #expect(log.check(uri: [], tags: [3], since: before) == .hard)
        for number in 0..<PurgeLog.maximumPrefixes + 10 { log.purge(prefix: Array("http://\(number)/".utf8), .soft) }
        #expect(log.check(uri: Array("http://3/x".utf8), tags: [], since: before) == .hard)
        let after = log.generation
        #expect(log.check(uri: Array("http://3/x".utf8), tags: [3], since: after) == nil)
        log.purge(prefix: Array("http://3/".utf8), .soft)
        #expect(log.check(uri: Array("http://3/x".utf8), tags: [], since: after) == .soft)
        #expect(log.check(uri: Array("http://33/x".utf8), tags: [], since: after) == nil)
    }

    @Test func tooManyTagsAreNotStored() throws {
        let bench = try CacheBench()
        let tags = (0...CacheTags.maximum).map { "\($0)" }.joined(separator: " ")
        #expect(try bench.fetch([fresh, "Surrogate-Key: " + tags]) == nil)
    }
}
