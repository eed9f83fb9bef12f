import Synchronization
import Testing

@testable import PandoEdge

/// Real threads, as the workers are.
@Suite struct UpstreamThreadTests {
    private final class Watch: Sendable {
        /// The requests at each server, counted without a look at the code under test.
        let inside = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }
        let most = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }
        let picked = Atomic<Int>(0)
        let refused = Atomic<Int>(0)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Balance.roundRobin, .weighted, .leastConnections, .powerOfTwo(), .consistentHash(loadBound: 1.25),
        ]
    )
    func noServerGetsMoreThanItsMaximum(balance: Balance) {
        let upstream = upstream(serverSettings(4) { $1.maximumRequests = 2 + $0 }, .init(balance: balance))
        let watch = Watch()
        onThreads(8) { thread in
            var random = WorkerRandom(seed: UInt64(thread) + 1)
            for _ in 0..<400 {
                // Together they want 24, and there are 14 places.
                let held = (0..<3).compactMap { _ -> Server? in
                    guard case .server(let server) = upstream.pick(at: start, using: &random) else {
                        watch.refused.wrappingAdd(1, ordering: .relaxed)
                        return nil
                    }
                    let inside = watch.inside[server.index].wrappingAdd(1, ordering: .relaxed).newValue
                    watch.most[server.index].max(inside, ordering: .relaxed)
                    watch.picked.wrappingAdd(1, ordering: .relaxed)
                    return server
                }
                for server in held {
                    watch.inside[server.index].wrappingSubtract(1, ordering: .relaxed)
                    upstream.finished(server, .good, latency: millisecond, at: start)
                }
            }
        }
        for index in 0..<4 { #expect(watch.most[index].load(ordering: .relaxed) <= 2 + index) }
        #expect(upstream.active == 0)
        #expect(upstream.servers.allSatisfy { $0.active == 0 })
        let requests = upstream.servers.reduce(0) { $0 + $1.requests }
        #expect(requests == UInt64(watch.picked.load(ordering: .relaxed)))
        #expect(watch.picked.load(ordering: .relaxed) + watch.refused.load(ordering: .relaxed) == 8 * 3 * 400)
    }

    @Test(.timeLimit(.minutes(1))) func theLimitsOfTheUpstreamHold() {
        let upstream = upstream(
            serverSettings(2) { $1.maximumConnections = 3 },
            .init(
                limits: UpstreamLimits(connections: 5, requests: 6, retries: 3),
                retries: RetrySettings(share: 0, minimumPerSecond: 1e6)
            )
        )
        let most = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }
        let shared = Shared(most)
        onThreads(8) { thread in
            var random = WorkerRandom(seed: UInt64(thread) + 1)
            for _ in 0..<1000 {
                let server = upstream.servers[Int(random.next() & 1)]
                // Several at a time, so that the limits are met even where threads take turns.
                let connected = (0..<4).count { _ in upstream.connect(to: server) }
                shared.most[0].max(upstream.connections, ordering: .relaxed)
                shared.most[1].max(server.connections, ordering: .relaxed)
                let retrying = (0..<2).count { _ in upstream.startRetry(at: start) }
                shared.most[2].max(upstream.retries, ordering: .relaxed)
                for _ in 0..<connected { upstream.disconnected(from: server) }
                for _ in 0..<retrying { upstream.finishRetry() }
            }
        }
        for (index, limit) in [5, 3, 3].enumerated() {
            let most = shared.most[index].load(ordering: .relaxed)
            #expect(most <= limit && most > 1, "\(index): \(most)")
        }
        #expect(upstream.connections == 0 && upstream.retries == 0)
    }

    private final class Shared: Sendable {
        let most: InlineArray<4, Atomic<Int>>
        init(_ most: consuming InlineArray<4, Atomic<Int>>) { self.most = most }
    }

    /// Servers go down, come back and are drained while all workers pick; nobody is left behind with an old view.
    @Test(.timeLimit(.minutes(1))) func changesReachAllWorkers() {
        let settings = Upstream.Settings(activeHealth: ActiveHealth.Settings(rise: 1, fall: 1))
        let upstream = upstream(serverSettings(4), settings)
        onThreads(5) { thread in
            var random = WorkerRandom(seed: UInt64(thread) + 1)
            for round in 0..<2000 {
                if thread == 0 {
                    upstream.probed(upstream.servers[1 + round % 3], passed: round & 1 == 0, at: start)
                } else if case .server(let server) = upstream.pick(at: start, using: &random) {
                    upstream.finished(server, .good, latency: millisecond, at: start)
                }
            }
        }
        for index in 1..<4 { upstream.probed(upstream.servers[index], passed: false, at: start) }
        #expect(upstream.shares(of: 100) == [100, 0, 0, 0])
        #expect(upstream.active == 0)
    }
}
