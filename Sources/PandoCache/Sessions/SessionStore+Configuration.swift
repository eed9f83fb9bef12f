extension SessionStore {
    /// The options of a session store.
    public struct Configuration: Sendable {
        /// How long a session lives without a request. 12 h by default. It may end up to ``touchInterval`` and one
        /// second early after a restart, or when the session fell out of the cache.
        public var idleTimeout = Duration.seconds(12 * 3600)
        /// How long a session lives at most, from its login. 30 days by default.
        public var absoluteTimeout = Duration.seconds(30 * 86_400)
        /// The time of a session's last request is written at most once in this time. 60 s by default.
        public var touchInterval = Duration.seconds(60)
        /// How long the cache serves a session before it reads it again. Ends in this process take effect at once; this
        /// bounds how long one made in another process may go unseen here. 5 min by default.
        public var cacheTTL = Duration.seconds(300)
        /// The most memory for cached sessions, in bytes. 16 MiB by default.
        public var cacheBytes = 16 << 20
        /// The most bytes of a subject's UTF-8. 256 by default.
        public var maximumSubjectBytes = 256
        /// The most bytes of the keys and values of a session's data, in UTF-8. 4,096 by default.
        public var maximumDataBytes = 4096
        /// The most sessions whose last request or position waits to be written. Further requests leave theirs to a
        /// later one. 100,000 by default.
        public var maximumPending = 100_000
        /// The most rows that one transaction of the upkeep writes or deletes. 500 by default.
        public var batch = 500
        /// The time from one sweep of expired sessions to the next. 60 s by default.
        public var sweepInterval = Duration.seconds(60)

        /// The defaults.
        public init() {}

        func check() {
            precondition(idleTimeout > .zero && absoluteTimeout >= idleTimeout, "absoluteTimeout ≥ idleTimeout > 0")
            precondition(
                touchInterval > .zero && touchInterval * 2 <= idleTimeout,
                "0 < touchInterval ≤ idleTimeout / 2"
            )
            precondition(cacheTTL > .zero && cacheBytes > 0 && sweepInterval > .zero, "bounds must be above 0")
            precondition(maximumPending > 0 && batch > 0, "bounds must be above 0")
        }
    }
}
