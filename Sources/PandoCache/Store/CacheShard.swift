public import PandoEviction

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
@usableFromInline
struct EntryLife: Hashable, Sendable {
    /// Until then the entry is served without more ado.
    @usableFromInline
    var freshUntil: Duration
    /// Until then it is served while a refresh is on its way.
    @usableFromInline
    var staleUntil: Duration

    @inlinable
    init(freshUntil: Duration, staleUntil: Duration) {
        self.freshUntil = freshUntil
        self.staleUntil = staleUntil
    }
}

/// One part of a cache: its entries, the policy over them and the ledger of loads, as one state machine.
///
/// Pure: no lock, no clock, no randomness, no I/O. Time comes in as the time since the cache was made.
@usableFromInline
struct CacheShard<Key: Hashable & Sendable, Value: Sendable, Waiter: Sendable>: Sendable {
    /// What an entry costs beside the weight of its key and value: its place in the arrays below, in the policy, in the
    /// table and in the sketch.
    @inlinable
    static var overheadBytes: Int {
        MemoryLayout<Key?>.stride + MemoryLayout<Value?>.stride + MemoryLayout<EntryLife>.stride
            + SlotNodes.bytesPerSlot + 24
    }

    // Entries lie in parallel arrays, so that a lookup copies no more than it compares and returns.

    /// The key of each slot; nil if the slot is free.
    @usableFromInline
    var keys: [Key?] = []
    /// The value of each slot; nil also for the knowledge that there is none.
    @usableFromInline
    var values: [Value?] = []
    @usableFromInline
    var lives: [EntryLife] = []
    @usableFromInline
    var index = SlotIndex()
    @usableFromInline
    var policy: PolicyState
    @usableFromInline
    var ledger: LoadLedger<Key, Waiter>
    @usableFromInline
    var counts = CacheCounts()
    @usableFromInline
    let maximumBytes: Int
    @usableFromInline
    let refreshPause: Duration
    @usableFromInline
    var freeSlots: [Slot] = []
    @usableFromInline
    var victims: [Slot] = []

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
        if now < lives[Int(slot)].freshUntil {
            policy.touch(slot)
            counts.hits += 1
            return .fresh(values[Int(slot)])
        }
        return readOld(slot, now: now)
    }

    /// As ``read(_:hash:now:)`` for a caller that loads nothing: the refresh of a stale value is left to one that does.
    @inlinable
    mutating func peek(_ key: Key, hash: UInt64, now: Duration) -> Value? {
        let slot = find(key, hash: hash)
        guard slot != Slot.max, now < lives[Int(slot)].freshUntil else {
            counts.misses += 1
            return nil
        }
        policy.touch(slot)
        counts.hits += 1
        return values[Int(slot)]
    }

    /// The slot of `key`, or ``Slot/none``.
    @inlinable
    func find(_ key: Key, hash: UInt64) -> Slot {
        index.find(hash) { keys[Int($0)] == key }
    }

    /// Looks at an entry past its time to live. The first caller in each pause is told to refresh a stale one.
    @usableFromInline
    mutating func readOld(_ slot: Slot, now: Duration) -> CacheRead<Value> {
        let life = lives[Int(slot)]
        guard now < life.staleUntil else {
            drop(slot)
            counts.expirations += 1
            counts.misses += 1
            return .miss
        }
        policy.touch(slot)
        counts.hits += 1
        lives[Int(slot)].freshUntil = min(now + refreshPause, life.staleUntil)
        return .stale(values[Int(slot)])
    }

    /// Stores a value or, with nil, the knowledge that there is none. What is heavier than the shard is not kept.
    @inlinable
    mutating func store(_ value: Value?, for key: Key, hash: UInt64, weight: Int, life: EntryLife) {
        let existing = find(key, hash: hash)
        guard weight <= maximumBytes else {
            if existing != Slot.max { drop(existing) }
            counts.evictions += 1
            return
        }
        if existing != Slot.max {
            values[Int(existing)] = value
            lives[Int(existing)] = life
            policy.reweigh(existing, to: max(1, weight))
        } else {
            insert(value, for: key, hash: hash, weight: max(1, weight), life: life)
        }
        evict()
    }

    /// Drops the value of `key`, if any.
    @inlinable
    mutating func remove(_ key: Key, hash: UInt64) {
        let slot = find(key, hash: hash)
        if slot != Slot.max { drop(slot) }
    }

    /// Drops every value.
    mutating func removeAll() {
        for slot in keys.indices where keys[slot] != nil { drop(Slot(slot)) }
    }

    @inlinable
    mutating func insert(_ value: Value?, for key: Key, hash: UInt64, weight: Int, life: EntryLife) {
        let slot: Slot
        if let free = freeSlots.popLast() {
            slot = free
            keys[Int(slot)] = key
            values[Int(slot)] = value
            lives[Int(slot)] = life
        } else {
            slot = Slot(keys.count)
            keys.append(key)
            values.append(value)
            lives.append(life)
        }
        index.insert(slot, hash: hash)
        policy.insert(slot, hash: hash, weight: weight)
    }

    @inlinable
    mutating func evict() {
        policy.evict(into: &victims)
        counts.evictions += victims.count
        for slot in victims { forget(slot) }
        victims.removeAll(keepingCapacity: true)
    }

    @inlinable
    mutating func drop(_ slot: Slot) {
        policy.remove(slot)
        forget(slot)
    }

    /// A slot that the policy has let go of already; it still knows the hash.
    @inlinable
    mutating func forget(_ slot: Slot) {
        index.remove(slot, hash: policy.hash(of: slot))
        keys[Int(slot)] = nil
        values[Int(slot)] = nil
        freeSlots.append(slot)
    }
}
