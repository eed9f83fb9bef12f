package import PandoTelemetry

extension HTTPCache {
    /// Adds the metrics of the cache to a registry, read at each scrape.
    ///
    /// | metric | kind | what |
    /// |---|---|---|
    /// | `pando_edge_cache_hits_total`, `…_misses_total`, `…_bypassed_total` | counter | what became of requests |
    /// | `pando_edge_cache_stale_total` | counter | hits that were stale |
    /// | `pando_edge_cache_revalidated_total` | counter | entries that a server confirmed |
    /// | `pando_edge_cache_coalesced_total` | counter | requests that waited for another's answer |
    /// | `pando_edge_cache_saved_bytes_total` | counter | bytes of bodies that no server had to send |
    /// | `pando_edge_cache_stored_total`, `…_evictions_total`, `…_invalidations_total` | counter | what became of entries |
    /// | `pando_edge_cache_disk_hits_total`, `…_disk_writes_total`, `…_disk_skips_total` | counter | the disk tier |
    /// | `pando_edge_cache_disk_failures_total` | counter | writes that failed, as on a full disk |
    /// | `pando_edge_cache_disk_damages_total` | counter | files that did not pass their checksums |
    /// | `pando_edge_cache_entries`, `pando_edge_cache_bytes` | gauge | what lies in memory |
    /// | `pando_edge_cache_disk_files`, `pando_edge_cache_disk_bytes` | gauge | what lies on disk |
    ///
    /// The registry keeps the cache alive.
    package func collectMetrics(into registry: MetricsRegistry) {
        for (name, help, value) in Self.counts {
            registry.collect("pando_edge_cache_\(name)_total", help: help, kind: .counter) { [self] in
                [(labels: [], value: Double(value(counters)))]
            }
        }
        gauge(registry, "entries", "Entries in memory.") { $0.memoryUse.entries }
        gauge(registry, "bytes", "What the entries in memory weigh.") { $0.memoryUse.bytes }
        guard disk != nil else { return }
        gauge(registry, "disk_files", "Entries on disk.") { $0.disk?.use.files ?? 0 }
        gauge(registry, "disk_bytes", "Bytes of the entries on disk.") { $0.disk?.use.bytes ?? 0 }
    }

    private func gauge(
        _ registry: MetricsRegistry,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (HTTPCache) -> Int
    ) {
        registry.collect("pando_edge_cache_\(name)", help: help, kind: .gauge) { [self] in
            [(labels: [], value: Double(value(self)))]
        }
    }

    private typealias Count = (name: String, help: String, value: @Sendable (CacheCounters) -> Int)

    private static let counts: [Count] = [
        ("hits", "Requests answered from the cache, stale ones too.", { $0.hits }),
        ("misses", "Requests that a server was asked for.", { $0.misses }),
        ("bypassed", "Requests that the cache had no part in.", { $0.bypassed }),
        ("stale", "Hits that were stale.", { $0.stale }),
        ("revalidated", "Entries that a server confirmed.", { $0.revalidated }),
        ("coalesced", "Requests that waited for another's answer.", { $0.coalesced }),
        ("saved_bytes", "Bytes of bodies that no server had to send.", { $0.bytesSaved }),
        ("stored", "Entries stored.", { $0.stored }),
        ("evictions", "Entries driven out for want of room, or not let in.", { $0.evictions }),
        ("invalidations", "Purges, and URIs that unsafe requests made invalid.", { $0.invalidations }),
        ("disk_hits", "Hits that were read from the disk.", { $0.diskHits }),
        ("disk_writes", "Entries written to the disk.", { $0.diskWrites }),
        ("disk_skips", "Entries not written, as the queue or the disk was full.", { $0.diskSkips }),
        ("disk_failures", "Writes that failed.", { $0.diskFailures }),
        ("disk_damages", "Files that did not pass their checksums.", { $0.diskDamages }),
    ]
}
