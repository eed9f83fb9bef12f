import PandoEdge
import TestSupport
import Testing

@testable import PandoEdge

@Suite struct UpstreamPolicyTests {
    @Test func roundRobinGivesEachTheSame() {
        let upstream = upstream(serverSettings(3), .init(balance: .roundRobin))
        #expect(upstream.shares(of: 300) == [100, 100, 100])
    }

    @Test func roundRobinSharesOutWhatADownServerDoesNotGet() {
        let upstream = upstream(serverSettings(4), .init(balance: .roundRobin))
        upstream.servers[1].drain()
        #expect(upstream.shares(of: 300) == [100, 0, 100, 100])
    }

    @Test func weightedTurnsKeepTheirSharesInEveryStretch() {
        let upstream = upstream(
            serverSettings(3) { $1.weight = [5, 2, 1][$0] },
            .init(balance: .weighted)
        )
        for _ in 0..<20 {
            let counts = upstream.shares(of: 80)
            for (count, fair) in zip(counts, [50, 20, 10]) { #expect(abs(count - fair) <= 3, "\(counts)") }
        }
    }

    @Test func weightedTurnsAreSmooth() {
        let upstream = upstream(serverSettings(2) { $1.weight = [4, 1][$0] }, .init(balance: .weighted))
        var random = WorkerRandom(seed: 1)
        var gaps: Set<Int> = []
        var last: Int?
        for number in 0..<1000 {
            let index = upstream.pick(at: start, using: &random).index
            if index == 1 {
                if let last { gaps.insert(number - last) }
                last = number
            }
        }
        // The three-gap theorem; around 5, the mean.
        #expect(gaps.count <= 3)
        #expect(gaps.allSatisfy { (3...8).contains($0) }, "\(gaps)")
    }

    @Test func weightZeroGetsNothing() {
        let upstream = upstream(serverSettings(3) { $1.weight = [1, 0, 1][$0] }, .init(balance: .weighted))
        #expect(upstream.shares(of: 100)[1] == 0)
    }

    @Test func leastConnectionsFillsTheEmptiest() {
        let upstream = upstream(
            serverSettings(3) { $1.weight = [1, 1, 2][$0] },
            .init(balance: .leastConnections)
        )
        var random = WorkerRandom(seed: 7)
        for _ in 0..<40 { _ = upstream.pick(at: start, using: &random) }
        #expect(upstream.servers.map(\.active) == [10, 10, 20])
    }

    @Test(arguments: [2, 3, 8]) func powerOfTwoIsEvenAmongEquals(count: Int) {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        let upstream = upstream(serverSettings(count))
        let counts = upstream.shares(of: 6000, seed: seed)
        let fair = 6000 / count
        #expect(counts.allSatisfy { abs($0 - fair) < fair / 3 }, "BALANCE_SEED=\(seed): \(counts)")
    }

    @Test func powerOfTwoSendsAnUnknownServerOneRequestAtATime() {
        let upstream = upstream(serverSettings(2))
        var random = WorkerRandom(seed: 3)
        upstream.feed(0, 10, .good, at: start)
        let picks = (0..<10).map { _ in upstream.pick(at: start, using: &random).index }
        #expect(picks.count { $0 == 1 } == 1)
    }

    @Test func powerOfTwoLoadsByWeight() {
        let upstream = upstream(serverSettings(2) { $1.weight = [300, 100][$0] })
        for index in 0..<2 { upstream.feed(index, 10, .good, at: start) }
        var random = WorkerRandom(seed: 3)
        for _ in 0..<400 { _ = upstream.pick(at: start, using: &random) }
        #expect(abs(upstream.servers[0].active - 300) <= 3, "\(upstream.servers.map(\.active))")
    }

    @Test func triedServersAreNotPickedAgain() {
        for balance in allPolicies {
            let upstream = upstream(serverSettings(5), .init(balance: balance))
            var random = WorkerRandom(seed: 9)
            var tried = ServerSet()
            for _ in 0..<5 {
                let pick = upstream.pick(at: start, hash: 42, tried: tried, using: &random)
                guard let index = pick.index else {
                    Issue.record("\(balance): \(pick.refusal)")
                    return
                }
                #expect(!tried.contains(index))
                tried.insert(index)
            }
            #expect(upstream.pick(at: start, hash: 42, tried: tried, using: &random).refusal == "tried")
            #expect(upstream.active == 5)
        }
    }

    @Test func everyPolicyFindsAServerAmongMany() {
        for balance in allPolicies {
            let upstream = upstream(serverSettings(ServerSet.capacity), .init(balance: balance))
            for index in 0..<ServerSet.capacity where index != 300 { upstream.servers[index].drain() }
            #expect(upstream.shares(of: 10, hash: { UInt64($0) })[300] == 10, "\(balance)")
        }
    }

    private let allPolicies: [Balance] = [
        .roundRobin, .weighted, .leastConnections, .powerOfTwo(), .consistentHash(),
    ]
}
