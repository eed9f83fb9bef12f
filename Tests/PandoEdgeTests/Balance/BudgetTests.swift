import Testing

@testable import PandoEdge

@Suite struct BudgetTests {
    @Test func retriesAreAShareOfTheRequests() {
        let budget = RetryBudget(window: 10 * second)
        let settings = RetrySettings(share: 0.2, minimumPerSecond: 1)
        for _ in 0..<100 { budget.count(at: start) }
        // 20 for the requests, and 10 in ten seconds in any case.
        #expect(taken(budget, settings, at: start) == 30)
        #expect(taken(budget, settings, at: start + 9 * second) == 0)
        #expect(taken(budget, settings, at: start + 11 * second) == 10)
        #expect(taken(budget, settings, at: start + 30 * second) == 10)
    }

    @Test func aBudgetOfNothingAllowsNothing() {
        let budget = RetryBudget(window: 10 * second)
        #expect(taken(budget, RetrySettings(share: 0, minimumPerSecond: 0), at: start) == 0)
    }

    @Test(.timeLimit(.minutes(1))) func threadsDoNotTakeMoreThanThereIs() {
        let budget = RetryBudget(window: 10 * second)
        let settings = RetrySettings(share: 0, minimumPerSecond: 100)
        let given = SlidingCount<10>(over: second)
        onThreads(8) { _ in
            for _ in 0..<1000 where budget.take(settings, at: start) { given.add(1, at: start) }
        }
        #expect(given.sum(at: start) == 1000)
    }

    @Test func theUpstreamCountsFirstRequestsOnly() {
        let settings = Upstream.Settings(retries: RetrySettings(share: 0.1, minimumPerSecond: 0))
        let upstream = upstream(serverSettings(3), settings)
        _ = upstream.shares(of: 50)
        var random = WorkerRandom(seed: 1)
        var tried = ServerSet()
        tried.insert(0)
        for _ in 0..<50 { _ = upstream.pick(at: start, tried: tried, using: &random) }
        var started = 0
        for _ in 0..<20 where upstream.startRetry(at: start) {
            started += 1
            upstream.finishRetry()
        }
        #expect(started == 5)
    }

    @Test func slidingCountForgetsWhatIsOld() {
        let count = SlidingCount<10>(over: 10 * second)
        count.add(3, at: start)
        count.add(4, at: start + 5 * second)
        #expect(count.sum(at: start + 5 * second) == 7)
        #expect(count.sum(at: start + 9 * second) == 7)
        #expect(count.sum(at: start + 10 * second) == 4)
        #expect(count.sum(at: start + 15 * second) == 0)
        count.add(-10, at: start + 15 * second)
        #expect(count.sum(at: start + 15 * second) == 0)
    }

    @Test func theHedgeDelayIsAPercentileOfWhatIsRecent() throws {
        let settings = Upstream.Settings(hedge: HedgeSettings(percentile: 0.95, minimumRequests: 100))
        let upstream = upstream(serverSettings(2), settings)
        upstream.feed(0, 99, .good, latency: 10 * millisecond, at: start)
        #expect(upstream.hedgeDelay(at: start) == nil)
        upstream.feed(0, 901, .good, latency: 10 * millisecond, at: start)
        upstream.feed(0, 100, .good, latency: 80 * millisecond, at: start)
        // 9 % are at 80 ms, and a bucket is an eighth wide.
        let first = try #require(upstream.hedgeDelay(at: start + second))
        #expect(first >= 80 * millisecond && first <= 90 * millisecond)
        upstream.feed(0, 10_000, .good, latency: 80 * millisecond, at: start)
        for number in 2..<12 {
            upstream.feed(0, 2000, .good, latency: 20 * millisecond, at: start)
            _ = upstream.hedgeDelay(at: start + UInt64(number) * second)
        }
        let later = try #require(upstream.hedgeDelay(at: start + 12 * second))
        #expect(later >= 20 * millisecond && later <= 23 * millisecond)
    }

    @Test func bucketsOfLatencyHoldWhatTheySay() {
        var random = WorkerRandom(seed: 3)
        for _ in 0..<2000 {
            let latency = random.next() >> UInt64(24 + random.below(40))
            let bucket = RecentLatencies.bucket(latency)
            #expect(latency < RecentLatencies.end(of: bucket) || bucket == 199)
            #expect(bucket == 0 || latency >= RecentLatencies.end(of: bucket - 1))
        }
    }

    private func taken(_ budget: RetryBudget, _ settings: RetrySettings, at now: UInt64) -> Int {
        (0..<200).count { _ in budget.take(settings, at: now) }
    }
}
