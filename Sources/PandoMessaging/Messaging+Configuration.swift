extension Messaging {
    /// How the messaging of one process works.
    public struct Configuration: Sendable {
        /// How often consumers look for what nobody has told them of. What this process publishes wakes them at the commit,
        /// what others publish some 50 ms later, by a hint that may be lost. 10 ms to 1 min.
        public var pollInterval: Duration = .milliseconds(250)
        /// How long messages are kept after every group has taken them, for groups that are added later and for
        /// people who look. Zero to 365 days.
        public var retention: Duration = .seconds(3600)
        /// How long it is remembered that a message which was retried, delayed or replayed has had its effect; the place of
        /// a group in the log remembers the others. At least 7 days: outages last, and an engine may deliver again what it
        /// delivered before one. At most 365 days.
        public var inboxRetention: Duration = .seconds(7 * 86_400)
        /// How often what is too old is deleted. 1 s to 1 day.
        public var sweepInterval: Duration = .seconds(60)
        /// How often the gauges are sampled. 100 ms to 1 h.
        public var sampleInterval: Duration = .seconds(5)

        /// The defaults.
        public init() {}

        /// Checks every value.
        ///
        /// - Throws: ``MessagingError`` with code `invalidConfiguration`.
        func validate() throws {
            let day: Duration = .seconds(86_400)
            try Self.check(pollInterval, "pollInterval", .milliseconds(10) ... .seconds(60))
            try Self.check(retention, "retention", .zero...day * 365)
            try Self.check(inboxRetention, "inboxRetention", day * 7...day * 365)
            try Self.check(sweepInterval, "sweepInterval", .seconds(1)...day)
            try Self.check(sampleInterval, "sampleInterval", .milliseconds(100) ... .seconds(3600))
        }

        private static func check(_ value: Duration, _ name: String, _ range: ClosedRange<Duration>) throws {
            guard range.contains(value) else {
                throw MessagingError(
                    .invalidConfiguration,
                    "messaging: \(name) is \(value), not \(range.lowerBound) to \(range.upperBound)"
                )
            }
        }
    }
}
