import PandoTelemetry
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import PandoCache

@Suite(.timeLimit(.minutes(1))) struct CacheTests {
    private struct LoadFailed: Error {}

    private let clock = ManualClock()

    private func cache(_ change: (inout CacheConfiguration) -> Void = { _ in }) -> Cache<String, Int> {
        var configuration = CacheConfiguration()
        configuration.ttlJitter = 0
        change(&configuration)
        return Cache("test", configuration: configuration, clock: clock)
    }

    @Test func aHundredCallersShareOneLoad() async throws {
        let cache = cache()
        let gate = Gate()
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    try await cache.value(for: "a", ttl: .seconds(10)) {
                        await gate.wait()
                        return 7
                    }
                }
            }
            await gate.waitForArrivals(1)
            gate.open()
            for try await value in group { #expect(value == 7) }
        }
        #expect(gate.arrived == 1)
        #expect(try await cache.value(for: "a", ttl: .seconds(10)) { 8 } == 7)
    }

    @Test func aValueLivesForItsTimeAndNoLonger() async throws {
        let cache = cache()
        for (advance, expected) in [(0, 1), (9, 1), (1, 2), (9, 2)] {
            clock.advance(by: .seconds(advance))
            #expect(try await cache.value(for: "a", ttl: .seconds(10)) { expected } == expected)
        }
        #expect(cache.cachedValue(for: "a") == 2)
        clock.advance(by: .seconds(1))
        #expect(cache.cachedValue(for: "a") == nil)
    }

    @Test func aLookThatLoadsNothingLeavesTheRefreshToOneThatDoes() async throws {
        let cache = cache()
        _ = try await cache.value(for: "a", ttl: .seconds(10), staleFor: .seconds(60)) { 1 }
        clock.advance(by: .seconds(11))
        #expect(cache.cachedValue(for: "a") == nil)
        #expect(try await cache.value(for: "a", ttl: .seconds(10), staleFor: .seconds(60)) { 2 } == 2)
        #expect(cache.cachedValue(for: "a") == 2)
    }

    @Test func jitterTakesUpToItsShareOffTheTimeToLive() async throws {
        var configuration = CacheConfiguration()
        configuration.ttlJitter = 0.5
        let cache = Cache<String, Int>("test", configuration: configuration, clock: clock, random: { .max })
        _ = try await cache.value(for: "a", ttl: .seconds(10)) { 1 }
        clock.advance(by: .milliseconds(4_999))
        #expect(cache.cachedValue(for: "a") == 1)
        clock.advance(by: .milliseconds(2))
        #expect(cache.cachedValue(for: "a") == nil)
    }

    @Test func absenceHasATimeToLiveOfItsOwn() async throws {
        let cache = cache()
        let loads = Atomic(0)
        func ask() async throws -> Int? {
            try await cache.valueIfPresent(for: "a", ttl: .seconds(10), absentTTL: .seconds(2)) {
                loads.add(1, ordering: .relaxed)
                return nil
            }
        }
        #expect(try await ask() == nil)
        #expect(try await ask() == nil)
        #expect(loads.load(ordering: .relaxed) == 1)
        #expect(try await cache.value(for: "a", ttl: .seconds(10)) { 5 } == 5, "who needs a value loads one")
        #expect(try await ask() == 5)
        cache.remove("a")
        #expect(try await ask() == nil)
        clock.advance(by: .seconds(2))
        #expect(try await ask() == nil)
        #expect(loads.load(ordering: .relaxed) == 3)
    }

    @Test func anErrorReachesAllWhoWaitAndIsNotKept() async throws {
        let cache = cache()
        let gate = Gate()
        await withTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    await #expect(throws: LoadFailed.self) {
                        try await cache.value(for: "a", ttl: .seconds(10)) {
                            await gate.wait()
                            throw LoadFailed()
                        }
                    }
                }
            }
            await gate.waitForArrivals(1)
            gate.open()
        }
        #expect(try await cache.value(for: "a", ttl: .seconds(10)) { 3 } == 3)
    }

    /// Starts a caller whose load waits at the gate, then one that waits for it.
    private func leaderAndWaiter(
        _ cache: Cache<String, Int>,
        _ gate: Gate
    ) async -> (leader: Task<Int, any Error>, waiter: Task<Int, any Error>) {
        let leader = Task {
            try await cache.value(for: "a", ttl: .seconds(10)) {
                await gate.wait()
                try Task.checkCancellation()
                return 1
            }
        }
        await gate.waitForArrivals(1)
        let waiter = Task { try await cache.value(for: "a", ttl: .seconds(10)) { 2 } }
        while cache.nextWaiter.load(ordering: .relaxed) == 0 { await Task.yield() }
        return (leader, waiter)
    }

    @Test func aCancelledWaiterLeavesAlone() async throws {
        let cache = cache()
        let gate = Gate()
        let (leader, waiter) = await leaderAndWaiter(cache, gate)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        gate.open()
        #expect(try await leader.value == 1)
    }

    @Test func aCancelledLeaderHandsOver() async throws {
        let cache = cache()
        let gate = Gate()
        let (leader, waiter) = await leaderAndWaiter(cache, gate)
        // The waiter may have been counted before it stands in line; then it begins again and finds the line.
        leader.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await leader.value }
        #expect(try await waiter.value == 2)
        #expect(cache.cachedValue(for: "a") == 2)
    }

    @Test func aCancelledLeaderWithoutWaitersLeavesNothingBehind() async throws {
        let cache = cache()
        let gate = Gate()
        let leader = Task {
            try await cache.value(for: "a", ttl: .seconds(10)) {
                await gate.wait()
                throw CancellationError()
            }
        }
        await gate.waitForArrivals(1)
        leader.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await leader.value }
        #expect(try await cache.value(for: "a", ttl: .seconds(10)) { 4 } == 4)
        #expect(cache.loadsInFlight.load(ordering: .relaxed) == 0)
    }

    @Test func loadsAndWaitersAreBounded() async throws {
        let cache = cache {
            $0.maximumLoads = 1
            $0.maximumWaitersPerLoad = 0
        }
        let gate = Gate()
        let leader = Task {
            try await cache.value(for: "a", ttl: .seconds(10)) {
                await gate.wait()
                return 1
            }
        }
        await gate.waitForArrivals(1)
        for key in ["a", "b"] {
            let error = await #expect(throws: CacheError.self) {
                try await cache.value(for: key, ttl: .seconds(10)) { 2 }
            }
            #expect(error?.code == .overloaded)
        }
        gate.open()
        #expect(try await leader.value == 1)
        #expect(try await cache.value(for: "b", ttl: .seconds(10)) { 2 } == 2)
    }

    @Test func aLoadThatNeedsItsOwnKeyIsRefused() async throws {
        let cache = cache()
        let error = await #expect(throws: CacheError.self) {
            try await cache.value(for: "a", ttl: .seconds(10)) {
                try await cache.value(for: "b", ttl: .seconds(10)) {
                    try await cache.value(for: "a", ttl: .seconds(10)) { 1 }
                }
            }
        }
        #expect(error?.code == .recursiveLoad)
        #expect(cache.shards.allSatisfy { $0.state.withLock { $0.ledger.isIdle } })
    }

    @Test func loadsThatNeedEachOthersKeysBothEnd() async throws {
        let cache = cache()
        let gate = Gate()
        @Sendable func load(_ key: String, needs other: String) async throws -> Int {
            try await cache.value(for: key, ttl: .seconds(10)) {
                await gate.wait()
                return try await cache.value(for: other, ttl: .seconds(10)) { 1 } + 1
            }
        }
        async let first = load("a", needs: "b")
        async let second = load("b", needs: "a")
        await gate.waitForArrivals(2)
        gate.open()
        #expect(try await [first, second].allSatisfy { (2...3).contains($0) })
    }

    @Test func aStaleValueIsServedWhileRunRefreshesIt() async throws {
        let cache = cache()
        let gate = Gate()
        let service = Task { await cache.run() }
        @Sendable func ask(_ load: @escaping @Sendable () async throws -> Int) async throws -> Int {
            try await cache.value(for: "a", ttl: .seconds(10), staleFor: .seconds(60), load: load)
        }
        #expect(try await ask { 1 } == 1)
        clock.advance(by: .seconds(11))
        // The service may still be on its way to take refreshes; till then the caller would load itself.
        while cache.refresher.submit({}) == .stopped { await Task.yield() }
        #expect(
            try await ask {
                await gate.wait(); return 2
            } == 1
        )
        await gate.waitForArrivals(1)
        #expect(try await ask { 3 } == 1, "one refresh at a time")
        gate.open()
        while try await ask({ 4 }) == 1 { await Task.yield() }
        #expect(try await ask { 5 } == 2)
        service.cancel()
        await service.value
    }

    @Test func aFailedRefreshKeepsTheStaleValueAndIsTriedAgainAfterThePause() async throws {
        let cache = cache()
        let attempts = Atomic(0)
        func ask() async throws -> Int {
            try await cache.value(for: "a", ttl: .seconds(10), staleFor: .seconds(60)) {
                if attempts.add(1, ordering: .relaxed).newValue == 2 { throw LoadFailed() }
                return attempts.load(ordering: .relaxed)
            }
        }
        #expect(try await ask() == 1)
        clock.advance(by: .seconds(10))
        #expect(try await ask() == 1, "nobody runs refreshes, so the caller tried and failed")
        #expect(try await ask() == 1, "within the pause nobody tries")
        clock.advance(by: .seconds(1))
        #expect(try await ask() == 3)
        clock.advance(by: .seconds(70))
        #expect(try await ask() == 4, "past its stale time it is loaded anew")
    }

    @Test func heavyValuesCountWithWhatTheyOwn() async throws {
        let cache = Cache<String, [UInt8]>("test", configuration: CacheConfiguration(maximumBytes: 100_000))
        for key in 0..<100 {
            _ = try await cache.value(for: "key \(key)", ttl: .seconds(10)) { Array(repeating: 1, count: 10_000) }
        }
        #expect(cache.statistics.entries == 9)
        #expect(cache.statistics.bytes <= 100_000)
        #expect(cache.statistics.evictions == 91)
    }

    @Test func metricsTellWhatHappened() async throws {
        let registry = MetricsRegistry()
        let cache = Cache<String, Int>("hotels", metrics: registry, clock: clock)
        _ = try await cache.value(for: "a", ttl: .seconds(10)) { 1 }
        _ = try await cache.value(for: "a", ttl: .seconds(10)) { 1 }
        await #expect(throws: LoadFailed.self) {
            try await cache.value(for: "b", ttl: .seconds(10)) { throw LoadFailed() }
        }
        let text = registry.exposition()
        for line in [
            "pando_cache_hits_total{cache=\"hotels\"} 1", "pando_cache_misses_total{cache=\"hotels\"} 2",
            "pando_cache_load_failures_total{cache=\"hotels\"} 1", "pando_cache_entries{cache=\"hotels\"} 1",
            "pando_cache_load_duration_seconds_count{cache=\"hotels\"} 1",
        ] {
            #expect(text.contains(line), "\(line)")
        }
    }
}
