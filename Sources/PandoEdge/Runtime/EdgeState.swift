/// An edge as it stands, for operators and their tools: what `GET /edge` of the admin interface answers. Members are only ever added.
///
/// Counts are since the process started; who wants rates asks twice.
package struct EdgeState: Sendable, Equatable, Codable {
    package struct Listener: Sendable, Equatable, Codable {
        package var address: String
        /// `http`, `https`, `tcp` or `tlsPassthrough`.
        package var proto: String
        /// Open ones.
        package var connections: Int
        /// Left out where no TLS is spoken.
        package var tls: TLS?

        private enum CodingKeys: String, CodingKey {
            case address, connections, tls
            case proto = "protocol"
        }
    }

    package struct TLS: Sendable, Equatable, Codable {
        /// Completed ones, resumed ones among them.
        package var handshakes: Int
        package var resumed: Int
        /// By ``TLSFailure``, such as `untrusted`; those that there were.
        package var failures: [String: Int]
    }

    package struct Server: Sendable, Equatable, Codable {
        package var name: String
        /// `healthy`, `unproven`, `down` or `ejected`.
        package var health: String
        package var isDraining: Bool
        package var active: Int
        package var connections: Int
        package var requests: UInt64
        package var failures: UInt64
        /// A moving average; 0 where nothing is known.
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
        /// Of bodies.
        package var receivedBytes: Int
        package var sentBytes: Int
        /// How long requests took: half of them at most, and 99 of 100; left out where there were none.
        package var p50Microseconds: Int?
        package var p99Microseconds: Int?
        /// Requests by how long they took: one number for each of ``EdgeState/latencyBoundsMicroseconds``, and one for those above.
        package var latencyCounts: [Int]
    }

    /// A promise of a gateway, and how it was kept lately.
    package struct Objective: Sendable, Equatable, Codable {
        /// `latency` or `availability`.
        package var kind: String
        /// What `latency` is about; left out of others.
        package var latencyMicroseconds: UInt64?
        package var targetPercent: Double
        /// How far back the rest looks.
        package var windowSeconds: Int
        /// Those that it is about.
        package var requests: Int
        /// Those that were as promised.
        package var good: Int
        /// Left out where there were no requests.
        package var attainedPercent: Double?
        /// Of the requests that may miss the target: 100 where none has, below 0 where more have than may.
        package var budgetLeftPercent: Double
    }

    package struct Gateway: Sendable, Equatable, Codable {
        package var name: String
        package var objectives: [Objective]
    }

    package struct Cache: Sendable, Equatable, Codable {
        /// Requests that it answered, stale ones too, that a server was asked for, and that it had no part in.
        package var hits: Int
        package var misses: Int
        package var bypassed: Int
        /// Of the hits.
        package var stale: Int
        package var revalidated: Int
        package var coalesced: Int
        /// Of bodies that no server had to send.
        package var savedBytes: Int
        package var stored: Int
        package var evictions: Int
        package var invalidations: Int
        /// In memory.
        package var entries: Int
        package var bytes: Int
        /// Left out where nothing is stored on disk.
        package var diskFiles: Int?
        package var diskBytes: Int?
    }

    /// How often a configuration was taken.
    package var generation: Int
    package var processID: Int
    package var uptimeSeconds: Int
    /// Whether it takes no more connections, and ends.
    package var isStopping: Bool
    package var listeners: [Listener]
    package var upstreams: [Upstream]
    package var routes: [Route]
    /// Those that promise something; left out where none does.
    package var gateways: [Gateway]?
    /// The upper bounds of ``Route/latencyCounts``, ascending.
    package var latencyBoundsMicroseconds: [Double]
    /// Requests that the edge answered in the place of a server, by why; those that there were.
    package var rejected: [String: Int]
    /// Left out where no route caches.
    package var cache: Cache?
}
