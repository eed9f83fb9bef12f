import PandoTelemetry

/// What the gate counts: requests that never reach a route.
struct GateMetrics: Sendable {
    /// `pando_http_shed_total{reason="concurrency"}`
    let shed: Counter
    private let refusals: CounterFamily

    init(_ registry: MetricsRegistry) {
        shed = registry.counter(
            "pando_http_shed_total",
            help: "Requests answered with 503 or 429 to protect the service",
            labels: ["reason"]
        ).with("concurrency")
        refusals = registry.counter(
            "pando_http_refused_total",
            help: "Requests refused before they reached a route",
            labels: ["code"]
        )
    }

    /// A request was refused; the codes are those of the platform, so the label is bounded.
    func refused(_ code: ProblemCode) {
        refusals.with(code.name).increment()
    }
}
