import Testing

@testable import PandoEdge

@Suite struct MemoryTierTests {
    @Test func boundIsKept() throws {
        var configuration = HTTPCache.Configuration()
        configuration.memoryBytes = 200_000
        let bench = try CacheBench(configuration)
        for number in 0..<300 {
            try bench.fetch(body: String(repeating: "x", count: 2000), to: [], "/\(number)")
            #expect(bench.cache.memoryUse.bytes <= 200_000)
        }
        #expect(bench.cache.memoryUse.entries > 50)
        #expect(bench.cache.counters.evictions == 300 - bench.cache.memoryUse.entries)
    }

    /// What is asked for again and again outlives a scan of what is asked for once.
    @Test func scanDoesNotDriveOutWhatIsUsed() throws {
        var configuration = HTTPCache.Configuration()
        configuration.memoryBytes = 200_000
        let bench = try CacheBench(configuration)
        let body = String(repeating: "x", count: 2000)
        for number in 0..<20 { try bench.fetch(body: body, to: [], "/hot/\(number)") }
        for _ in 0..<5 { for number in 0..<20 { _ = try bench.lookup([], "/hot/\(number)") } }
        for number in 0..<500 { try bench.fetch(body: body, to: [], "/scan/\(number)") }
        let kept = try (0..<20).count { try bench.lookup([], "/hot/\($0)").word == "hit" }
        #expect(kept == 20)
    }

    @Test func variantsOfAResourceAreBounded() throws {
        var bench = try CacheBench()
        bench.rules.maximumVariants = 4
        for number in 0..<10 {
            let date = "Date: " + HTTPDate.text(testNow.seconds - 20 + Int64(number))
            try bench.fetch(["Cache-Control: max-age=600", "Vary: Foo", date], to: ["Foo: \(number)"])
        }
        #expect(bench.cache.memoryUse.entries == 4)
        #expect(try bench.lookup(["Foo: 9"]).word == "hit")
        #expect(try bench.lookup(["Foo: 5"]).word == "miss vary-miss")
    }

    @Test func entryOfMostOfTheMemoryIsNotLetIn() throws {
        var configuration = HTTPCache.Configuration()
        configuration.memoryBytes = 200_000
        let bench = try CacheBench(configuration)
        try bench.fetch(to: [], "/small")
        try bench.fetch(body: String(repeating: "x", count: 150_000), to: [], "/large")
        #expect(try bench.lookup([], "/small").word == "hit")
        #expect(try bench.lookup([], "/large").word == "miss uri-miss")
    }

    @Test func bodyIsLentPieceByPiece() {
        let body = CacheBody([[1, 2, 3], [], [4, 5]])
        #expect(body.count == 5)
        #expect(body.withBytes(from: 1) { Array($0) } == [2, 3])
        #expect(body.withBytes(from: 3) { Array($0) } == [4, 5])
        #expect(body.withBytes(from: 5) { $0.count } == 0)
        #expect(body.compacted().chunks == [[1, 2, 3, 4, 5]])
    }

    /// Many threads at once: nothing is served for another URI, and the bound holds.
    @Test(.timeLimit(.minutes(1))) func threadsShareIt() async throws {
        var configuration = HTTPCache.Configuration()
        configuration.memoryBytes = 300_000
        let bench = try CacheBench(configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask { try Self.work(bench, worker) }
            }
            try await group.waitForAll()
        }
        #expect(bench.cache.memoryUse.bytes <= 300_000)
        #expect(bench.cache.reservedBytes == 0)
    }

    private static func work(_ bench: CacheBench, _ worker: Int) throws {
        let recorder = FillRecorder()
        for round in 0..<400 {
            let target = "/\((round * 7 + worker) % 60)"
            let query = try bench.query([], target)
            switch bench.cache.lookup(query, rules: bench.rules, now: testNow) {
            case .hit(let entry, _): #expect(entry.body.text == target)
            case .miss(let fill, _), .validate(_, let fill, _):
                try bench.begin(fill, ["Cache-Control: max-age=60", "Surrogate-Key: t\(round % 9)"])
                bench.append(fill, target)
                bench.cache.finish(fill)
            case .wait(let fill):
                guard let reader = fill.subscribe(recorder, token: 0) else { continue }
                if case .entry(let entry) = fill.next(reader, matching: { query.matches($0) }) {
                    #expect(entry.body.text == target)
                }
                fill.unsubscribe(reader)
            case .bypass, .unavailable: Issue.record("unexpected")
            }
            if round % 50 == 0 { bench.cache.purge(tag: "t\(round % 9)", .hard) }
            if round % 30 == 0 { bench.cache.purge(uri: "http://example.org" + target, .hard) }
        }
    }
}
