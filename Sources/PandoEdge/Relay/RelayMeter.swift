import PandoTelemetry

/// What relayed connections are counted in.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `pando_edge_relayed_total` | listener, upstream, end | connections that have ended, by how |
/// | `pando_edge_relay_received_bytes_total`, `pando_edge_relay_sent_bytes_total` | listener, upstream | bytes of clients and of servers, as they pass |
struct RelayMetrics: Sendable {
    private let ends: CounterFamily
    private let received: CounterFamily
    private let sent: CounterFamily

    init(_ registry: MetricsRegistry) {
        let labels = ["listener", "upstream"]
        ends = registry.counter(
            "pando_edge_relayed_total",
            help: "Connections without HTTP that have ended, by how.",
            labels: labels + ["end"]
        )
        received = registry.counter(
            "pando_edge_relay_received_bytes_total",
            help: "Bytes of clients that were passed on without HTTP.",
            labels: labels
        )
        sent = registry.counter(
            "pando_edge_relay_sent_bytes_total",
            help: "Bytes of servers that were passed on without HTTP.",
            labels: labels
        )
    }

    func meter(listener: String, upstream: String) -> RelayMeter {
        RelayMeter(
            ends: RelayRecord.End.allCases.map { ($0, ends.with(listener, upstream, $0.rawValue)) },
            received: received.with(listener, upstream),
            sent: sent.with(listener, upstream)
        )
    }
}

/// What the connections of one listener to one upstream count in.
final class RelayMeter: Sendable {
    let received: Counter
    let sent: Counter
    private let ends: [(end: RelayRecord.End, counter: Counter)]

    fileprivate init(ends: [(RelayRecord.End, Counter)], received: Counter, sent: Counter) {
        self.ends = ends
        self.received = received
        self.sent = sent
    }

    func count(_ end: RelayRecord.End) { ends.first { $0.end == end }?.counter.increment() }
}
