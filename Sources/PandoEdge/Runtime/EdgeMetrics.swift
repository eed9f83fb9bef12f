import PandoTelemetry
import PandoTopology

/// What is counted while requests are served. Families are made once for an edge, their series once for a generation.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `pando_edge_requests_total` | gateway, route, status | requests that have ended, by the class of their status |
/// | `pando_edge_request_duration_seconds` | gateway, route | from the request's head to the end of its response |
/// | `pando_edge_received_bytes_total`, `pando_edge_sent_bytes_total` | gateway, route | bytes of bodies |
/// | `pando_edge_objective_requests_total`, `pando_edge_objective_good_total` | gateway, objective | requests that a promise is about, and those that were as promised |
/// | `pando_edge_rejected_total` | reason | requests that the edge answered in the place of a server |
/// | `pando_edge_server_duration_seconds` | upstream, server | from an attempt's begin to the head of its response |
/// | `pando_edge_retries_total` | upstream | further attempts |
///
/// See ``Edge/metrics`` for what is read when it is asked for.
final class EdgeMetrics: Sendable {
    /// What requests of one route count in.
    final class RouteMeter: Sendable {
        /// By the class of the status, 1 to 5.
        private let statuses: [Counter]
        private let duration: Histogram
        private let received: Counter
        private let sent: Counter

        fileprivate init(_ metrics: EdgeMetrics, gateway: String, route: String) {
            statuses = (1...5).map { metrics.requests.with(gateway, route, "\($0)xx") }
            duration = metrics.durations.with(gateway, route)
            received = metrics.received.with(gateway, route)
            sent = metrics.sent.with(gateway, route)
        }

        func count(_ exchange: Exchange) {
            statuses[min(5, max(1, exchange.finalStatus / 100)) - 1].increment()
            let record = exchange.record
            if record.receivedBytes > 0 { received.increment(by: record.receivedBytes) }
            if record.sentBytes > 0 { sent.increment(by: record.sentBytes) }
            // A tunnel's length says nothing of how fast the edge is.
            if exchange.response.status != 101 { duration.record(seconds: Double(exchange.age) * 1e-9) }
        }
    }

    /// What requests to one upstream count in.
    final class UpstreamMeter: Sendable {
        /// By the servers' indexes.
        private let durations: [Histogram]
        private let retries: Counter

        fileprivate init(_ metrics: EdgeMetrics, _ upstream: Upstream) {
            durations = upstream.servers.map { metrics.serverDurations.with(upstream.name, $0.name) }
            retries = metrics.retries.with(upstream.name)
        }

        func count(_ record: ExchangeRecord) {
            if record.attempts > 1 { retries.increment(by: record.attempts - 1) }
            guard let server = record.server, record.serverTime > 0, server.index < durations.count else { return }
            durations[server.index].record(seconds: Double(record.serverTime) * 1e-9)
        }
    }

    let registry: MetricsRegistry
    /// What connections without HTTP are counted in.
    let relays: RelayMetrics
    private let requests: CounterFamily
    private let durations: HistogramFamily
    private let received: CounterFamily
    private let sent: CounterFamily
    private let serverDurations: HistogramFamily
    private let retries: CounterFamily
    private let promised: CounterFamily
    private let kept: CounterFamily
    /// By ``ExchangeRecord/Rejection``.
    private let rejections: [ExchangeRecord.Rejection: Counter]

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        relays = RelayMetrics(registry)
        let route = ["gateway", "route"]
        requests = registry.counter(
            "pando_edge_requests_total",
            help: "Requests that have ended, by the class of their status.",
            labels: route + ["status"]
        )
        durations = registry.histogram(
            "pando_edge_request_duration_seconds",
            help: "Time from a request's head to the end of its response.",
            labels: route
        )
        received = registry.counter(
            "pando_edge_received_bytes_total",
            help: "Bytes of requests' bodies.",
            labels: route
        )
        sent = registry.counter("pando_edge_sent_bytes_total", help: "Bytes of responses' bodies.", labels: route)
        serverDurations = registry.histogram(
            "pando_edge_server_duration_seconds",
            help: "Time from an attempt's begin to the head of its response.",
            labels: ["upstream", "server"]
        )
        retries = registry.counter("pando_edge_retries_total", help: "Further attempts.", labels: ["upstream"])
        let objective = ["gateway", "objective"]
        promised = registry.counter(
            "pando_edge_objective_requests_total",
            help: "Requests that an objective of a gateway is about.",
            labels: objective
        )
        kept = registry.counter(
            "pando_edge_objective_good_total",
            help: "Requests that were as an objective of their gateway promises.",
            labels: objective
        )
        let rejected = registry.counter(
            "pando_edge_rejected_total",
            help: "Requests that the edge answered in the place of a server.",
            labels: ["reason"]
        )
        let reasons = ExchangeRecord.Rejection.allCases.map { ($0, rejected.with($0.rawValue)) }
        rejections = Dictionary(uniqueKeysWithValues: reasons)
    }

    func meter(gateway: String?, route: String) -> RouteMeter {
        RouteMeter(self, gateway: gateway ?? "", route: route)
    }

    func meter(_ promise: ObjectiveMeter.Promise, _ targetPercent: Double, of gateway: String) -> ObjectiveMeter {
        ObjectiveMeter(
            promise,
            targetPercent,
            total: promised.with(gateway, promise.name),
            kept: kept.with(gateway, promise.name)
        )
    }

    func meter(_ upstream: Upstream) -> UpstreamMeter { UpstreamMeter(self, upstream) }

    func count(_ rejection: ExchangeRecord.Rejection) { rejections[rejection]?.increment() }
}

/// The meters of one generation, for the requests of one worker.
final class WorkerMeters {
    private let metrics: EdgeMetrics
    /// Of requests that no route is for.
    private let unrouted: EdgeMetrics.RouteMeter

    init(_ metrics: EdgeMetrics) {
        self.metrics = metrics
        unrouted = metrics.meter(gateway: nil, route: "")
    }

    func count(_ rejection: ExchangeRecord.Rejection) { metrics.count(rejection) }

    /// A request has ended.
    func count(_ exchange: Exchange) {
        (exchange.route?.meter ?? unrouted).count(exchange)
        exchange.countObjectives()
        if let rejection = exchange.record.rejection { metrics.count(rejection) }
        if exchange.record.attempts > 0 { exchange.plan?.meter.count(exchange.record) }
    }
}

extension Exchange {
    /// Counts it for what its gateway promises.
    fileprivate final func countObjectives() {
        guard let route, !route.objectives.isEmpty else { return }
        for objective in route.objectives {
            objective.count(status: finalStatus, end: record.end, nanoseconds: age, at: worker.now)
        }
    }
}

extension Worker {
    /// A request has ended; all that is said of it is said here.
    func requestEnded(_ exchange: Exchange) {
        meters?.count(exchange)
        accessLog?.add(exchange)
    }
}
