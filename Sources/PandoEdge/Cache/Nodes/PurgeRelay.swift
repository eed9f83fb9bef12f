import Logging
import PandoTelemetry
import PandoTopology
import Synchronization

/// Tells the other nodes of purges.
final class PurgeRelay: Sendable {
    private let lanes = Mutex<[PurgeLane]>([])
    private let counts = PurgeCounts()
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    /// Tells the nodes of another configuration from now on; those that stay keep what waits for them.
    func change(to configuration: EdgeConfiguration) {
        let store = configuration.cache
        let token = store?.purgeToken?.value()
        let gone = lanes.withLock { lanes in
            var old = lanes
            lanes = []
            guard let store, let token, let own = store.node else { return old }
            for node in store.nodes where node != own {
                let name = own.description
                if let place = old.firstIndex(where: { $0.isSame(node, name, token) }) {
                    lanes.append(old.remove(at: place))
                } else {
                    lanes.append(PurgeLane(to: node, as: name, token, counts, logger))
                }
            }
            return old
        }
        for lane in gone { lane.stop() }
    }

    /// Has all other nodes told.
    func send(_ purge: CachePurge) {
        for lane in lanes.withLock({ $0 }) { lane.add(purge) }
    }

    /// Whether a node has still to be told of a purge, so that it may have what was purged.
    func isBehind(_ node: Address) -> Bool { lanes.withLock { $0 }.contains { $0.node == node && $0.waiting > 0 } }

    /// Tells nobody any more.
    func stop() {
        let gone = lanes.withLock { lanes in
            defer { lanes = [] }
            return lanes
        }
        for lane in gone { lane.stop() }
    }

    /// Adds its metrics to a registry, read at each scrape.
    ///
    /// | metric | kind | what |
    /// |---|---|---|
    /// | `pando_edge_cache_purges_relayed_total` | counter | purges that another node has taken |
    /// | `pando_edge_cache_purge_failures_total` | counter | attempts to tell another node that failed |
    /// | `pando_edge_cache_purges_waiting` | gauge | purges that other nodes have still to be told of |
    func collectMetrics(into registry: MetricsRegistry) {
        let names = [
            ("pando_edge_cache_purges_relayed_total", "Purges that other nodes have taken."),
            ("pando_edge_cache_purge_failures_total", "Attempts to tell another node of a purge that failed."),
        ]
        registry.collect(names[0].0, help: names[0].1, kind: .counter) { [counts] in
            [(labels: [], value: Double(counts.sent.load(ordering: .relaxed)))]
        }
        registry.collect(names[1].0, help: names[1].1, kind: .counter) { [counts] in
            [(labels: [], value: Double(counts.failed.load(ordering: .relaxed)))]
        }
        let help = "Purges that other nodes have still to be told of."
        registry.collect("pando_edge_cache_purges_waiting", help: help, kind: .gauge) { [weak self] in
            [(labels: [], value: Double(self?.waiting ?? 0))]
        }
    }

    /// How many purges wait for the node that has heard the least.
    var waiting: Int { lanes.withLock { $0 }.map(\.waiting).max() ?? 0 }
}
