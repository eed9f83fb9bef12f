extension EdgeConfiguration {
    /// Probes of the servers of an upstream.
    public struct HealthCheck: Sendable, Equatable {
        /// The target of the GET; nil where an open connection is enough (tcp).
        public var path: String? = "/"
        /// From the begin of one probe to that of the next, 100 ms to 1 hour.
        public var interval = Duration.seconds(5)
        /// For the whole probe, 10 ms to 5 minutes, and less than the interval.
        public var timeout = Duration.seconds(2)
        /// Good probes in a row after which a server is up, 1 to 100.
        public var rise = 2
        /// Bad probes in a row after which a server is down, 1 to 100.
        public var fall = 3
        /// What a good answer has.
        public var status = [200...299]
        /// The field Host of the probe; nil for the server's own.
        public var host: String?
        /// A port beside the server's; nil for its own.
        public var port: Int?
        /// Another address that speaks for every server, such as a sidecar; nil for the server's own.
        public var endpoint: Endpoint?
        /// Whether servers are down until ``rise`` good probes, and none is used where none is up (no panic); off.
        public var failClosed = false

        /// GET / each 5 seconds.
        public init() {}
    }

    /// When the answers of a server take it out for a while.
    public struct Outliers: Sendable, Equatable {
        /// Failures in a row (no connection, no answer, 502, 503, 504), 1 to 1,000.
        public var failures = 5
        /// Share of failures, in percent, within ``window`` and at least 20 requests, 1 to 100; nil for not looked at.
        public var failurePercent: Int?
        /// How many times slower than the median of the others, 2 to 100; nil for not looked at.
        public var latencyFactor: Int?
        /// What is looked back at, 1 second to 10 minutes.
        public var window = Duration.seconds(10)
        /// How long it is out, each time longer up to ten times, 1 second to 1 hour.
        public var ejection = Duration.seconds(30)
        /// The share of servers that may be out at one time, in percent, 0 to 100; one always may, unless it is 0.
        public var maximumEjectedPercent = 50

        /// Five failures in a row.
        public init() {}
    }
}
