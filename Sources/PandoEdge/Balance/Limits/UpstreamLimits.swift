/// The limits that keep a sick upstream from taking the whole edge with it, counted over all workers. What comes above one is refused at
/// once. (Nygard's circuit breaker in the form of Envoy's: a bound on what is under way instead of a switch.)
package struct UpstreamLimits: Sendable, Equatable {
    /// Open connections to all servers.
    package var connections: Int
    /// Requests at the servers.
    package var requests: Int
    /// Repeated requests at the servers.
    package var retries: Int

    /// Sets the limits.
    package init(connections: Int = 16_384, requests: Int = 16_384, retries: Int = 64) {
        self.connections = connections
        self.requests = requests
        self.retries = retries
    }
}
