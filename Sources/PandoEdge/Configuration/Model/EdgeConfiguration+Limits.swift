extension EdgeConfiguration {
    /// Bounds of a route or of a gateway.
    public struct RouteLimits: Sendable, Equatable {
        /// Rates; all hold. What is over gets 429 with Retry-After.
        public var rate: [RateLimit] = []
        /// Requests at one time; nil for no bound but the upstream's.
        public var concurrency: Concurrency?
        /// Bytes of a request's body, at most the listener's; nil for the listener's.
        public var bodyBytes: Int?
        /// What is kept when not everything can be served.
        public var priority = Priority.normal

        /// None.
        public init() {}
    }

    /// How often.
    public struct RateLimit: Sendable, Hashable {
        /// Who counts as one.
        public enum Key: Sendable, Hashable {
            /// The client's address.
            case client
            /// Everybody together.
            case route
            /// A value of a field, by its name in lower case; requests without it count together.
            case header(String)
            /// The subject (`sub`) of the route's token.
            case subject
        }

        /// How it is counted.
        public enum Method: String, Sendable, Hashable, CaseIterable {
            /// Bursts, then the rate.
            case tokenBucket
            /// No more in any window than in the rate; no bursts.
            case slidingWindow
        }

        /// Requests, 1 to 10,000,000.
        public var requests: Int
        /// In this time, 1 second to 1 day.
        public var per: Duration
        /// How many at once before the rate holds, 1 to 10,000,000; ``requests``.
        public var burst: Int
        /// Who counts as one.
        public var by = Key.client
        /// How it is counted.
        public var method = Method.tokenBucket
        /// How many keys are remembered, 100 to 10,000,000; over it the longest silent is forgotten.
        public var keys = 100_000

        /// A token bucket for each client.
        public init(requests: Int, per: Duration) {
            self.requests = requests
            self.per = per
            burst = requests
        }
    }

    /// How many requests at one time.
    public struct Concurrency: Sendable, Hashable {
        /// How the number is found.
        public enum Bound: Sendable, Hashable {
            /// By the gradient of the latency, between these.
            case adaptive(ClosedRange<Int>)
            /// 1 to 1,000,000.
            case fixed(Int)
        }

        /// Adaptive, 10 to 1,000.
        public var bound = Bound.adaptive(10...1_000)
        /// Requests that wait, 0 to 100,000; more gets 503 with Retry-After.
        public var queue = 100
        /// How long they wait, 1 ms to 1 minute.
        public var queueTimeout = Duration.milliseconds(500)

        /// Adaptive.
        public init() {}
    }

    /// What is kept when not everything can be served: `low` is shed first, `critical` last.
    public enum Priority: String, Sendable, Hashable, CaseIterable {
        /// Shed last.
        case critical
        /// Before most.
        case high
        /// Most.
        case normal
        /// Shed first.
        case low
    }
}
