public import PandoTopology

extension EdgeConfiguration {
    /// The store of the HTTP cache, one for all routes.
    public struct CacheStore: Sendable, Equatable {
        /// Bytes in memory, 1 MiB to 1 TiB. Not reloadable.
        public var memoryBytes = 256 << 20
        /// The folder of what memory does not hold; nil for memory alone. Not reloadable.
        public var folder: String?
        /// Bytes on disk, 16 MiB to 64 TiB. Not reloadable.
        public var diskBytes = 10 << 30
        /// Larger responses are not kept, 1 KiB to 64 GiB.
        public var objectBytes = 64 << 20
        /// What holds for routes that say nothing else.
        public var rule = CacheRule()
        /// What purges are signed with; nil where only the admin address may purge.
        public var purgeToken: Secret?
        /// The other nodes of the CDN, by the addresses of their caches, this one among them; empty for a node alone.
        public var nodes: [Address] = []
        /// Which of ``nodes`` this is.
        public var node: Address?
        /// The upstream of a regional shield that is asked before the origin; nil for none.
        public var shield: String?

        /// 256 MiB of memory.
        public init() {}
    }

    /// Which responses are kept, and how; where it is silent RFC 9111 decides.
    public struct CacheRule: Sendable, Equatable {
        /// For responses that say nothing of it; nil for not kept. 0 to 1 year.
        public var lifetime: Duration?
        /// Whatever responses say; nil for as they say. Nothing private is kept by it. 0 to 1 year.
        public var force: Duration?
        /// At most this, whatever responses say; nil for no bound. 0 to 1 year.
        public var maximum: Duration?
        /// How long errors are kept that say nothing of it, by status: 404 and 410 for 10 seconds. 0 to 1 day.
        public var negative: [Int: Duration] = [404: .seconds(10), 410: .seconds(10)]
        /// How long an old response is still given while a new one is fetched, 0 to 30 days: not at all, because only a server or
        /// somebody who agreed on it with one may allow that (RFC 9111 §4.2.4).
        public var staleWhileRevalidate = Duration.zero
        /// How long an old response is still given where the servers fail, 0 to 30 days.
        public var grace = Duration.seconds(3_600)
        /// What tells responses apart.
        public var key = CacheKey()
        /// Whether responses are kept and shared that requests with Authorization or Cookie have got; off.
        public var shareCredentials = false

        /// As responses say.
        public init() {}
    }

    /// What tells responses of one host and path apart, beside Vary.
    public struct CacheKey: Sendable, Equatable {
        /// Which parameters of the query count.
        public enum Query: Sendable, Equatable {
            /// All, in their order.
            case all
            /// None.
            case none
            /// These, in any order.
            case only([String])
            /// All but these, such as `utm_source`.
            case without([String])
        }

        /// Which parameters of the query count.
        public var query = Query.all
        /// Fields of the request that count, in lower case.
        public var headers: [String] = []
        /// Cookies that count.
        public var cookies: [String] = []

        /// The whole query.
        public init() {}
    }
}
