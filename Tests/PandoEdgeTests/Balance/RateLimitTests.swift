import TestSupport
import Testing

@testable import PandoEdge

@Suite struct RateLimitTests {
    // MARK: Token bucket

    @Test func aBucketAllowsABurstAndThenTheRate() {
        let buckets = TokenBuckets(ratePerSecond: 10, burst: 5)
        let first = (0..<7).map { _ in buckets.take(of: 1, at: start) }
        #expect(first.map(\.isAllowed) == [true, true, true, true, true, false, false])
        #expect(first.map(\.remaining) == [4, 3, 2, 1, 0, 0, 0])
        #expect(first[6].retryAfter == 100 * millisecond)
        #expect(!buckets.take(of: 1, at: start + 99 * millisecond).isAllowed)
        #expect(buckets.take(of: 1, at: start + 100 * millisecond).isAllowed)
        #expect(buckets.take(of: 2, at: start).isAllowed, "another key has its own")
        let later = (0..<7).count { _ in buckets.take(of: 1, at: start + 100 * second).isAllowed }
        #expect(later == 5, "a pause fills the bucket, and no more")
    }

    @Test func aRequestMayCostMore() {
        let buckets = TokenBuckets(ratePerSecond: 1, burst: 10)
        #expect(buckets.take(7, of: 1, at: start).remaining == 3)
        let refused = buckets.take(5, of: 1, at: start)
        #expect(!refused.isAllowed && refused.remaining == 3 && refused.retryAfter == 2 * second)
        #expect(buckets.take(5, of: 1, at: start + 2 * second).isAllowed)
    }

    @Test func extremeNumbersDoNoHarm() {
        let slow = TokenBuckets(ratePerSecond: 1e-9, burst: .max)
        #expect(slow.take(of: 1, at: start).isAllowed)
        #expect(!slow.take(.max, of: 1, at: start).isAllowed)
        let quick = TokenBuckets(ratePerSecond: 1e12, burst: 1)
        #expect(quick.take(of: 1, at: start).isAllowed)
        #expect(quick.take(-5, of: 1, at: start).isAllowed)
    }

    @Test func theRateHoldsOverTime() {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        var random = WorkerRandom(seed: seed)
        let buckets = TokenBuckets(ratePerSecond: 50, burst: 10)
        var now = start
        var allowed = 0
        for _ in 0..<20_000 {
            now += UInt64(random.below(2_000_000))
            if buckets.take(of: 7, at: now).isAllowed { allowed += 1 }
        }
        let most = Double(now - start) / 1e9 * 50 + 10
        #expect(Double(allowed) <= most + 1 && Double(allowed) > most * 0.98, "BALANCE_SEED=\(seed)")
    }

    // MARK: Sliding window

    @Test func aWindowAllowsItsLimitAndSlides() {
        let windows = SlidingWindows(limit: 10, per: .seconds(10))
        let from = 1000 * second
        #expect((0..<15).count { _ in windows.take(of: 1, at: from).isAllowed } == 10)
        let refused = windows.take(of: 1, at: from + 9 * second)
        #expect(!refused.isAllowed && refused.remaining == 0)
        // Half of the next window: half of the ten count.
        #expect((0..<15).count { _ in windows.take(of: 1, at: from + 15 * second).isAllowed } == 5)
        #expect((0..<15).count { _ in windows.take(of: 1, at: from + 40 * second).isAllowed } == 10)
    }

    @Test func aRefusalSaysWhenToComeAgain() {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        var random = WorkerRandom(seed: seed)
        let windows = SlidingWindows(limit: 7, per: .seconds(3))
        var now = start
        for key in UInt64(0)..<300 {
            for _ in 0..<random.below(40) {
                now += UInt64(random.below(400)) * millisecond
                let decision = windows.take(of: key, at: now)
                guard !decision.isAllowed else { continue }
                #expect(!windows.take(of: key, at: now + decision.retryAfter - millisecond).isAllowed)
                now += decision.retryAfter
                #expect(windows.take(of: key, at: now).isAllowed, "BALANCE_SEED=\(seed)")
            }
        }
    }

    // MARK: Keys

    @Test func memoryIsBoundedAndTheOldestIsForgotten() {
        var entries = RateEntries<Int>(capacity: 3)
        func value(_ key: UInt64) -> Int { entries.values[entries.place(of: key, default: Int(key))] }
        for key in UInt64(1)...3 { entries.values[entries.place(of: key, default: 0)] = Int(key) * 10 }
        #expect(value(1) == 10)
        #expect(value(4) == 4, "2 was used longest ago")
        #expect([value(1), value(3), value(4)] == [10, 30, 4])
        #expect(value(2) == 2, "it begins anew, in the place of 1")
        #expect([value(3), value(4), value(1)] == [30, 4, 1])
        #expect(entries.count == 3)
    }

    @Test func theOrderOfUseIsThatOfAPlainList() {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        var random = WorkerRandom(seed: seed)
        var entries = RateEntries<UInt64>(capacity: 8)
        var list: [UInt64] = []
        for _ in 0..<5000 {
            let key = UInt64(random.below(14))
            let isKnown = list.contains(key)
            let place = entries.place(of: key, default: .max)
            #expect((entries.values[place] == key) == isKnown, "BALANCE_SEED=\(seed)")
            entries.values[place] = key
            list.removeAll { $0 == key }
            list.append(key)
            if list.count > 8 { list.removeFirst() }
        }
    }

    @Test(.timeLimit(.minutes(1))) func threadsShareTheLimitOfAKey() {
        let buckets = TokenBuckets(ratePerSecond: 1, burst: 1000, capacity: 4096)
        let allowed = SlidingCount<10>(over: second)
        onThreads(8) { thread in
            for number in 0..<1000 {
                if buckets.take(of: 1, at: start).isAllowed { allowed.add(1, at: start) }
                _ = buckets.take(of: UInt64(thread * 1000 + number) + 2, at: start)
                // Used again and again, it is never the oldest.
            }
        }
        #expect(allowed.sum(at: start) == 1000)
        #expect(buckets.count <= 4096 && buckets.count > 3000)
    }
}
