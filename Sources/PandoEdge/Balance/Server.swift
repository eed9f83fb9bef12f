import Synchronization

/// One server of an upstream, as one generation of the configuration describes it. What was learned about it is in its
/// ``ServerState``, which the next generation's server of the same address takes over.
package final class Server: Sendable {
    /// What the configuration says of a server.
    package struct Settings: Sendable, Equatable {
        /// Where it listens.
        package var address: ServerAddress
        /// What logs, metrics and the sticky cookie call it; the address where it is nil.
        package var name: String?
        /// Its share among the others, 0 to 65,535; 0 takes requests only from clients that are bound to it by a cookie.
        package var weight: Int
        /// Whether it is used only while no other is usable.
        package var isBackup: Bool
        /// Whether it is on this machine or in this zone.
        package var isLocal: Bool
        /// The most connections to it, of all workers together. ``Upstream/connect(to:)`` refuses more.
        package var maximumConnections: Int
        /// The most requests at it at a time. A pick passes over a server that has so many. A server of HTTP/1, where a request has a
        /// connection to itself, gets the lower of the two limits here.
        package var maximumRequests: Int

        /// Describes a server.
        package init(
            _ address: ServerAddress,
            name: String? = nil,
            weight: Int = 1,
            isBackup: Bool = false,
            isLocal: Bool = false,
            maximumConnections: Int = .max,
            maximumRequests: Int = .max
        ) {
            precondition((0...65_535).contains(weight), "the weight of a server is 0 to 65,535")
            self.address = address
            self.name = name
            self.weight = weight
            self.isBackup = isBackup
            self.isLocal = isLocal
            self.maximumConnections = maximumConnections
            self.maximumRequests = maximumRequests
        }
    }

    /// Its place among the servers of its upstream.
    package let index: Int
    /// What the configuration says of it.
    package let settings: Settings
    /// What logs and metrics call it.
    package let name: String
    /// What is known of it, and what it has to do.
    package let state: ServerState

    init(index: Int, settings: Settings, state: ServerState) {
        self.index = index
        self.settings = settings
        self.state = state
        name = settings.name ?? settings.address.description
    }

    /// Sends it no new requests from now on, but those of clients that are bound to it by a cookie.
    package func drain() { state.setDraining(true) }

    /// Ends ``drain()``.
    package func resume() { state.setDraining(false) }

    /// Whether it is being drained.
    package var isDraining: Bool { state.isDraining.load(ordering: .relaxed) }

    /// Whether it is being drained and has nothing left to do.
    package var isDrained: Bool { isDraining && active == 0 }

    /// How it is.
    package func health(at now: UInt64) -> ServerHealth { state.health(at: now) }

    /// Requests that it has at this moment.
    package var active: Int { state.places.counts.active }
    /// Open connections to it.
    package var connections: Int { state.connections.count }
    /// Requests that it has had an outcome for, since the process started.
    package var requests: UInt64 { state.requests.load(ordering: .relaxed) }
    /// Those of them that failed.
    package var failures: UInt64 { state.failures.load(ordering: .relaxed) }
}
