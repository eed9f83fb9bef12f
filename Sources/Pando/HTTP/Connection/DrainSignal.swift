import Synchronization

/// Tells every connection of a server that it is about to stop: answers say `Connection: close` from then on.
final class DrainSignal: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Whether the server is about to stop.
    var isOn: Bool { flag.load(ordering: .relaxed) }

    func turnOn() { flag.store(true, ordering: .relaxed) }
}
