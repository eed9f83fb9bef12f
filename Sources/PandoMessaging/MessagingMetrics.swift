import PandoDatabase
import PandoTelemetry
import Synchronization

/// The gauges of all groups, sampled from the database now and then, so that a scrape costs no query.
final class MessagingMetrics: Sendable {
    private let latest = Mutex<(sampledAt: Instant, groups: [GroupStatistics])>((.now, []))

    init(_ metrics: MetricsRegistry) {
        collect(metrics, "pando_messages_ready", "Messages that a group could be given now.") { group, _ in
            Double(group.ready)
        }
        collect(metrics, "pando_messages_pending", "Messages in delivery, delayed or to be retried.") { group, _ in
            Double(group.pending)
        }
        collect(metrics, "pando_messages_dead", "Messages that a group has given up.") { group, _ in
            Double(group.dead)
        }
        collect(
            metrics,
            "pando_messages_oldest_age_seconds",
            "Age of the oldest message that a group is not done with; 0 where there is none."
        ) { group, now in
            group.oldest.map { max(0, (now - $0) / .seconds(1)) } ?? 0
        }
    }

    /// Takes a new sample.
    func update(_ groups: [GroupStatistics], now: Instant) {
        latest.withLock { $0 = (now, groups) }
    }

    private func collect(
        _ metrics: MetricsRegistry,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (GroupStatistics, Instant) -> Double
    ) {
        metrics.collect(name, help: help, kind: .gauge, labels: ["topic", "group"]) { [weak self] in
            guard let (now, groups) = self?.latest.withLock({ $0 }) else { return [] }
            return groups.map { ([$0.topic, $0.group], value($0, now)) }
        }
    }
}
