import Synchronization

/// Counts the open connections of a server.
final class ConnectionGauge: Sendable {
    private let count = Atomic<Int>(0)

    /// How many are open now.
    var open: Int { count.load(ordering: .relaxed) }

    func opened() { count.add(1, ordering: .relaxed) }
    func closed() { count.subtract(1, ordering: .relaxed) }
}
