import Testing

@testable import Pando

@Suite struct AdmissionLimitTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    @Test(arguments: seeds) func threefoldOverloadKeepsLatencyOfAcceptedRequestsNearBase(seed: UInt64) {
        var simulation = QueueSimulation(.init(), workers: 2, kinds: 1, seed: seed)
        let capacity = 2 / 0.005
        let calm = simulation.run(seconds: 20, perSecond: capacity * 0.5, service: [(0, 0.005)])
        let warmUp = simulation.run(seconds: 5, perSecond: capacity * 3, service: [(0, 0.005)])
        let overload = simulation.run(seconds: 60, perSecond: capacity * 3, service: [(0, 0.005)])
        #expect(calm.shed == 0, "seed \(seed)")
        #expect(warmUp.shed > 0, "seed \(seed)")
        // Base plus the queueing that is always fine (20 ms), doubled for what varies.
        #expect(overload.percentile(0.99) < calm.percentile(0.99) + 0.05, "seed \(seed)")
        // Work is not lost to caution: the workers stay busy.
        #expect(Double(overload.accepted.count) > 60 * capacity * 0.95, "seed \(seed)")
    }

    @Test(arguments: seeds) func longOverloadDoesNotTeachThatCongestionIsNormal(seed: UInt64) {
        var simulation = QueueSimulation(.init(), workers: 2, kinds: 1, seed: seed)
        _ = simulation.run(seconds: 10, perSecond: 200, service: [(0, 0.005)])
        _ = simulation.run(seconds: 10, perSecond: 1200, service: [(0, 0.005)])
        let early = simulation.run(seconds: 30, perSecond: 1200, service: [(0, 0.005)]).percentile(0.99)
        _ = simulation.run(seconds: 200, perSecond: 1200, service: [(0, 0.005)])
        let late = simulation.run(seconds: 30, perSecond: 1200, service: [(0, 0.005)]).percentile(0.99)
        #expect(late < early * 1.5, "seed \(seed)")
    }

    @Test(arguments: seeds) func limitRecoversAfterOverload(seed: UInt64) {
        var simulation = QueueSimulation(.init(), workers: 2, kinds: 1, seed: seed)
        _ = simulation.run(seconds: 10, perSecond: 200, service: [(0, 0.005)])
        _ = simulation.run(seconds: 60, perSecond: 1200, service: [(0, 0.005)])
        _ = simulation.run(seconds: 5, perSecond: 200, service: [(0, 0.005)])
        let after = simulation.run(seconds: 30, perSecond: 280, service: [(0, 0.005)])
        #expect(Double(after.shed) < Double(after.accepted.count) * 0.01, "seed \(seed)")
    }

    @Test func limitGrowsWithCapacity() {
        var simulation = QueueSimulation(.init(), workers: 2, kinds: 1, seed: 7)
        _ = simulation.run(seconds: 30, perSecond: 1200, service: [(0, 0.005)])
        simulation.setWorkers(64)
        _ = simulation.run(seconds: 10, perSecond: 10_000, service: [(0, 0.005)])
        let grown = simulation.run(seconds: 10, perSecond: 10_000, service: [(0, 0.005)])
        #expect(Double(grown.shed) < Double(grown.accepted.count) * 0.02)
    }

    @Test func changeOfMixIsNotCongestion() {
        var simulation = QueueSimulation(.init(), workers: 64, kinds: 2, seed: 11)
        // Cheap reads with a booking now and then; then bookings only: fifty times slower, no queue.
        _ = simulation.run(seconds: 10, perSecond: 2000, service: Array(repeating: (0, 0.001), count: 20) + [(1, 0.05)])
        let bookings = simulation.run(seconds: 20, perSecond: 900, service: [(1, 0.05)])
        #expect(bookings.shed < bookings.accepted.count / 50)
    }

    /// Times that vary are no queue, however fast the fastest are: a slow hour of the machine must not shed half of the work.
    @Test(arguments: seeds) func slowerMachineIsLearned(seed: UInt64) {
        var simulation = QueueSimulation(.init(), workers: 64, kinds: 1, seed: seed)
        _ = simulation.run(seconds: 10, perSecond: 170, service: [(0, 0.003)])
        let varied = [0.004, 0.01, 0.03, 0.03, 0.05, 0.05, 0.06, 0.12].map { (0, $0) }
        // What was waiting comes at once, as after a restart; then the load is an eighth of what can be done.
        _ = simulation.run(seconds: 5, perSecond: 6000, service: varied)
        _ = simulation.run(seconds: 5, perSecond: 170, service: varied)
        let slow = simulation.run(seconds: 60, perSecond: 170, service: varied)
        #expect(Double(slow.shed) < Double(slow.accepted.count) * 0.01, "seed \(seed): \(slow.shed) shed")
    }

    @Test func idleServiceKeepsItsLimit() {
        var limit = AdmissionLimit(.init())
        let kind = limit.addKind()
        for request in 0..<10_000 {
            limit.begin()
            limit.end()
            limit.sample(kind: kind, seconds: request > 5000 ? 1 : 0.001, now: Double(request) * 0.01)
        }
        #expect(limit.limit == AdmissionLimit.Configuration().initial)
    }
}
