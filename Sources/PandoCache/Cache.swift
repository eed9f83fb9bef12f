/// PandoCache exists to keep answers near: a cache in the process that never returns a value older than an acknowledged
/// write, and the sessions that are read through it.
public import Logging
public import PandoTelemetry
public import ServiceLifecycle
public import Synchronization

/// A cache in this process: bounded in bytes, one load per key, coherent with the transactions of the database.
///
/// ```swift
/// let hotels = Cache<Identifier, Hotel>("hotels", metrics: metrics)
///
/// let hotel = try await hotels.value(for: id, ttl: .seconds(60)) {
///     try await database.read(.strong) { try await $0.first("SELECT … WHERE id = \(id)") }
/// }
/// try await database.write { tx in
///     try await tx.execute("UPDATE hotels SET name = \(name) WHERE id = \(id)")
///     tx.invalidate(id, in: hotels)
/// }
/// ```
///
/// **Coherence.** Once `write` has returned, no lookup that begins later returns what was there before, whatever load
/// is on its way: <doc:Coherence> has the rule. Every way to store is a load; there is no `set`, because a value brought
/// from outside may be older than a write. Invalidate every key whose value a transaction changes.
///
/// **Loads.** The first caller that misses a key runs the load in its own task, with its task-local values; others wait
/// for its result. A cancelled waiter leaves alone. A cancelled leader hands the load over to the first in line, which
/// runs its own closure. An error reaches all who wait and is not kept. A load may ask this cache for other keys; it
/// then never waits for loads of others, so that two loads cannot wait for each other.
///
/// **Refreshes.** With `staleFor:` a value past its time to live is served while one refresh is on its way. ``run()``
/// owns these tasks: add the cache to the service group. Without it the caller that meets the stale value refreshes it
/// itself.
///
/// A hit takes the lock of one shard for tens of nanoseconds; nothing waits or allocates under it.
public final class Cache<Key: Hashable & Sendable, Value: Sendable>: Service {
    @usableFromInline
    typealias Shard = CacheShard<Key, Value, CacheWaiter<Key, Value>>

    /// The value of the label `cache` in metrics, and the prefix of log lines.
    public let name: String
    @usableFromInline
    let configuration: CacheConfiguration
    @usableFromInline
    let shards: [CacheShardLock<Key, Value>]
    @usableFromInline
    let shardMask: Int
    /// The time since the cache was made.
    @usableFromInline
    let now: @Sendable () -> Duration
    @usableFromInline
    let random: @Sendable () -> UInt64
    /// The weight of a key alone, for negative entries.
    @usableFromInline
    let weighKey: @Sendable (Key) -> Int
    @usableFromInline
    let weigh: @Sendable (Key, Value) -> Int
    @usableFromInline
    let metrics: CacheMetrics
    let logger: Logger
    @usableFromInline
    let refresher: CacheRefresher
    @usableFromInline
    let loadsInFlight = Atomic(0)
    @usableFromInline
    let nextWaiter = Atomic<UInt64>(0)

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - name: Names it in metrics and logs; unique among the caches of a registry.
    ///   - configuration: Its bounds.
    ///   - metrics: Where it is measured: see ``CacheStatistics`` for what.
    ///   - logger: Takes failed refreshes, which nobody else can be told of.
    ///   - clock: Measures times to live.
    ///   - random: Gives 64 random bits, for jitter and admission.
    ///   - weigh: The bytes that a key and its value use; by default their strides and what ``CacheWeighable`` tells.
    public init(
        _ name: String,
        configuration: CacheConfiguration = CacheConfiguration(),
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger = Logger(label: "pando.cache"),
        clock: some Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) },
        weigh: (@Sendable (Key, Value) -> Int)? = nil
    ) {
        configuration.check()
        self.name = name
        self.configuration = configuration
        let count = configuration.shardCount
        let shards = (0..<count).map { number in
            CacheShardLock<Key, Value>(
                CacheShard(
                    policy: configuration.policy,
                    maximumBytes: max(1, configuration.maximumBytes / count),
                    seed: random(),
                    refreshPause: configuration.refreshPause,
                    ledger: LoadLedger(first: UInt64(number), stride: UInt64(count))
                )
            )
        }
        self.shards = shards
        shardMask = count - 1
        now = stopwatch(clock)
        self.random = random
        let (weighKey, weighValue) = (estimator(Key.self), estimator(Value.self))
        self.weighKey = weighKey
        self.weigh = weigh ?? { weighKey($0) + weighValue($1) }
        self.logger = logger
        refresher = CacheRefresher(maximum: configuration.maximumRefreshes)
        self.metrics = CacheMetrics(metrics, name: name) { sum(of: shards, configuration) }
    }

    /// What the cache has done since it was made, and what it holds. Takes each shard's lock for a moment.
    public var statistics: CacheStatistics { sum(of: shards, configuration) }

    /// The value of `key` if it is here and within its time to live. Loads nothing; a negative entry is nil as well.
    ///
    /// For the quickest path: it does not wait, so it needs no `await`.
    @inlinable
    public func cachedValue(for key: Key) -> Value? {
        let hash = hash(of: key)
        let time = now()
        return shards[shard(of: hash)].state.withLock { $0.peek(key, hash: hash, now: time) }
    }

    /// Drops the value of `key`; a load in flight will not be stored and not be joined. For changes outside of
    /// transactions: within one use `invalidate`.
    public func remove(_ key: Key) {
        let hash = hash(of: key)
        shards[shard(of: hash)].state.withLock { shard in
            shard.ledger.detach(key)
            shard.remove(key, hash: hash)
        }
    }

    /// Drops every value, as ``remove(_:)``. Takes time in proportion to the entries.
    public func removeAll() {
        for shard in shards {
            shard.state.withLock { shard in
                shard.ledger.detachAll()
                shard.removeAll()
            }
        }
    }

    /// Runs refreshes of stale values until graceful shutdown or cancellation; those under way end first.
    public func run() async {
        await withGracefulShutdownHandler {
            await refresher.run()
        } onGracefulShutdown: {
            self.refresher.close()
        }
    }

    @inlinable
    func hash(of key: Key) -> UInt64 { UInt64(bitPattern: Int64(key.hashValue)) }

    /// Chosen by the high bits; the table in the shard uses the low ones.
    @inlinable
    func shard(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 48) & shardMask }
}

/// One shard and its lock. The lock is the only one that a cache takes at a time, so no order is needed.
@usableFromInline
final class CacheShardLock<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline
    let state: Mutex<CacheShard<Key, Value, CacheWaiter<Key, Value>>>

    init(_ shard: CacheShard<Key, Value, CacheWaiter<Key, Value>>) {
        state = Mutex(shard)
    }
}

/// The time since the call, by `clock`. The usual clock is called directly: it is read at every lookup.
private func stopwatch<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Duration {
    if clock is ContinuousClock {
        let origin = ContinuousClock.now
        return { origin.duration(to: .now) }
    }
    let origin = clock.now
    return { origin.duration(to: clock.now) }
}

private func sum<Key, Value>(
    of shards: [CacheShardLock<Key, Value>],
    _ configuration: CacheConfiguration
) -> CacheStatistics {
    var all = CacheStatistics(maximumBytes: configuration.maximumBytes)
    for shard in shards {
        shard.state.withLock { shard in
            all.hits += shard.counts.hits
            all.misses += shard.counts.misses
            all.evictions += shard.counts.evictions
            all.expirations += shard.counts.expirations
            all.invalidations += shard.counts.invalidations
            all.entries += shard.count
            all.bytes += shard.bytes
        }
    }
    return all
}
