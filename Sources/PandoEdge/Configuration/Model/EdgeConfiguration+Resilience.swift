extension EdgeConfiguration {
    /// What is sent at one time; the rest waits, and what waits too long or is too much gets 503.
    public struct UpstreamLimits: Sendable, Equatable {
        /// Connections to each server, 1 to 1,000,000.
        public var connections = 1_024
        /// Requests under way to all servers, 1 to 1,000,000.
        public var requests = 10_000
        /// Requests that wait for a connection, 0 to 1,000,000.
        public var pending = 1_024
        /// How long they wait, 1 ms to 5 minutes.
        public var pendingTimeout = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    /// What the edge waits for.
    public struct Timeouts: Sendable, Equatable {
        /// For a connection, with TLS, 1 ms to 5 minutes.
        public var connect = Duration.seconds(3)
        /// For the head of the response of one try, 1 ms to 1 day; nil for as long as ``total``.
        public var perTry: Duration?
        /// From the request to the end of the response, with all tries, 1 ms to 7 days; nil for any time.
        /// It does not hold for upgraded connections.
        public var total: Duration? = .seconds(60)
        /// Between two pieces, either way, 100 ms to 7 days.
        public var idle = Duration.seconds(60)

        /// The defaults.
        public init() {}
    }

    /// What is tried again, on another server where there is one.
    ///
    /// Only requests whose method is idempotent, or that bear an Idempotency-Key, and of whose body nothing is lost.
    public struct Retries: Sendable, Equatable {
        /// Why a try has failed.
        public enum Reason: String, Sendable, Hashable, CaseIterable {
            /// No connection; the request was not sent, so that any method is tried again.
            case connect
            /// The connection ended before a response.
            case reset
            /// ``Timeouts/perTry`` is over.
            case timeout
            /// The answer 502.
            case badGateway = "502"
            /// The answer 503.
            case unavailable = "503"
            /// The answer 504.
            case gatewayTimeout = "504"
        }

        /// Tries beyond the first, 0 to 5.
        public var attempts = 1
        /// The share of requests that may be tries again, in percent, 0 to 100; at least 3 a second always may.
        public var budgetPercent = 20
        /// Why.
        public var on: Set<Reason> = [.connect, .reset, .unavailable]
        /// Whether requests that are not idempotent are tried again; off, since they may be done twice.
        public var nonIdempotent = false

        /// The defaults.
        public init() {}
    }

    /// A second request of a safe method to another server while the first is slow; the first answer counts.
    public struct Hedge: Sendable, Equatable {
        /// After what time, 1 ms to 1 minute.
        public var after: Duration
        /// The share of requests, in percent, 1 to 100.
        public var budgetPercent = 5

        /// At most 5 percent.
        public init(after: Duration) {
            self.after = after
        }
    }

    /// Connections to servers that wait for a request.
    public struct KeepAlive: Sendable, Equatable {
        /// For each server and worker, 0 to 10,000. To make one anew costs more than all else that a request costs: enough for the
        /// bursts of some connections of HTTP/2.
        public var connections = 256
        /// How long, 100 ms to 1 hour; less than the servers wait themselves.
        public var idle = Duration.seconds(50)

        /// The defaults.
        public init() {}
    }
}
