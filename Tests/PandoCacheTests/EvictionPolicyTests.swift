import TestSupport
import Testing

@testable import PandoCache
@testable import PandoEviction

@Suite struct EvictionPolicyTests {
    @Test func lruEvictsTheLongestUnread() {
        var cache = PolicySimulator<LRUPolicy>(maximumWeight: 3)
        for key: UInt64 in [1, 2, 3, 1, 4] { cache.read(key) }
        #expect(Set(cache.slots.keys) == [1, 3, 4])
    }

    @Test func lfuEvictsTheLeastReadAndTheOlderAmongEquals() {
        var cache = PolicySimulator<LFUPolicy>(maximumWeight: 3)
        for key: UInt64 in [1, 1, 2, 3, 3, 4] { cache.read(key) }
        #expect(Set(cache.slots.keys) == [1, 3, 4])
        for key: UInt64 in [4, 4, 5] { cache.read(key) }
        #expect(Set(cache.slots.keys) == [3, 4, 5], "the older of those read twice went")
    }

    @Test func adaptiveKeepsThePopularThroughAScan() {
        var cache = PolicySimulator<AdaptivePolicy>(maximumWeight: 100)
        for _ in 0..<20 { for key: UInt64 in 0..<80 { cache.read(key) } }
        for key: UInt64 in 1000..<3000 { cache.read(key) }
        #expect((0..<80).filter { cache.slots[$0] != nil }.count >= 70)
    }

    @Test func adaptiveWindowGrowsWhereOnlyRecencyPays() {
        // Each key is read twice, a hundred reads apart, and never again: frequency cannot tell them apart.
        var cache = PolicySimulator<AdaptivePolicy>(maximumWeight: 1000)
        var hitsAtHalf = 0
        for step: UInt64 in 0..<150_000 {
            cache.read(2 * step)
            cache.read(2 * step + 1)
            if step >= 100 { cache.read(2 * (step - 100)) }
            if step == 75_000 { hitsAtHalf = cache.hits }
        }
        let ratio = 100 * Double(cache.hits - hitsAtHalf) / Double(3 * 75_000)
        #expect(ratio > 30, "the best possible is 33.3")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func boundsAndMembersHold(seed: UInt64) {
        check(AdaptivePolicy.self, seed)
        check(LRUPolicy.self, seed)
        check(LFUPolicy.self, seed)
    }

    /// Random reads, weights, changes of weight and removals: the policy holds what the owner holds, within its bound.
    private func check<Policy: EvictionPolicy>(_ policy: Policy.Type, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let maximum = 1000
        var cache = PolicySimulator<Policy>(maximumWeight: maximum)
        var weights: [UInt64: Int] = [:]
        for _ in 0..<20_000 {
            let key = min(random.next() % 200, random.next() % 200)
            let weight = Int(random.next() % (seed % 2 == 0 ? 1200 : 90)) + 1
            switch random.next() % 10 {
            case 0: cache.remove(key)
            case 1:
                cache.reweigh(key, to: weight)
                weights[key] = weight
            default:
                if cache.slots[key] == nil { weights[key] = weight }
                cache.read(key, weight: weight)
            }
            let held = cache.slots.keys.reduce(0) { $0 + (weights[$1] ?? 0) }
            guard cache.policy.weight == held, held <= maximum else {
                Issue.record("\(policy), seed \(seed): the policy holds \(cache.policy.weight), its owner \(held)")
                return
            }
        }
    }

    @Test(
        .enabled(if: Trace.areHere),
        arguments: zip(
            [(Trace.multi1, 1000), (.loop, 512), (.twoPools, 450), (.web07, 1000)],
            [(68.51, 48.23), (46.21, 0.00), (51.69, 50.27), (51.25, 50.41)]
        )
    )
    func hitRatiosReachTheReference(_ run: (trace: Trace, size: Int), _ reference: (adaptive: Double, lru: Double))
        throws
    {
        let keys = try run.trace.keys()
        var adaptive = PolicySimulator<AdaptivePolicy>(maximumWeight: run.size)
        var lru = PolicySimulator<LRUPolicy>(maximumWeight: run.size)
        for key in keys {
            adaptive.read(key)
            lru.read(key)
        }
        print("\(run.trace) at \(run.size): adaptive \(adaptive.hitRatio), LRU \(lru.hitRatio)")
        #expect(adaptive.hitRatio >= reference.adaptive - 1)
        #expect(abs(lru.hitRatio - reference.lru) < 0.01)
    }
}
