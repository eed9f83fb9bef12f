import NIOCore

/// All that a lane needs to know; a value that can go to its event loop.
struct LanePlan: Sendable {
    var index: Int
    var configuration: LoadRun.Configuration
    var address: SocketAddress
    var head: RequestHead
    var limits: ConnectionPool.Limits
    var arrivals: ArrivalSequence
    /// Clients of this lane, if the loop is closed.
    var closedClients: Int?
    /// Users of this lane, if the work is scenarios.
    var users: Int

    var drainTimeout: Nanoseconds { configuration.drainTimeout.nanoseconds }

    /// Divides a run among lanes.
    static func divide(_ configuration: LoadRun.Configuration, address: SocketAddress) throws(LoadError) -> [LanePlan] {
        let head = try RequestHead(authority: configuration.target.authority, headers: configuration.headers)
        let lanes = configuration.eventLoops
        func share(_ total: Int, _ index: Int) -> Int { max(1, total / lanes + (index < total % lanes ? 1 : 0)) }
        var plans: [LanePlan] = []
        for index in 0..<lanes {
            var clients: Int?
            if case .closed(let total) = configuration.arrivals { clients = share(total, index) }
            let connections = share(configuration.maxConnections, index)
            plans.append(
                LanePlan(
                    index: index,
                    configuration: configuration,
                    address: address,
                    head: head,
                    limits: ConnectionPool.Limits(
                        maxConnections: clients.map { min($0, connections) } ?? connections,
                        maxWaiting: max(share(configuration.maxBacklog, index), clients ?? 0),
                        requestTimeout: configuration.requestTimeout.nanoseconds,
                        maxBodyBytes: configuration.maxBodyBytes
                    ),
                    arrivals: ArrivalSequence(
                        configuration.arrivals,
                        seed: configuration.seed,
                        lane: index,
                        lanes: lanes,
                        limit: configuration.maxArrivals ?? .max
                    ),
                    closedClients: clients,
                    users: clients ?? share(configuration.maxUsers, index)
                )
            )
        }
        return plans
    }
}

extension Duration {
    /// Whole nanoseconds, from 0 to 146 years.
    var nanoseconds: Nanoseconds {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Nanoseconds(min(seconds, 4_611_686_018)) * 1_000_000_000 + Nanoseconds(attoseconds / 1_000_000_000)
    }

    /// Seconds as a floating-point number.
    var secondsValue: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
