import PandoTopology

extension EdgeConfiguration {
    /// The upstreams that something goes to.
    var usedUpstreams: Set<String> {
        var used = Set(listeners.flatMap(\.relayGoals)).union(allRoutes.flatMap(\.route.goals))
        if let shield = cache?.shield { used.insert(shield) }
        return used
    }

    /// The listener that a connection to a server of an upstream ends at, and whose connections may come back to the upstream, at once
    /// or through further listeners; nil for none.
    ///
    /// A listener that passes TLS on may go to one of the same edge that ends it: that is no circle.
    func circle(from upstream: String, through server: Server) -> Int? {
        guard let first = listeners.firstIndex(where: { $0.endpoint.isReached(by: server.endpoint) }) else {
            return nil
        }
        var (seen, open) = (Set<Int>(), [first])
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            for goal in goals(of: listeners[next]) {
                if goal == upstream { return first }
                let servers = self.upstream(goal)?.servers ?? []
                for (index, listener) in listeners.enumerated()
                where servers.contains(where: { listener.endpoint.isReached(by: $0.endpoint) }) {
                    open.append(index)
                }
            }
        }
        return nil
    }

    private func goals(of listener: Listener) -> [String] {
        listener.proto.isHTTP ? allRoutes.flatMap(\.route.goals) : listener.relayGoals
    }
}

extension EdgeConfiguration.Listener {
    fileprivate var relayGoals: [String] { [upstream].compactMap(\.self) + names.map(\.upstream) }
}

extension EdgeConfiguration.Route {
    /// The upstreams that its requests go to.
    fileprivate var goals: [String] {
        let copies = mirror.map { [$0.upstream] } ?? []
        switch action {
        case .upstream(let name): return copies + [name]
        case .split(let split): return copies + split.parts.map(\.upstream)
        case .redirect, .respond, .files: return copies
        }
    }
}

extension EdgeConfiguration.Endpoint {
    /// Whether a connection to `server` ends at this listener.
    fileprivate func isReached(by server: EdgeConfiguration.Endpoint) -> Bool {
        guard case .tcp(let own) = self, case .tcp(let other) = server else { return self == server }
        return own.port == other.port && (own.host == other.host || own.isAny && server.isLocal)
    }
}
