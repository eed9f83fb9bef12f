import PandoTelemetry
import PandoTopology

extension Edge {
    /// Has the registry ask for what is known anyway: of listeners, servers, generation and access log.
    func collectMetrics(in registry: MetricsRegistry) {
        gauge(registry, "pando_edge_generation", "How often a configuration was taken.") {
            [([], Double($0.generation))]
        }
        gauge(registry, "pando_edge_connections", "Open connections of clients.", ["listener"]) { edge in
            edge.listenerConnections.map { ([$0.endpoint.description], Double($0.count)) }
        }
        registry.collect(
            "pando_edge_access_log_dropped_total",
            help: "Lines of the access log that were lost, because the disk was too slow, or full.",
            kind: .counter
        ) { [weak self] in [([], Double(self?.droppedLogLines ?? 0))] }
        gauge(
            registry,
            "pando_edge_objective_target_ratio",
            "The share of requests that an objective of a gateway is promised of.",
            ["gateway", "objective"]
        ) { edge in
            edge.gatewayPlans.flatMap { gateway in
                gateway.objectives.map { ([gateway.name, $0.promise.name], $0.targetPercent / 100) }
            }
        }
        let labels = ["upstream", "server"]
        gauge(
            registry,
            "pando_edge_server_up",
            "1 for a server that is used, 0 for one that is down or ejected.",
            labels
        ) {
            $0.perServer { $0.health(at: $1) == .healthy && !$0.isDraining ? 1 : 0 }
        }
        gauge(registry, "pando_edge_server_active", "Requests at a server.", labels) {
            $0.perServer { server, _ in Double(server.active) }
        }
        gauge(registry, "pando_edge_server_connections", "Open connections to a server.", labels) {
            $0.perServer { server, _ in Double(server.connections) }
        }
        counter(registry, "pando_edge_server_requests_total", "Requests that a server has had an outcome for.") {
            Double($0.requests)
        }
        counter(registry, "pando_edge_server_failures_total", "Requests that failed at a server.") {
            Double($0.failures)
        }
    }

    private func gauge(
        _ registry: MetricsRegistry,
        _ name: String,
        _ help: String,
        _ labels: [String] = [],
        _ sample: @escaping @Sendable (Edge) -> [MetricsRegistry.Sample]
    ) {
        registry.collect(name, help: help, kind: .gauge, labels: labels) { [weak self] in self.map(sample) ?? [] }
    }

    private func counter(
        _ registry: MetricsRegistry,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (Server) -> Double
    ) {
        registry.collect(name, help: help, kind: .counter, labels: ["upstream", "server"]) { [weak self] in
            self?.perServer { server, _ in value(server) } ?? []
        }
    }

    private func perServer(_ value: (Server, UInt64) -> Double) -> [MetricsRegistry.Sample] {
        let now = Worker.clock()
        return upstreams.flatMap { upstream in
            upstream.servers.map { ([upstream.name, $0.name], value($0, now)) }
        }
    }
}
