import PandoTelemetry

/// What became of a group's messages, as `pando_messages_processed_total{topic,group,outcome}`.
struct GroupCounters: Sendable {
    /// Handled.
    let ok: Counter
    /// Skipped, since the effect had happened before.
    let duplicate: Counter
    /// Failed, to be tried again.
    let retried: Counter
    /// Given up.
    let dead: Counter
    /// Handled, but another consumer has the message as well, because the lease ran out.
    let lost: Counter

    init(_ metrics: MetricsRegistry, topic: String, group: String) {
        let family = metrics.counter(
            "pando_messages_processed_total",
            help: "Messages by what became of them in a group of consumers.",
            labels: ["topic", "group", "outcome"]
        )
        ok = family.with(topic, group, "ok")
        duplicate = family.with(topic, group, "duplicate")
        retried = family.with(topic, group, "retried")
        dead = family.with(topic, group, "dead")
        lost = family.with(topic, group, "lost")
    }
}
