import Synchronization

/// What is known of a server, and what it has to do at this moment. Outlives the generations of the configuration that name its address;
/// all threads may use it.
package final class ServerState: Sendable {
    // What each request touches.
    let places = RequestPlaces()
    let latency = PeakLatency()
    let window = OutcomeWindow()
    let errorsInARow = Atomic<Int>(0)
    let requests = Atomic<UInt64>(0)
    let failures = Atomic<UInt64>(0)
    let connections = CountedPlaces()

    // Its health, to be read at any time.
    let standing: Atomic<ActiveHealth.Standing>
    let isDraining = Atomic<Bool>(false)
    let ejectedUntil = Atomic<UInt64>(0)
    /// When it last became healthy; 0 where it has been from the beginning.
    let healthySince: Atomic<UInt64>

    /// How its health came about. Taken last where another lock is held.
    let record: Mutex<HealthRecord>
    private let changes: ChangeCount

    struct HealthRecord: Sendable {
        var probes: ActiveHealth
        var ejections = EjectionCount()
    }

    /// - Parameter healthySince: A server that joins others that work already, joins them slowly from this time on; 0 is at once.
    init(probes: ActiveHealth, changes: ChangeCount, healthySince: UInt64) {
        standing = Atomic(probes.standing)
        record = Mutex(HealthRecord(probes: probes))
        self.changes = changes
        self.healthySince = Atomic(healthySince)
    }

    /// How it is.
    package func health(at now: UInt64) -> ServerHealth {
        switch standing.load(ordering: .relaxed) {
        case .unproven: .unproven
        case .down: .down
        case .up: ejectedUntil.load(ordering: .relaxed) > now ? .ejected : .healthy
        }
    }

    /// Since when it has been usable; 0 where it has been from the beginning.
    func usableSince(_ now: UInt64) -> UInt64 {
        let returned = ejectedUntil.load(ordering: .relaxed)
        return max(healthySince.load(ordering: .relaxed), returned <= now ? returned : 0)
    }

    func setDraining(_ isDraining: Bool) {
        self.isDraining.store(isDraining, ordering: .relaxed)
        changes.count()
    }

    /// Takes the result of an active check in, and says whether it changed how the server stands.
    func probed(_ passed: Bool, _ settings: ActiveHealth.Settings, at now: UInt64) -> Bool {
        let change = record.withLock { record -> ActiveHealth.Standing? in
            record.probes.probed(passed, settings) ? record.probes.standing : nil
        }
        guard let change else { return false }
        if change == .up {
            // It may be another process now: what the old one was like says nothing of it.
            latency.forget()
            errorsInARow.store(0, ordering: .relaxed)
            healthySince.store(now, ordering: .relaxed)
        }
        standing.store(change, ordering: .relaxed)
        changes.count()
        return true
    }

    /// A generation without active checks knows no server that is down by them.
    func endProbes() {
        record.withLock { $0.probes = ActiveHealth(standing: .up) }
        guard standing.exchange(.up, ordering: .relaxed) != .up else { return }
        changes.count()
    }

    /// Puts it out of use for a time that grows each time.
    func eject(_ settings: OutlierSettings, at now: UInt64) {
        let time = record.withLock { $0.ejections.next(settings) }
        ejectedUntil.store(now &+ time, ordering: .relaxed)
        errorsInARow.store(0, ordering: .relaxed)
        changes.count()
    }
}

/// How often anything changed in the servers of an upstream that decides which of them are used. Its own object, so that reading it
/// on each request does not meet the counters that each request writes.
final class ChangeCount: Sendable {
    private let changes = Atomic<UInt64>(1)

    @inline(__always)
    var value: UInt64 { changes.load(ordering: .acquiring) }

    func count() { changes.wrappingAdd(1, ordering: .releasing) }
}
