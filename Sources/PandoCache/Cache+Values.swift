public import Synchronization

/// The ways to ask for a value.
extension Cache {
    /// The value of `key`, from the cache or else from `load`, which runs once for all who ask meanwhile.
    ///
    /// - Parameters:
    ///   - key: What is asked for.
    ///   - ttl: How long the value may be served, from the start of its load, less the jitter. Above 0.
    ///   - load: Brings the value: what is committed when it reads. Let it open a read of its own, at `.strong` or
    ///     `.session`. It is `@Sendable` so that the compiler refuses the use of a transaction that is open already, whose
    ///     data may be older than a write, or never be committed.
    /// - Throws: What `load` throws; ``CacheError/Code/overloaded`` above the bounds of loads and waiters;
    ///   ``CacheError/Code/recursiveLoad`` for a load that needs its own key; `CancellationError`.
    @inlinable
    public func value(for key: Key, ttl: Duration, load: @Sendable () async throws -> Value) async throws -> Value {
        let hash = hash(of: key)
        let time = now()
        let found = shards[shard(of: hash)].state.withLock { $0.read(key, hash: hash, now: time) }
        if case .fresh(let value?) = found { return value }
        if case .stale(let value?) = found { return value }
        let request = CacheRequest(key: key, hash: hash, time: time, ttl: ttl)
        return try await self.load(request, load)!  // acceptsAbsence is false and `load` returns a value
    }

    /// As ``value(for:ttl:load:)``, and for `staleFor` past its time to live the value is still served while one
    /// refresh is on its way. A failed refresh is tried again after ``CacheConfiguration/refreshPause``.
    ///
    /// - Parameters:
    ///   - key: What is asked for.
    ///   - ttl: How long the value may be served without a refresh.
    ///   - staleFor: How long past `ttl`, to every caller of the key. An acknowledged write still takes effect at once: it
    ///     drops the value.
    ///   - load: Brings the value, now or as the refresh.
    @inlinable
    public func value(
        for key: Key,
        ttl: Duration,
        staleFor: Duration,
        load: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let hash = hash(of: key)
        let time = now()
        let found = shards[shard(of: hash)].state.withLock { $0.read(key, hash: hash, now: time) }
        if case .fresh(let value?) = found { return value }
        let request = CacheRequest(key: key, hash: hash, time: time, ttl: ttl, staleFor: staleFor)
        if case .stale(let value?) = found {
            return try await stale(value, request, load)!  // `load` returns a value
        }
        return try await self.load(request, load)!  // as above
    }

    /// As ``value(for:ttl:load:)`` for what may not exist: nil from `load` is kept as well, for `absentTTL`.
    ///
    /// - Parameters:
    ///   - key: What is asked for.
    ///   - ttl: How long a value may be served.
    ///   - absentTTL: How long the absence may be served; 0 keeps it not at all. Choose it short, and bound what a
    ///     stranger can ask for: each key takes room.
    ///   - load: Brings the value, or nil where there is none.
    @inlinable
    public func valueIfPresent(
        for key: Key,
        ttl: Duration,
        absentTTL: Duration,
        load: @Sendable () async throws -> Value?
    ) async throws -> Value? {
        let hash = hash(of: key)
        let time = now()
        let found = shards[shard(of: hash)].state.withLock { $0.read(key, hash: hash, now: time) }
        switch found {
        case .fresh(let value), .stale(let value): return value
        case .miss: break
        }
        let request = CacheRequest(key: key, hash: hash, time: time, ttl: ttl, absentTTL: absentTTL)
        return try await self.load(request, load)
    }

    /// As ``valueIfPresent(for:ttl:absentTTL:load:)`` with ``value(for:ttl:staleFor:load:)``'s refresh, for the value
    /// and for its absence.
    @inlinable
    public func valueIfPresent(
        for key: Key,
        ttl: Duration,
        absentTTL: Duration,
        staleFor: Duration,
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        let hash = hash(of: key)
        let time = now()
        let found = shards[shard(of: hash)].state.withLock { $0.read(key, hash: hash, now: time) }
        if case .fresh(let value) = found { return value }
        let request = CacheRequest(key: key, hash: hash, time: time, ttl: ttl, absentTTL: absentTTL, staleFor: staleFor)
        if case .stale(let value) = found { return try await stale(value, request, load) }
        return try await self.load(request, load)
    }
}

/// What a caller that missed wants.
@usableFromInline
struct CacheRequest<Key: Hashable & Sendable>: Sendable {
    @usableFromInline
    let key: Key
    @usableFromInline
    let hash: UInt64
    /// When the lookup began, on the cache's clock.
    @usableFromInline
    let time: Duration
    @usableFromInline
    let ttl: Duration
    /// nil if the caller needs a value: a negative entry is a miss to it.
    @usableFromInline
    let absentTTL: Duration?
    @usableFromInline
    let staleFor: Duration

    @inlinable
    init(
        key: Key,
        hash: UInt64,
        time: Duration,
        ttl: Duration,
        absentTTL: Duration? = nil,
        staleFor: Duration = .zero
    ) {
        precondition(ttl > .zero && staleFor >= .zero, "a time to live must be above 0, a stale time not below")
        self.key = key
        self.hash = hash
        self.time = time
        self.ttl = ttl
        self.absentTTL = absentTTL
        self.staleFor = staleFor
    }
}
