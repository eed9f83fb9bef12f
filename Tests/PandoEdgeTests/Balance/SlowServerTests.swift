import TestSupport
import Testing

@testable import PandoEdge

@Suite struct SlowServerTests {
    /// Four servers at half of what they can do, of which one is ten times as slow.
    @Test(.timeLimit(.minutes(1))) func oneSlowServerOfFourIsAvoided() {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        let healthy = run(seed: seed, slow: nil)
        let slow = run(seed: seed, slow: 2)
        let ratio = slow.percentile(0.99) / healthy.percentile(0.99)
        print(
            "BALANCE_SEED=\(seed): p99 \(healthy.percentile(0.99) / 1e6) ms, with a slow server "
                + "\(slow.percentile(0.99) / 1e6) ms, \(ratio) times; requests \(slow.requests)"
        )
        #expect(ratio < 1.3, "BALANCE_SEED=\(seed)")
        #expect(slow.requests[2] < 20_000 / 50, "BALANCE_SEED=\(seed): \(slow.requests)")
        #expect(slow.requests[2] > 0, "it is tried again from time to time")
    }

    /// What a busy server has answered since tells more than a hiccup that it had.
    @Test func aHiccupIsForgottenByAnswers() {
        let upstream = upstream(serverSettings(2), .init(outliers: nil))
        for index in 0..<2 { upstream.feed(index, 1, .good, latency: 50 * millisecond, at: start) }
        upstream.feed(0, 40, .good, latency: 5 * millisecond, at: start)
        #expect(upstream.latency(of: upstream.servers[0], at: start) < 6 * millisecond)
        // The other one has told nothing new, and is asked again after some hundred answers.
        let later = upstream.latency(of: upstream.servers[1], at: start)
        #expect(later < 50 * millisecond && later > 40 * millisecond)
        #expect(upstream.shares(of: 100, at: start, latency: 5 * millisecond)[1] == 0)
        #expect(upstream.shares(of: 5000, at: start, latency: 5 * millisecond)[1] > 0)
    }

    /// The policy does what it is there for: one that counts only requests does not reach it.
    @Test(.timeLimit(.minutes(1))) func leastConnectionsDoesNotAvoidIt() {
        let slow = run(seed: 1, slow: 2, balance: .leastConnections)
        let healthy = run(seed: 1, slow: nil, balance: .leastConnections)
        #expect(slow.percentile(0.99) / healthy.percentile(0.99) > 2)
    }

    @Test(.timeLimit(.minutes(1))) func aServerThatIsQuickAgainGetsItsShareBack() {
        var simulation = simulation(seed: 5, slow: 2, balance: .powerOfTwo())
        let before = simulation.run(10_000)
        #expect(before.requests[2] < 500)
        simulation.machines[2].service = 10e6
        _ = simulation.run(60_000)
        let after = simulation.run(10_000)
        #expect(after.requests[2] > 1500, "\(after.requests)")
    }

    @Test func aServerThatHangsGetsNoMore() {
        let upstream = upstream(serverSettings(4), .init(outliers: nil))
        for index in 0..<4 { upstream.feed(index, 20, .good, latency: 10 * millisecond, at: start) }
        var random = WorkerRandom(seed: 12)
        var now = start
        for _ in 0..<12_000 {
            now += 5 * millisecond
            guard case .server(let server) = upstream.pick(at: now, using: &random) else { return }
            if server.index != 2 { upstream.finished(server, .good, latency: 10 * millisecond, at: now) }
        }
        // A minute, within which the average would have decayed to a four-hundredth.
        #expect(upstream.servers[2].active <= 2, "\(upstream.servers[2].active)")
    }

    /// What stays open is load, but no answer that is owed: the peak is forgotten all the same.
    @Test func aServerWithOpenStreamsIsForgiven() {
        let upstream = upstream(serverSettings(2), .init(outliers: nil))
        var random = WorkerRandom(seed: 13)
        for server in upstream.servers {
            guard case .server = upstream.pick(at: start, sticky: server, using: &random) else { return }
            upstream.report(server, .good, latency: server.index == 0 ? second : 10 * millisecond, at: start)
        }
        let early = upstream.shares(of: 1000, at: start + second, latency: 10 * millisecond)
        #expect(early[0] == 0)
        var now = start
        var later = [0, 0]
        for _ in 0..<100 {
            now += second
            let shares = upstream.shares(of: 10, at: now, seed: now, latency: 10 * millisecond)
            for index in 0..<2 { later[index] += shares[index] }
        }
        #expect(later[0] > 10, "\(later)")
        for server in upstream.servers { upstream.release(server) }
        #expect(upstream.active == 0)
    }

    @Test func aServerThatFailsQuicklyAttractsNothing() {
        let upstream = upstream(serverSettings(4), .init(outliers: nil))
        var random = WorkerRandom(seed: 11)
        var counts = [0, 0, 0, 0]
        var now = start
        for _ in 0..<4000 {
            now += millisecond
            guard case .server(let server) = upstream.pick(at: now, using: &random) else { return }
            counts[server.index] += 1
            let isBroken = server.index == 0
            upstream.finished(
                server,
                isBroken ? .unreachable : .good,
                latency: isBroken ? 50_000 : 20 * millisecond,
                at: now
            )
        }
        #expect(counts[0] < 80, "\(counts)")
    }

    private func run(seed: UInt64, slow: Int?, balance: Balance = .powerOfTwo()) -> BalanceSimulation.Result {
        var simulation = simulation(seed: seed, slow: slow, balance: balance)
        _ = simulation.run(4000)
        return simulation.run(20_000)
    }

    private func simulation(seed: UInt64, slow: Int?, balance: Balance) -> BalanceSimulation {
        var machines = Array(repeating: BalanceSimulation.Machine(service: 10e6, slots: 8), count: 4)
        if let slow { machines[slow].service *= 10 }
        let upstream = upstream(serverSettings(4), .init(balance: balance))
        var simulation = BalanceSimulation(upstream, machines: machines, perSecond: 1600, seed: seed)
        simulation.now = start
        return simulation
    }
}
