import TestSupport
import Testing

@testable import PandoEdge

@Suite struct ConsistentHashTests {
    private static let unbounded = Upstream.Settings(balance: .consistentHash(loadBound: .infinity))

    @Test func oneHashIsOneServer() {
        let upstream = upstream(serverSettings(8), Self.unbounded)
        #expect(Set(places(upstream, 100) + places(upstream, 100)).count == 8)
        #expect(places(upstream, 1000) == places(upstream, 1000))
    }

    @Test func keysAreSpreadEvenly() {
        let upstream = upstream(serverSettings(8), Self.unbounded)
        let counts = upstream.shares(of: 16_000) { UInt64($0) }
        #expect(counts.allSatisfy { abs($0 - 2000) < 200 }, "\(counts)")
    }

    @Test func keysAreSpreadByWeight() {
        let upstream = upstream(serverSettings(3) { $1.weight = [1, 2, 5][$0] }, Self.unbounded)
        let counts = upstream.shares(of: 16_000) { UInt64($0) }
        for (count, fair) in zip(counts, [2000, 4000, 10_000]) { #expect(abs(count - fair) < 300, "\(counts)") }
    }

    /// Other edges, and this one after a restart, must come to the same.
    @Test func thePlaceOfAKeyIsTheSameForEver() {
        let upstream = upstream(serverSettings(8), Self.unbounded)
        #expect(StableHash.of("customer-17") == 0x5996_DCBC_2083_D0A8)
        #expect(places(upstream, 12) == [4, 0, 2, 3, 6, 7, 0, 4, 5, 5, 7, 5])
    }

    @Test(arguments: [false, true]) func onlyTheKeysOfAServerThatGoesMove(weighted: Bool) {
        let settings = serverSettings(8) { if weighted { $1.weight = 1 + $0 } }
        let before = places(upstream(settings, Self.unbounded), 4000)
        let without = settings.filter { $0.address != settings[3].address }
        let fewer = upstream(without, Self.unbounded)
        let after = places(fewer, 4000).map { index in settings.firstIndex(of: without[index]) }
        #expect(zip(before, after).count { $0 != 3 && $0 != $1 } == 0)
        // Those that moved are spread over all others.
        let heirs = Set(zip(before, after).filter { $0.0 == 3 }.map(\.1))
        #expect(heirs.count == 7)
    }

    @Test func anEjectedServerMovesOnlyItsOwnKeys() {
        let upstream = upstream(serverSettings(8), Self.unbounded)
        let before = places(upstream, 2000)
        upstream.feed(5, 5, .unreachable, at: start)
        let during = places(upstream, 2000)
        #expect(zip(before, during).count { $0 != 5 && $0 != $1 } == 0)
        #expect(!during.contains(5))
        #expect(places(upstream, 2000, at: start + 31 * second) == before)
    }

    @Test(arguments: [1.1, 1.25, 2.0, 1e300]) func noServerIsAboveTheBound(bound: Double) {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        let upstream = upstream(serverSettings(5), .init(balance: .consistentHash(loadBound: bound)))
        var random = WorkerRandom(seed: seed)
        var underWay: [Server] = []
        var isAtBound = false
        for _ in 0..<4000 {
            if underWay.count > 100 || (!underWay.isEmpty && random.below(3) == 0) {
                let server = underWay.remove(at: random.below(underWay.count))
                upstream.finished(server, .good, latency: millisecond, at: start)
                continue
            }
            // Two of three requests have the same key.
            let hash = random.below(3) < 2 ? 1 : random.next()
            guard case .server(let server) = upstream.pick(at: start, hash: hash, using: &random) else {
                Issue.record("BALANCE_SEED=\(seed): the bound refuses nobody")
                return
            }
            underWay.append(server)
            let most = Int(min(1e9, bound * Double(underWay.count) / 5).rounded(.up))
            #expect(server.active <= most, "BALANCE_SEED=\(seed)")
            isAtBound = isAtBound || (hash == 1 && server.active == most && underWay.count > 20)
        }
        #expect(isAtBound || bound > 5, "the hot key was held back")
    }

    @Test func aRetryGoesToTheNextOfTheKey() {
        let upstream = upstream(serverSettings(5), Self.unbounded)
        var random = WorkerRandom(seed: 1)
        let first = upstream.pick(at: start, hash: 9, using: &random).index!  // All are healthy.
        var tried = ServerSet()
        tried.insert(first)
        let seconds = (0..<20).map { _ in upstream.pick(at: start, hash: 9, tried: tried, using: &random).index }
        #expect(Set(seconds).count == 1 && seconds[0] != first)
    }

    private func places(_ upstream: Upstream, _ count: Int, at now: UInt64 = start) -> [Int] {
        var random = WorkerRandom(seed: 1)
        return (0..<count).compactMap { number in
            guard case .server(let server) = upstream.pick(at: now, hash: UInt64(number), using: &random) else {
                return nil
            }
            upstream.finished(server, .good, latency: millisecond, at: now)
            return server.index
        }
    }
}
