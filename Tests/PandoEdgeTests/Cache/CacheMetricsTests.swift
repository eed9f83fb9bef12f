import PandoTelemetry
import Testing

@testable import PandoEdge

@Suite struct CacheMetricsTests {
    @Test func countersAreExposed() throws {
        let bench = try CacheBench()
        let registry = MetricsRegistry()
        bench.cache.collectMetrics(into: registry)
        try bench.fetch()
        _ = try bench.lookup()
        bench.cache.saved(bytes: 5)
        let text = registry.exposition(.openMetrics)
        for line in [
            "pando_edge_cache_hits_total 1", "pando_edge_cache_misses_total 1", "pando_edge_cache_stored_total 1",
            "pando_edge_cache_saved_bytes_total 5", "pando_edge_cache_entries 1",
        ] {
            #expect(text.contains(line + "\n") || text.contains(line + ".0\n"), "\(line)")
        }
        #expect(!text.contains("pando_edge_cache_disk_files"))
    }
}
