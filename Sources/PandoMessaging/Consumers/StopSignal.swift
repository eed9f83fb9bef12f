import Synchronization

/// Tells the consumers of one ``Messaging`` to finish what they have in hand and take nothing more.
final class StopSignal: Sendable {
    private let stopping = Atomic(false)
    private let bells = Mutex<[Doorbell]>([])

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Rings every bell, so that sleepers look up.
    func stop() {
        stopping.store(true, ordering: .releasing)
        for bell in bells.withLock({ $0 }) { bell.ring() }
    }

    /// A bell that rings when it is time to stop.
    func makeBell() -> Doorbell {
        let bell = Doorbell()
        bells.withLock { $0.append(bell) }
        if isStopping { bell.ring() }
        return bell
    }
}
