import Foundation

@testable import PandoEdge

/// An upstream under load in virtual time: requests come at random (Poisson), each server works on some at a time and lets the others wait
/// in order, and service times are exponential.
struct BalanceSimulation {
    struct Machine {
        /// The mean time that a request takes, in nanoseconds.
        var service: Double
        /// Requests that are worked on at a time.
        var slots: Int
    }

    struct Result {
        /// From the pick to the answer, in nanoseconds, in order.
        var latencies: [UInt64] = []
        /// Requests by the server's index.
        var requests: [Int]
        /// Requests that nobody took.
        var refused = 0

        func percentile(_ share: Double) -> Double { Double(latencies[Int(share * Double(latencies.count - 1))]) }
    }

    private struct Completion {
        var at: UInt64
        var server: Server
        var latency: UInt64
    }

    let upstream: Upstream
    var machines: [Machine]
    let perSecond: Double
    var random: WorkerRandom
    var now: UInt64 = 1_000_000_000

    private var free: [[UInt64]]
    /// The last to end first.
    private var underWay: [Completion] = []

    init(_ upstream: Upstream, machines: [Machine], perSecond: Double, seed: UInt64) {
        self.upstream = upstream
        self.machines = machines
        self.perSecond = perSecond
        random = WorkerRandom(seed: seed)
        free = machines.map { Array(repeating: 0, count: $0.slots) }
    }

    /// Sends so many requests, and waits for their answers.
    mutating func run(_ count: Int) -> Result {
        var result = Result(requests: Array(repeating: 0, count: machines.count))
        for _ in 0..<count {
            now += UInt64(exponential(1e9 / perSecond))
            finish(until: now, &result)
            guard case .server(let server) = upstream.pick(at: now, using: &random) else {
                result.refused += 1
                continue
            }
            result.requests[server.index] += 1
            begin(at: server)
        }
        finish(until: .max, &result)
        result.latencies.sort()
        return result
    }

    private mutating func begin(at server: Server) {
        let machine = machines[server.index]
        let slot = free[server.index].indices.min { free[server.index][$0] < free[server.index][$1] }!  // One at least.
        let end = max(now, free[server.index][slot]) + UInt64(max(1, exponential(machine.service)))
        free[server.index][slot] = end
        let completion = Completion(at: end, server: server, latency: end - now)
        var (low, high) = (0, underWay.count)
        while low < high {
            let middle = (low + high) / 2
            if underWay[middle].at > end { low = middle + 1 } else { high = middle }
        }
        underWay.insert(completion, at: low)
    }

    private mutating func finish(until end: UInt64, _ result: inout Result) {
        while let next = underWay.last, next.at <= end {
            underWay.removeLast()
            upstream.finished(next.server, .good, latency: next.latency, at: next.at)
            result.latencies.append(next.latency)
            if end == .max { now = max(now, next.at) }
        }
    }

    private mutating func exponential(_ mean: Double) -> Double { -log(1 - random.unit()) * mean }
}
