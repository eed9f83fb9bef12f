extension TraceStore {
    /// How much is recorded and kept. All bounds hold together, so memory is bounded by their product.
    public struct Configuration: Sendable {
        /// Traces a second that are recorded with all their spans, chosen when they start.
        public var recordedPerSecond = 50
        /// Traces a second that are recorded beyond that because their caller records them.
        public var continuedPerSecond = 200
        /// Slow or failed traces a second that are kept, root only, although they were not recorded.
        public var keptPerSecond = 50
        /// From which duration on a trace is slow and kept.
        public var slowThreshold: Duration = .milliseconds(500)
        /// Spans of one trace; further ones are counted.
        public var spansPerTrace = 256
        /// The latest traces.
        public var recentTraces = 128
        /// The latest failed traces.
        public var failedTraces = 64
        /// The slowest traces of each root name…
        public var slowestTracesPerName = 5
        /// …for this many names…
        public var traceNames = 64
        /// …within this time.
        public var slowestWindow: Duration = .seconds(900)

        /// The defaults.
        public init() {}
    }
}
