import Synchronization

/// The servers that a request may go to, and who of them gets it.
///
/// A worker's side of a request is three lines; each counts, and none takes a lock, allocates or waits:
///
/// ```swift
/// let pick = upstream.pick(at: worker.now, hash: key, tried: exchange.tried, using: &worker.random)
/// guard case .server(let server) = pick else { return refuse(pick) }
/// // … the exchange with the server; then
/// upstream.finished(server, .good, latency: answered - sent, at: worker.now)
/// ```
///
/// A pick takes a place at the server, so that no limit is passed, and ``finished(_:_:latency:at:)`` gives it back: each pick of a server needs
/// exactly one. Where the answer's head comes long before its end, ``report(_:_:latency:at:)`` at its head and ``release(_:)`` at its end do
/// the same in two steps. For another attempt, add the server's index to `tried`, ask ``startRetry(at:)`` and pick again.
///
/// One per upstream and generation, for all workers. What was learned and counted is in objects that the next generation takes over.
package final class Upstream: Sendable {
    /// What the configuration calls it.
    package let name: String
    /// Its place in the tables of workers.
    package let number: Int
    /// Its settings.
    package let settings: Settings
    /// Its servers; each one's place is its ``Server/index``.
    package let servers: [Server]

    let shared: UpstreamState
    let candidates = Candidates()
    let decay: PeakLatency.Decay
    /// What an answer adds to the clock of averages.
    private let timePerAnswer: UInt64
    let rendezvous: Rendezvous
    let slowStart: UInt64
    /// Relative to their mean; nil where all are equal.
    let weights: [Double]?
    private let stickyValues: StickyCookie.Values?

    /// Makes an upstream.
    ///
    /// - Parameters:
    ///   - number: Its place in tables of workers.
    ///   - servers: 1 to ``ServerSet/capacity``, of different addresses.
    ///   - previous: The upstream of this name in the generation before. The servers of the same address keep their state, which the requests
    ///     that are still under way in that generation go on to count in. The limits hold for both together.
    ///   - now: Nanoseconds of the clock that all other calls take their times from.
    package init(
        name: String,
        number: Int = 0,
        servers: [Server.Settings],
        settings: Settings = Settings(),
        adopting previous: Upstream? = nil,
        at now: UInt64
    ) {
        precondition((1...ServerSet.capacity).contains(servers.count), "an upstream has 1 to 512 servers")
        let shared = previous?.shared ?? UpstreamState(at: now)
        self.name = name
        self.number = number
        self.settings = settings
        self.shared = shared
        let members = Self.servers(servers, settings, previous, shared, now)
        self.servers = members
        slowStart = settings.slowStart.wholeNanoseconds
        rendezvous = Rendezvous(servers)
        weights = Self.relativeWeights(servers)
        stickyValues = settings.sticky.map { StickyCookie.Values($0, upstream: name, servers: members) }
        let time =
            if case .powerOfTwo(let time) = settings.balance { time.wholeNanoseconds } else { UInt64(10_000_000_000) }
        decay = PeakLatency.Decay(over: time)
        timePerAnswer = time / Self.answersOfDecay
        // Not only if the lock is free: the first pick must find servers.
        shared.comparison.withLock { refresh(&$0, at: now) }
    }

    private static func servers(
        _ settings: [Server.Settings],
        _ upstream: Settings,
        _ previous: Upstream?,
        _ shared: UpstreamState,
        _ now: UInt64
    ) -> [Server] {
        let known = previous?.servers.map { ($0.settings.address, $0.state) } ?? []
        let states = Dictionary(known, uniquingKeysWith: { first, _ in first })
        return settings.enumerated().map { index, settings in
            if let state = states[settings.address] {
                if upstream.activeHealth == nil { state.endProbes() }
                return Server(index: index, settings: settings, state: state)
            }
            let state = ServerState(
                probes: ActiveHealth(upstream.activeHealth),
                changes: shared.changes,
                healthySince: previous == nil ? 0 : now
            )
            return Server(index: index, settings: settings, state: state)
        }
    }

    private static func relativeWeights(_ servers: [Server.Settings]) -> [Double]? {
        if servers.allSatisfy({ $0.weight == servers[0].weight }) { return nil }
        let mean = Double(servers.reduce(0) { $0 + $1.weight }) / Double(servers.count)
        return servers.map { max(Double($0.weight), 0.001) / mean }
    }

    /// Requests at its servers at this moment.
    package var active: Int { shared.active.count }
    /// Requests that wait.
    package var pending: Int { shared.line.count }
    /// Where those wait that have found all servers full.
    var line: WaitingLine { shared.line }
    /// Repeated requests at its servers.
    package var retries: Int { shared.retries.count }
    /// Open connections to its servers.
    package var connections: Int { shared.connections.count }

    /// The peak-sensitive average of a server's latencies, in nanoseconds; 0 where nothing is known.
    package func latency(of server: Server, at now: UInt64) -> UInt64 {
        UInt64(server.state.latency.average(at: averagesTime(now), decay))
    }

    /// The clock of averages: it goes with time, and by a step with each answer. So a server that is avoided is tried again after so much time
    /// or so many answers of the others, whichever comes first: where there are many, one that has recovered does not wait for long, and where
    /// it has not, the share of requests that find out is the same, and far below a hundredth.
    @inline(__always)
    func averagesTime(_ now: UInt64) -> UInt64 {
        now &+ shared.answers.load(ordering: .relaxed) &* timePerAnswer
    }

    /// Answers within which an average decays as it does within its time.
    private static let answersOfDecay: UInt64 = 1000

    // MARK: Sticky

    /// The server that a cookie's value names, whether it can be used or not; nil for a value that is none of ours.
    package func server(sticky value: UnsafeBufferPointer<UInt8>) -> Server? {
        stickyValues?.place(value).map { servers[$0] }
    }

    /// The value of the cookie that binds a client to a server; nil where the upstream has no sticky cookie.
    package func stickyValue(of server: Server) -> String? { stickyValues?.texts[server.index] }

    // MARK: Active checks

    /// Takes the result of an active check of a server in, and says whether it changed how the server stands.
    @discardableResult
    package func probed(_ server: Server, passed: Bool, at now: UInt64) -> Bool {
        server.state.probed(passed, settings.activeHealth ?? ActiveHealth.Settings(), at: now)
    }
}
