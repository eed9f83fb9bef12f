import Testing

@testable import PandoEdge

@Suite struct ReloadTests {
    @Test func whatIsKnownOfAServerIsTakenOver() {
        let old = upstream(serverSettings(3), .init(balance: .roundRobin))
        old.servers[0].drain()
        old.feed(2, 5, .unreachable, at: start)
        var random = WorkerRandom(seed: 1)
        guard case .server(let server) = old.pick(at: start, using: &random) else { return }
        #expect(server.index == 1)

        // In another order, with another weight, and with one more.
        var settings = Array(serverSettings(4).reversed())
        settings[2].weight = 7
        let new = upstream(settings, .init(balance: .roundRobin), adopting: old, at: start)
        #expect(new.servers.map { $0.health(at: start) } == [.healthy, .ejected, .healthy, .healthy])
        #expect(new.servers[3].isDraining)
        #expect(new.servers[2].state === server.state)
        #expect(new.latency(of: new.servers[1], at: start) > 0 && new.latency(of: new.servers[0], at: start) == 0)
        #expect(new.servers[2].active == 1 && new.active == 1)
        old.finished(server, .good, latency: millisecond, at: start)
        #expect(new.servers[2].active == 0 && new.active == 0)
        #expect(new.shares(of: 100) == [50, 0, 50, 0])
    }

    @Test func changesAreSeenByBothGenerations() {
        let old = upstream(serverSettings(2), .init(balance: .roundRobin))
        let new = upstream(serverSettings(2), .init(balance: .roundRobin), adopting: old)
        old.servers[0].drain()
        #expect(new.shares(of: 10) == [0, 10])
        new.servers[0].resume()
        #expect(old.shares(of: 10) == [5, 5])
    }

    @Test func limitsHoldForBothGenerationsTogether() {
        let settings = Upstream.Settings(limits: UpstreamLimits(requests: 2))
        let old = upstream(serverSettings(2), settings)
        let new = upstream(serverSettings(2), settings, adopting: old)
        var random = WorkerRandom(seed: 1)
        #expect(old.pick(at: start, using: &random).index != nil)
        #expect(new.pick(at: start, using: &random).index != nil)
        #expect(new.pick(at: start, using: &random).refusal == "limited")
    }

    @Test func aNewServerStartsSlowlyAndOldOnesDoNot() {
        let settings = Upstream.Settings(balance: .roundRobin, slowStart: .seconds(100))
        let old = upstream(serverSettings(3), settings)
        let new = upstream(serverSettings(4), settings, adopting: old)
        let counts = new.shares(of: 4000)
        #expect(counts[3] > 50 && counts[3] < 260, "\(counts)")
        #expect(new.shares(of: 4000, at: start + 100 * second)[3] == 1000)
    }

    @Test func aServerIsNotDownByChecksThatAreNoLongerMade() {
        let settings = Upstream.Settings(activeHealth: ActiveHealth.Settings(fall: 1))
        let old = upstream(serverSettings(2), settings)
        old.probed(old.servers[0], passed: false, at: start)
        #expect(upstream(serverSettings(2), settings, adopting: old).servers[0].health(at: start) == .down)
        #expect(upstream(serverSettings(2), adopting: old).servers[0].health(at: start) == .healthy)
    }
}
