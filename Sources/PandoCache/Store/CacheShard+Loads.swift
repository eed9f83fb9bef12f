public import PandoEviction

/// Loads and invalidations: each is one step of the shard, so that the ledger and the values never disagree.
extension CacheShard {
    /// What a caller that missed does next.
    @usableFromInline
    enum Begin {
        case lead(LoadLease<Key>)
        case join(flight: UInt64)
        /// Another caller has stored the value since the lookup.
        case present(Value?)
    }

    /// A caller missed `key`. Counts no further lookup.
    @inlinable
    mutating func begin(_ key: Key, hash: UInt64, now: Duration, acceptsAbsence: Bool) -> Begin {
        let slot = find(key, hash: hash)
        if slot != Slot.max, now < lives[Int(slot)].staleUntil, acceptsAbsence || values[Int(slot)] != nil {
            return .present(values[Int(slot)])
        }
        return beginLoad(key)
    }

    /// As ``begin(_:hash:now:acceptsAbsence:)``, but loads although there is a value: for a refresh.
    @inlinable
    mutating func beginLoad(_ key: Key) -> Begin {
        switch ledger.begin(key) {
        case .lead(let lease): return .lead(lease)
        case .join(let flight): return .join(flight: flight)
        }
    }

    /// A load has brought `value`, which is stored unless the lease was broken or `life` is nil.
    ///
    /// - Returns: Who waits for the value.
    @inlinable
    mutating func complete(
        _ lease: LoadLease<Key>,
        hash: UInt64,
        value: Value?,
        weight: Int,
        life: EntryLife?
    ) -> [Waiter] {
        let (storable, waiters) = ledger.end(lease)
        if storable, let life { store(value, for: lease.key, hash: hash, weight: weight, life: life) }
        return waiters
    }

    /// A transaction is about to commit a change of `key`.
    mutating func hold(_ key: Key) {
        ledger.hold(key)
    }

    /// The outcome of a transaction that held `key` is known; its writer is not yet acknowledged.
    mutating func release(_ key: Key, hash: UInt64, changed: Bool) {
        ledger.release(key, changed: changed)
        guard changed else { return }
        remove(key, hash: hash)
        counts.invalidations += 1
    }

    /// A transaction is about to commit a change of every key.
    mutating func holdAll() {
        ledger.holdAll()
    }

    /// As ``release(_:hash:changed:)`` after ``holdAll()``.
    mutating func releaseAll(changed: Bool) {
        ledger.releaseAll(changed: changed)
        guard changed else { return }
        counts.invalidations += count
        removeAll()
    }
}
