public import PandoEviction

/// Which entries a full cache keeps.
@nonexhaustive
public enum CachePolicy: String, Sendable, Hashable, CaseIterable {
    /// W-TinyLFU with an adaptive window (Einziger, Friedman, Manes 2017; Einziger, Eytan, Friedman, Manes 2018):
    /// keeps what is asked for often, lets in what is new for a while, and learns the balance from its own hit ratio.
    /// Withstands scans. The default.
    case adaptive
    /// Least recently used. For access that is purely about recency.
    case lru
    /// Least frequently used, the older first among equals. It never forgets: for stable popularity only.
    case lfu
}

/// The policy in force, without an existential: the two that are not in use stay empty.
@usableFromInline
struct PolicyState: Sendable {
    private let kind: CachePolicy
    private var adaptive: AdaptivePolicy
    private var lru: LRUPolicy
    private var lfu: LFUPolicy

    init(_ kind: CachePolicy, maximumWeight: Int, seed: UInt64) {
        self.kind = kind
        adaptive = AdaptivePolicy(maximumWeight: maximumWeight, seed: seed)
        lru = LRUPolicy(maximumWeight: maximumWeight, seed: seed)
        lfu = LFUPolicy(maximumWeight: maximumWeight, seed: seed)
    }

    var weight: Int {
        switch kind {
        case .adaptive: adaptive.weight
        case .lru: lru.weight
        case .lfu: lfu.weight
        }
    }

    @usableFromInline
    func hash(of slot: Slot) -> UInt64 {
        switch kind {
        case .adaptive: adaptive.hash(of: slot)
        case .lru: lru.hash(of: slot)
        case .lfu: lfu.hash(of: slot)
        }
    }

    @usableFromInline
    mutating func insert(_ slot: Slot, hash: UInt64, weight: Int) {
        switch kind {
        case .adaptive: adaptive.insert(slot, hash: hash, weight: weight)
        case .lru: lru.insert(slot, hash: hash, weight: weight)
        case .lfu: lfu.insert(slot, hash: hash, weight: weight)
        }
    }

    @usableFromInline
    mutating func touch(_ slot: Slot) {
        switch kind {
        case .adaptive: adaptive.touch(slot)
        case .lru: lru.touch(slot)
        case .lfu: lfu.touch(slot)
        }
    }

    @usableFromInline
    mutating func reweigh(_ slot: Slot, to weight: Int) {
        switch kind {
        case .adaptive: adaptive.reweigh(slot, to: weight)
        case .lru: lru.reweigh(slot, to: weight)
        case .lfu: lfu.reweigh(slot, to: weight)
        }
    }

    @usableFromInline
    mutating func remove(_ slot: Slot) {
        switch kind {
        case .adaptive: adaptive.remove(slot)
        case .lru: lru.remove(slot)
        case .lfu: lfu.remove(slot)
        }
    }

    @usableFromInline
    mutating func evict(into victims: inout [Slot]) {
        switch kind {
        case .adaptive: adaptive.evict(into: &victims)
        case .lru: lru.evict(into: &victims)
        case .lfu: lfu.evict(into: &victims)
        }
    }
}
