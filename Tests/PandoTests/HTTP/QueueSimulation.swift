import Foundation
import TestSupport

@testable import Pando

/// A service with a few workers and one queue, under an open load, in simulated time.
struct QueueSimulation {
    struct Outcome {
        var accepted: [Double] = []
        var shed = 0

        func percentile(_ quantile: Double) -> Double {
            let sorted = accepted.sorted()
            return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]
        }
    }

    var limit: AdmissionLimit
    var workers: Int
    private var random: SeededGenerator
    private var now = 0.0
    private var workerFree: [Double]
    private var pending: [(end: Double, kind: Int, began: Double)] = []
    private var kinds: [Int]

    init(_ configuration: AdmissionLimit.Configuration, workers: Int, kinds: Int, seed: UInt64) {
        limit = AdmissionLimit(configuration)
        self.workers = workers
        random = SeededGenerator(seed: seed)
        workerFree = Array(repeating: 0, count: workers)
        self.kinds = []
        for _ in 0..<kinds { self.kinds.append(limit.addKind()) }
    }

    mutating func setWorkers(_ count: Int) {
        workers = count
        workerFree = (0..<count).map { $0 < workerFree.count ? workerFree[$0] : now }
    }

    /// Poisson arrivals at `perSecond` for `seconds`, each taking about `service` seconds of the kind picked.
    mutating func run(seconds: Double, perSecond: Double, service: [(kind: Int, seconds: Double)]) -> Outcome {
        var outcome = Outcome()
        let end = now + seconds
        while now < end {
            now -= log(Double.random(in: .leastNonzeroMagnitude..<1, using: &random)) / perSecond
            finish(until: now, &outcome)
            guard limit.hasRoom else {
                outcome.shed += 1
                continue
            }
            let work = service[Int(random.next() % UInt64(service.count))]
            // Between half and one and a half of the mean: requests of a route differ.
            let time = work.seconds * Double.random(in: 0.5..<1.5, using: &random)
            let worker = workerFree.indices.min { workerFree[$0] < workerFree[$1] } ?? 0
            workerFree[worker] = max(now, workerFree[worker]) + time
            limit.begin()
            let place = pending.firstIndex { $0.end > workerFree[worker] } ?? pending.endIndex
            pending.insert((workerFree[worker], kinds[work.kind], now), at: place)
        }
        return outcome
    }

    private mutating func finish(until time: Double, _ outcome: inout Outcome) {
        while let first = pending.first, first.end <= time {
            pending.removeFirst()
            limit.end()
            limit.sample(kind: first.kind, seconds: first.end - first.began, now: first.end)
            outcome.accepted.append(first.end - first.began)
        }
    }
}
