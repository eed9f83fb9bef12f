import TestSupport

@testable import PandoCache
@testable import PandoEviction

/// A cache of keys without values, to run a policy over a trace.
struct PolicySimulator<Policy: EvictionPolicy> {
    private(set) var policy: Policy
    private(set) var slots: [UInt64: Slot] = [:]
    private var keys: [UInt64] = []
    private var free: [Slot] = []
    private(set) var hits = 0
    private(set) var reads = 0

    init(maximumWeight: Int) {
        policy = Policy(maximumWeight: maximumWeight, seed: 42)
    }

    var hitRatio: Double { 100 * Double(hits) / Double(reads) }

    /// One read: a hit, or an insertion with its evictions.
    mutating func read(_ key: UInt64, weight: Int = 1) {
        reads += 1
        if let slot = slots[key] {
            hits += 1
            policy.touch(slot)
            return
        }
        let slot = free.popLast() ?? Slot(keys.count)
        if Int(slot) == keys.count { keys.append(key) } else { keys[Int(slot)] = key }
        slots[key] = slot
        policy.insert(slot, hash: SeededGenerator.mix(key), weight: weight)
        evict()
    }

    mutating func reweigh(_ key: UInt64, to weight: Int) {
        guard let slot = slots[key] else { return }
        policy.reweigh(slot, to: weight)
        evict()
    }

    mutating func remove(_ key: UInt64) {
        guard let slot = slots.removeValue(forKey: key) else { return }
        policy.remove(slot)
        free.append(slot)
    }

    private mutating func evict() {
        var victims: [Slot] = []
        policy.evict(into: &victims)
        for victim in victims {
            slots[keys[Int(victim)]] = nil
            free.append(victim)
        }
    }
}
