import PandoTelemetry
import PandoTopology

/// An edge as it stands, for operators and their tools.
package struct EdgeState: Sendable, Equatable, Codable {
    package struct Listener: Sendable, Equatable, Codable {
        package var address: String
        package var connections: Int
    }

    package struct Server: Sendable, Equatable, Codable {
        package var name: String
        /// `healthy`, `unproven`, `down` or `ejected`.
        package var health: String
        package var isDraining: Bool
        package var active: Int
        package var connections: Int
        /// Since the process started.
        package var requests: UInt64
        package var failures: UInt64
        package var latencyMicroseconds: UInt64
    }

    package struct Upstream: Sendable, Equatable, Codable {
        package var name: String
        /// Whether requests go to servers that are not healthy, because too few are.
        package var isPanic: Bool
        package var active: Int
        package var pending: Int
        package var connections: Int
        package var servers: [Server]
    }

    package struct Route: Sendable, Equatable, Codable {
        package var gateway: String?
        package var name: String
        /// Requests that have ended, by the classes of their statuses, such as `2xx`; those without any are left out.
        package var requests: [String: Int]
    }

    package var generation: Int
    package var listeners: [Listener]
    package var upstreams: [Upstream]
    package var routes: [Route]
}

extension Edge {
    /// How it stands.
    package var liveState: EdgeState {
        let now = Worker.clock()
        return EdgeState(
            generation: generation,
            listeners: listenerConnections.map { .init(address: $0.endpoint.description, connections: $0.count) },
            upstreams: upstreams.map { EdgeState.Upstream($0, at: now) },
            routes: routeStates
        )
    }

    private var routeStates: [EdgeState.Route] {
        let series = metrics.snapshot(of: "pando_edge_requests_total")?.series ?? []
        return routes.map { route in
            var counts: [String: Int] = [:]
            for one in series
            where one[label: "route"] == route.name && one[label: "gateway"] == route.gateway ?? "" {
                let count = Int(one.value.number)
                if count > 0, let status = one[label: "status"] { counts[status] = count }
            }
            return EdgeState.Route(gateway: route.gateway, name: route.name, requests: counts)
        }
    }

    /// Sends a server no new requests from now on; what is under way there ends. A reload keeps it so.
    ///
    /// - Returns: False where there is no such server.
    package func drain(server name: String, of upstream: String) -> Bool {
        guard let server = server(name, of: upstream) else { return false }
        server.drain()
        return true
    }

    /// Ends ``drain(server:of:)``.
    ///
    /// - Returns: False where there is no such server.
    package func resume(server name: String, of upstream: String) -> Bool {
        guard let server = server(name, of: upstream) else { return false }
        server.resume()
        return true
    }

    private func server(_ name: String, of upstream: String) -> Server? {
        upstreams.first { $0.name == upstream }?.servers.first { $0.name == name }
    }
}

extension EdgeState.Upstream {
    fileprivate init(_ upstream: Upstream, at now: UInt64) {
        self.init(
            name: upstream.name,
            isPanic: upstream.isPanic,
            active: upstream.active,
            pending: upstream.pending,
            connections: upstream.connections,
            servers: upstream.servers.map { server in
                EdgeState.Server(
                    name: server.name,
                    health: "\(server.health(at: now))",
                    isDraining: server.isDraining,
                    active: server.active,
                    connections: server.connections,
                    requests: server.requests,
                    failures: server.failures,
                    latencyMicroseconds: upstream.latency(of: server, at: now) / 1_000
                )
            }
        )
    }
}
