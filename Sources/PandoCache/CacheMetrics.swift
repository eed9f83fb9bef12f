public import PandoTelemetry

/// The metrics of one cache, labelled with its name.
///
/// | metric | kind | what |
/// |---|---|---|
/// | `pando_cache_hits_total` | counter | lookups that found a value |
/// | `pando_cache_misses_total` | counter | lookups that found none |
/// | `pando_cache_evictions_total` | counter | entries driven out for want of room |
/// | `pando_cache_invalidations_total` | counter | keys dropped by a committed transaction |
/// | `pando_cache_load_failures_total` | counter | loads that threw |
/// | `pando_cache_load_duration_seconds` | histogram | how long loads took |
/// | `pando_cache_bytes`, `pando_cache_maximum_bytes` | gauge | what the entries weigh, and may weigh |
/// | `pando_cache_entries` | gauge | entries held |
@usableFromInline
struct CacheMetrics: Sendable {
    @usableFromInline
    let loadDuration: Histogram
    @usableFromInline
    let loadFailures: Counter

    /// - Parameters:
    ///   - name: The value of the label `cache`.
    ///   - statistics: Asked at each scrape; it takes each shard's lock for a moment.
    init(_ registry: MetricsRegistry, name: String, statistics: @escaping @Sendable () -> CacheStatistics) {
        loadDuration = registry.histogram(
            "pando_cache_load_duration_seconds",
            help: "How long loads of a missing or stale value took.",
            labels: ["cache"]
        ).with(name)
        loadFailures = registry.counter(
            "pando_cache_load_failures_total",
            help: "Loads that threw an error.",
            labels: ["cache"]
        ).with(name)
        func collect(
            _ metric: String,
            _ kind: MetricsRegistry.CollectedKind,
            _ help: String,
            _ value: @escaping @Sendable (CacheStatistics) -> Int
        ) {
            registry.collect(metric, help: help, kind: kind, labels: ["cache"]) {
                [(labels: [name], value: Double(value(statistics())))]
            }
        }
        collect("pando_cache_hits_total", .counter, "Lookups that found a value, fresh or stale.") { $0.hits }
        collect("pando_cache_misses_total", .counter, "Lookups that found no value.") { $0.misses }
        collect("pando_cache_evictions_total", .counter, "Entries driven out for want of room.") { $0.evictions }
        collect("pando_cache_invalidations_total", .counter, "Keys dropped by committed transactions.") {
            $0.invalidations
        }
        collect("pando_cache_bytes", .gauge, "What the entries weigh.") { $0.bytes }
        collect("pando_cache_maximum_bytes", .gauge, "What the entries may weigh.") { $0.maximumBytes }
        collect("pando_cache_entries", .gauge, "Entries held.") { $0.entries }
    }
}

/// What a cache has done since it was made, and what it holds.
public struct CacheStatistics: Sendable, Hashable {
    /// Lookups that found a value, fresh or stale.
    public var hits = 0
    /// Lookups that found none.
    public var misses = 0
    /// Entries driven out for want of room, and values too heavy to be kept.
    public var evictions = 0
    /// Entries found past their life.
    public var expirations = 0
    /// Keys dropped by committed transactions.
    public var invalidations = 0
    /// Entries held.
    public var entries = 0
    /// What they weigh, in bytes.
    public var bytes = 0
    /// What they may weigh, in bytes.
    public var maximumBytes = 0

    /// Hits of all lookups, 0 … 1; 0 before the first.
    public var hitRatio: Double { hits + misses == 0 ? 0 : Double(hits) / Double(hits + misses) }
}
