import Testing

@testable import PandoEdge

/// Which servers are used at all.
@Suite struct UpstreamUseTests {
    @Test func backupsAreUsedOnlyWhereNoPrimaryIs() {
        let upstream = upstream(serverSettings(3) { $1.isBackup = $0 == 2 }, checked())
        #expect(upstream.shares(of: 100)[2] == 0)
        takeDown(upstream, 0)
        #expect(upstream.shares(of: 100) == [0, 100, 0])
        takeDown(upstream, 1)
        #expect(upstream.shares(of: 100) == [0, 0, 100])
        #expect(!upstream.isPanic)
        bringUp(upstream, 0)
        #expect(upstream.shares(of: 100) == [100, 0, 0])
    }

    @Test func aFullPrimaryIsNoReasonForABackup() {
        let upstream = upstream(
            serverSettings(2) { index, settings in
                settings.isBackup = index == 1
                settings.maximumRequests = 1
            }
        )
        var random = WorkerRandom(seed: 1)
        #expect(upstream.pick(at: start, using: &random).index == 0)
        #expect(upstream.pick(at: start, using: &random).refusal == "full")
    }

    @Test func localServersComeFirst() {
        var settings = checked()
        settings.prefersLocal = true
        let upstream = upstream(
            serverSettings(4) { index, settings in
                settings.isLocal = index < 2
                settings.maximumRequests = 2
            },
            settings
        )
        var random = WorkerRandom(seed: 1)
        let first = (0..<4).compactMap { _ in upstream.pick(at: start, using: &random).index }
        #expect(first.count == 4 && first.allSatisfy { $0 < 2 })
        // Full: the others help.
        #expect(upstream.pick(at: start, using: &random).index ?? 0 >= 2)
        for index in 0..<2 { takeDown(upstream, index) }
        #expect(upstream.pick(at: start, using: &random).index ?? 0 >= 2)
    }

    @Test func noUsableServerIsDown() {
        var settings = checked()
        settings.panicThreshold = 0
        let upstream = upstream(serverSettings(2), settings)
        for index in 0..<2 { takeDown(upstream, index) }
        var random = WorkerRandom(seed: 1)
        #expect(upstream.pick(at: start, using: &random).refusal == "down")
        #expect(upstream.active == 0)
    }

    @Test func panicUsesAllBelowTheThreshold() {
        var settings = checked()
        settings.panicThreshold = 0.5
        settings.balance = .roundRobin
        let upstream = upstream(serverSettings(4), settings)
        takeDown(upstream, 0)
        takeDown(upstream, 1)
        #expect(upstream.shares(of: 100) == [0, 0, 50, 50])
        #expect(!upstream.isPanic)
        takeDown(upstream, 2)
        #expect(upstream.shares(of: 100) == [25, 25, 25, 25])
        #expect(upstream.isPanic)
        upstream.servers[0].drain()
        #expect(upstream.shares(of: 90) == [0, 30, 30, 30])
        bringUp(upstream, 2)
        #expect(upstream.shares(of: 90) == [0, 0, 45, 45])
        #expect(!upstream.isPanic)
    }

    @Test func failClosedUsesNothingUnproven() {
        var settings = checked()
        settings.activeHealth?.isFailClosed = true
        settings.panicThreshold = 1
        let upstream = upstream(serverSettings(2), settings)
        var random = WorkerRandom(seed: 1)
        #expect(upstream.servers[0].health(at: start) == .unproven)
        #expect(upstream.pick(at: start, using: &random).refusal == "down")
        bringUp(upstream, 1)
        #expect(upstream.shares(of: 100) == [0, 100])
    }

    @Test func aDrainedServerGetsOnlyWhoIsBoundToIt() {
        let upstream = upstream(serverSettings(2))
        let server = upstream.servers[0]
        var random = WorkerRandom(seed: 1)
        #expect(upstream.pick(at: start, sticky: server, using: &random).index == 0)
        server.drain()
        #expect(upstream.shares(of: 100)[0] == 0)
        #expect(upstream.pick(at: start, sticky: server, using: &random).index == 0)
        #expect(!server.isDrained)
        for _ in 0..<2 { upstream.finished(server, .good, latency: millisecond, at: start) }
        #expect(server.isDrained)
        server.resume()
        #expect(upstream.shares(of: 100)[0] > 0)
    }

    @Test func whoIsBoundToADownServerGoesElsewhere() {
        let upstream = upstream(serverSettings(2), checked())
        takeDown(upstream, 0)
        var random = WorkerRandom(seed: 1)
        #expect(upstream.pick(at: start, sticky: upstream.servers[0], using: &random).index == 1)
        var tried = ServerSet()
        tried.insert(1)
        #expect(upstream.pick(at: start, sticky: upstream.servers[1], tried: tried, using: &random).refusal == "tried")
    }

    @Test func aBoundClientOfAnOlderGenerationIsNotMistaken() {
        let old = upstream(serverSettings(1))
        let new = upstream(serverSettings(3).reversed(), adopting: old)
        var random = WorkerRandom(seed: 1)
        for _ in 0..<20 {
            guard case .server(let server) = new.pick(at: start, sticky: old.servers[0], using: &random) else { return }
            #expect(new.servers[server.index] === server)
        }
    }

    @Test func slowStartGrowsInAStraightLine() {
        for balance in [Balance.roundRobin, .leastConnections, .powerOfTwo()] {
            var settings = checked()
            settings.slowStart = .seconds(100)
            settings.balance = balance
            let upstream = upstream(serverSettings(4), settings)
            #expect(upstream.shares(of: 4000)[3] > 800, "no slow start at the beginning")
            takeDown(upstream, 3)
            bringUp(upstream, 3, at: start + second)
            upstream.feed(3, 1, .good, at: start + second)
            for (elapsed, share) in [(0, 0.1), (30, 0.3), (60, 0.6), (90, 0.9), (100, 1.0)] {
                let now = start + second + UInt64(elapsed) * second
                for index in 0..<4 { upstream.feed(index, 1, .good, at: now) }
                let count = Double(upstream.shares(of: 4000, at: now)[3])
                // Of servers that are equally quick the one that was not asked for longest looks a little better.
                #expect(abs(count - 1000 * share) < 200, "\(balance) after \(elapsed) s: \(count)")
            }
        }
    }

    @Test func aServerThatWasEjectedStartsSlowly() {
        let upstream = upstream(serverSettings(4), .init(balance: .roundRobin, slowStart: .seconds(100)))
        upstream.feed(1, 5, .unreachable, at: start)
        #expect(upstream.shares(of: 3000, at: start + 29 * second)[1] == 0)
        let returned = upstream.shares(of: 4000, at: start + 30 * second)[1]
        #expect(returned > 50 && returned < 260, "\(returned)")
        #expect(upstream.shares(of: 4000, at: start + 130 * second)[1] == 1000)
    }

    @Test func theOnlyServerIsUsedInItsSlowStart() {
        var settings = checked()
        settings.slowStart = .seconds(100)
        settings.panicThreshold = 0
        let upstream = upstream(serverSettings(1), settings)
        takeDown(upstream, 0)
        bringUp(upstream, 0)
        #expect(upstream.shares(of: 100) == [100])
    }

    private func checked() -> Upstream.Settings {
        Upstream.Settings(balance: .roundRobin, activeHealth: ActiveHealth.Settings(rise: 2, fall: 3))
    }

    private func takeDown(_ upstream: Upstream, _ index: Int) {
        for _ in 0..<3 { upstream.probed(upstream.servers[index], passed: false, at: start) }
    }

    private func bringUp(_ upstream: Upstream, _ index: Int, at now: UInt64 = start) {
        for _ in 0..<2 { upstream.probed(upstream.servers[index], passed: true, at: now) }
    }
}
