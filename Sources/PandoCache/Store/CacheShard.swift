/// What a lookup found.
@usableFromInline
enum CacheRead<Value> {
    /// A value, or the knowledge that there is none (nil).
    case fresh(Value?)
    /// As `fresh`, but past its time to live and within its stale time: one caller is told, and refreshes it.
    case stale(Value?)
    /// Nothing that may be used.
    case miss
}

extension CacheRead: Sendable where Value: Sendable {}

/// How long an entry lives, on the cache's clock.
struct EntryLife: Hashable, Sendable {
    /// Until then the entry is served without more ado.
    var freshUntil: Duration
    /// Until then it is served while a refresh is on its way.
    var staleUntil: Duration
}

/// One part of a cache: its entries, the policy over them and the ledger of loads, as one state machine.
///
/// Pure: no lock, no clock, no randomness, no I/O. Time comes in as the time since the cache was made.
@usableFromInline
struct CacheShard<Key: Hashable & Sendable, Value: Sendable, Waiter: Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline
        let key: Key
        @usableFromInline
        var value: Value?
        @usableFromInline
        var freshUntil: Duration
        @usableFromInline
        var staleUntil: Duration
        let hash: UInt64
    }

    /// What an entry costs beside the weight of its key and value: itself, its place in the policy, the table and the
    /// sketch.
    static var overheadBytes: Int { MemoryLayout<Entry?>.stride + MemoryLayout<SlotNodes.Node>.stride + 24 }

    @usableFromInline
    var entries: [Entry?] = []
    @usableFromInline
    var index = SlotIndex()
    @usableFromInline
    var policy: PolicyState
    var ledger: LoadLedger<Key, Waiter>
    @usableFromInline
    var counts = CacheCounts()
    private let maximumBytes: Int
    private let refreshPause: Duration
    private var freeSlots: [Slot] = []
    private var victims: [Slot] = []

    init(
        policy: CachePolicy,
        maximumBytes: Int,
        seed: UInt64,
        refreshPause: Duration,
        ledger: LoadLedger<Key, Waiter> = LoadLedger()
    ) {
        self.policy = PolicyState(policy, maximumWeight: maximumBytes, seed: seed)
        self.maximumBytes = maximumBytes
        self.refreshPause = refreshPause
        self.ledger = ledger
    }

    /// The entries held.
    var count: Int { index.count }

    /// The weight held, in bytes.
    var bytes: Int { policy.weight }

    /// Looks `key` up and notes the read.
    @inlinable
    mutating func read(_ key: Key, hash: UInt64, now: Duration) -> CacheRead<Value> {
        let slot = find(key, hash: hash)
        guard slot != Slot.max else {
            counts.misses += 1
            return .miss
        }
        if now < entries[Int(slot)]!.freshUntil {  // a slot in the index has an entry
            policy.touch(slot)
            counts.hits += 1
            return .fresh(entries[Int(slot)]!.value)  // as above
        }
        return readOld(slot, now: now)
    }

    /// The slot of `key`, or ``Slot/none``.
    @inlinable
    func find(_ key: Key, hash: UInt64) -> Slot {
        index.find(hash) { entries[Int($0)]?.key == key }
    }

    /// Looks at an entry past its time to live. The first caller in each pause is told to refresh a stale one.
    @usableFromInline
    mutating func readOld(_ slot: Slot, now: Duration) -> CacheRead<Value> {
        guard let entry = entries[Int(slot)], now < entry.staleUntil else {
            drop(slot)
            counts.expirations += 1
            counts.misses += 1
            return .miss
        }
        policy.touch(slot)
        counts.hits += 1
        entries[Int(slot)]?.freshUntil = min(now + refreshPause, entry.staleUntil)
        return .stale(entry.value)
    }

    /// Stores a value or, with nil, the knowledge that there is none. What is heavier than the shard is not kept.
    mutating func store(_ value: Value?, for key: Key, hash: UInt64, weight: Int, life: EntryLife) {
        let existing = find(key, hash: hash)
        guard weight <= maximumBytes else {
            if existing != .none { drop(existing) }
            counts.evictions += 1
            return
        }
        if existing != .none {
            entries[Int(existing)]?.value = value
            entries[Int(existing)]?.freshUntil = life.freshUntil
            entries[Int(existing)]?.staleUntil = life.staleUntil
            policy.reweigh(existing, to: max(1, weight))
        } else {
            insert(Entry(key: key, value: value, freshUntil: life.freshUntil, staleUntil: life.staleUntil, hash: hash), weight)
        }
        evict()
    }

    /// Drops the value of `key`, if any.
    mutating func remove(_ key: Key, hash: UInt64) {
        let slot = find(key, hash: hash)
        if slot != .none { drop(slot) }
    }

    /// Drops every value.
    mutating func removeAll() {
        for slot in entries.indices where entries[slot] != nil { drop(Slot(slot)) }
    }

    private mutating func insert(_ entry: Entry, _ weight: Int) {
        let slot: Slot
        if let free = freeSlots.popLast() {
            slot = free
            entries[Int(slot)] = entry
        } else {
            slot = Slot(entries.count)
            entries.append(entry)
        }
        index.insert(slot, hash: entry.hash)
        policy.insert(slot, hash: entry.hash, weight: max(1, weight))
    }

    private mutating func evict() {
        policy.evict(into: &victims)
        counts.evictions += victims.count
        for slot in victims { forget(slot) }
        victims.removeAll(keepingCapacity: true)
    }

    private mutating func drop(_ slot: Slot) {
        policy.remove(slot)
        forget(slot)
    }

    private mutating func forget(_ slot: Slot) {
        guard let entry = entries[Int(slot)] else { return }
        index.remove(slot, hash: entry.hash)
        entries[Int(slot)] = nil
        freeSlots.append(slot)
    }
}
