import PandoEviction

/// What a ``CacheTable`` holds.
protocol CacheTableElement: Sendable {
    var key: CacheKey { get }
    var variant: Variant { get }
    /// Date, in seconds since 1970: of several that fit a request the latest counts (RFC 9111 §4).
    var date: Int64 { get }
    /// Bytes, of memory or of disk.
    var weight: Int { get }
}

/// Stored responses by key and variant, bounded in bytes by adaptive W-TinyLFU, which lets nobody in who is asked for once.
///
/// A value: its owner holds it in a lock. Variants of a key have the same hash and so lie in one run of the index.
struct CacheTable<Element: CacheTableElement>: Sendable {
    private var slots: [Element?] = []
    private var index = SlotIndex()
    private var policy: AdaptivePolicy
    private var freeSlots: [Slot] = []
    private var victims: [Slot] = []
    let maximumBytes: Int

    /// Bytes that an element costs the table itself: its place, its node in the policy, its cells of index and sketch.
    static var overheadBytes: Int { MemoryLayout<Element?>.stride + SlotNodes.bytesPerSlot + 24 }

    init(maximumBytes: Int, seed: UInt64) {
        self.maximumBytes = maximumBytes
        policy = AdaptivePolicy(maximumWeight: maximumBytes, seed: seed)
    }

    var count: Int { index.count }
    var bytes: Int { policy.weight }

    /// All of them, for what happens seldom.
    var elements: [Element] { slots.compactMap { $0 } }

    /// The latest element that answers a request, and whether there is any of its URI. Counts as a read.
    mutating func find(_ query: CacheQuery) -> (element: Element?, hasKey: Bool) {
        var best = Slot.none
        var bestDate = Int64.min
        var hasKey = false
        _ = index.find(query.hash) { slot in
            guard let element = slots[Int(slot)], query.matches(element.key) else { return false }
            hasKey = true
            if element.date >= bestDate, query.matches(element.variant) { (best, bestDate) = (slot, element.date) }
            return false
        }
        guard best != .none else { return (nil, hasKey) }
        policy.touch(best)
        return (slots[Int(best)], true)
    }

    /// The element of a key and a variant. Does not count as a read.
    func element(_ key: CacheKey, _ variant: Variant) -> Element? {
        let slot = index.find(key.hash) { slot in
            slots[Int(slot)].map { $0.key == key && $0.variant == variant } ?? false
        }
        return slot == .none ? nil : slots[Int(slot)]
    }

    /// Puts an element in the place of the one of its key and variant.
    ///
    /// - Parameter maximumVariants: The oldest of a key goes where there would be more.
    /// - Returns: What went, the new one included where it was not let in; to be released without the lock.
    mutating func store(_ element: Element, maximumVariants: Int) -> [Element] {
        var gone = remove(element.key) { $0.variant == element.variant }
        let others = places(of: element.key)
        if others.count >= maximumVariants, let oldest = others.min(by: { date($0) < date($1) }) {
            gone += drop(oldest)
        }
        let weight = element.weight + Self.overheadBytes
        // One that is most of the table would empty it.
        guard weight <= min(maximumBytes / 2, Int(UInt32.max)) else { return gone + [element] }
        let slot = freeSlots.popLast() ?? Slot(slots.count)
        if Int(slot) == slots.count { slots.append(element) } else { slots[Int(slot)] = element }
        index.insert(slot, hash: element.key.hash)
        policy.insert(slot, hash: element.key.hash, weight: weight)
        policy.evict(into: &victims)
        for victim in victims { gone += forget(victim) }
        victims.removeAll(keepingCapacity: true)
        return gone
    }

    /// Removes the elements of a key for which a condition holds.
    mutating func remove(_ key: CacheKey, where condition: (Element) -> Bool) -> [Element] {
        var gone: [Element] = []
        for slot in places(of: key) where slots[Int(slot)].map(condition) ?? false { gone += drop(slot) }
        return gone
    }

    /// The elements of a key.
    func all(_ key: CacheKey) -> [Element] { places(of: key).compactMap { slots[Int($0)] } }

    private func date(_ slot: Slot) -> Int64 { slots[Int(slot)]?.date ?? .min }

    private func places(of key: CacheKey) -> [Slot] {
        var found: [Slot] = []
        _ = index.find(key.hash) { slot in
            if slots[Int(slot)]?.key == key { found.append(slot) }
            return false
        }
        return found
    }

    private mutating func drop(_ slot: Slot) -> [Element] {
        policy.remove(slot)
        return forget(slot)
    }

    /// A slot that the policy has let go of; it still knows its hash.
    private mutating func forget(_ slot: Slot) -> [Element] {
        index.remove(slot, hash: policy.hash(of: slot))
        defer { slots[Int(slot)] = nil }
        freeSlots.append(slot)
        return slots[Int(slot)].map { [$0] } ?? []
    }
}
