import Synchronization

/// Wakes the consumers of a topic in this process as soon as a message for them is committed.
///
/// There is one for the process and not one for each database, although it is the only such thing in Pando: a bell that
/// rings for a topic of another database costs its consumers one look at their own, and handing this object from every
/// place that publishes to every place that consumes would cost more. It holds no state but the bells of running
/// consumers. Consumers in other processes are woken where the engine can tell them, and look every
/// ``Messaging/Configuration/pollInterval``.
final class PublishSignals: Sendable {
    static let process = PublishSignals()

    private let bells = Mutex<[String: [Doorbell]]>([:])

    /// Rings for everyone who consumes the topic.
    func ring(_ topic: String) {
        let bells = bells.withLock { $0[topic] }
        guard let bells else { return }
        for bell in bells { bell.ring() }
    }

    private static let prefix = "topic:"

    /// What a publisher's database tells other processes.
    static func announcement(of topic: String) -> String { prefix + topic }

    /// Rings for what another process has announced; for everyone where that is not known.
    func hear(_ announcement: String?) {
        guard let announcement else {
            for bell in bells.withLock({ $0.values.joined().map(\.self) }) { bell.ring() }
            return
        }
        if announcement.hasPrefix(Self.prefix) { ring(String(announcement.dropFirst(Self.prefix.count))) }
    }

    /// How many consumers of the topic run.
    func listeners(to topic: String) -> Int {
        bells.withLock { $0[topic]?.count ?? 0 }
    }

    /// Runs a consumer whose bell rings while it runs.
    func listening<R>(to topic: String, with bell: Doorbell, _ body: () async throws -> R) async rethrows -> R {
        bells.withLock { $0[topic, default: []].append(bell) }
        defer {
            bells.withLock { bells in
                bells[topic]?.removeAll { $0 === bell }
                if bells[topic]?.isEmpty ?? false { bells[topic] = nil }
            }
        }
        return try await body()
    }
}
