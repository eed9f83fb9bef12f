import PandoTelemetry

/// The metrics of ``Projections``; its documentation lists them.
struct ProjectionMetrics: Sendable {
    let events: CounterFamily
    let lag: GaugeFamily
    let failed: GaugeFamily

    init(_ registry: MetricsRegistry) {
        events = registry.counter(
            "pando_projection_events_total",
            help: "Events and documents that took effect.",
            labels: ["projection"]
        )
        lag = registry.gauge(
            "pando_projection_lag_events",
            help: "Positions between the checkpoint and the end of the events.",
            labels: ["projection"]
        )
        failed = registry.gauge(
            "pando_projection_failed",
            help: "1 while the projection is stopped at an event.",
            labels: ["projection"]
        )
    }
}
