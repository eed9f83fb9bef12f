extension LoadRun {
    /// What a run does, and its bounds. Set ``duration`` or ``maxArrivals`` unless the arrivals end by themselves.
    public struct Configuration: Sendable {
        /// The service under load.
        public var target: LoadTarget
        /// What is sent.
        public var work: LoadWork
        /// When it is sent.
        public var arrivals: LoadArrivals

        /// The report's title.
        public var title = "Load run"
        /// How long arrivals go on; what is under way then may finish. Nil: until the arrivals end.
        public var duration: Duration?
        /// How many arrivals there are at most. Nil: no bound of its own.
        public var maxArrivals: Int?
        /// The most connections at a time. Each open request needs one: a slow server under an open load needs many.
        public var maxConnections = 512
        /// The most requests that wait for a connection, and the most arrivals that wait for a user. One more is dropped,
        /// counted as an error named `dropped` and told in the report.
        public var maxBacklog = 10_000
        /// The most users of scenarios at a time, on all event loops together. It does not bound the arrivals: those that
        /// find no free user wait (``maxBacklog``), and their latency counts from their arrival.
        public var maxUsers = 128
        /// How long a request may wait for a connection, and how long for its answer; checked every tenth of a second.
        public var requestTimeout: Duration = .seconds(30)
        /// How long what is under way at the end may take before it is counted as `unfinished`.
        public var drainTimeout: Duration = .seconds(30)
        /// The largest body of an answer that a scenario gets, in bytes; a larger one is an `invalid_response`. Fixed
        /// requests do not keep bodies and have no such bound.
        public var maxBodyBytes = 4 << 20
        /// Threads that generate load. One does some 100,000 fixed requests a second.
        public var eventLoops = 1
        /// Seed of all random choices: the same seed and configuration make the same arrivals and the same mix.
        public var seed: UInt64 = 1
        /// Header fields that every request has.
        public var headers: [LoadHeader] = []
        /// Where the live line goes, once a second.
        public var progress: LoadProgress.Output = .none
        /// Checks the effects after the load; nil for none.
        public var verifier: LoadVerifier?

        /// A run with the bounds above.
        public init(target: LoadTarget, work: LoadWork, arrivals: LoadArrivals) {
            self.target = target
            self.work = work
            self.arrivals = arrivals
        }

        /// Refuses what cannot work, naming the setting.
        func validate() throws(LoadError) {
            func bounded(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(LoadError) {
                guard range.contains(value) else {
                    throw LoadError(
                        .invalidConfiguration,
                        "\(name) is \(value); it must be \(range.lowerBound) to \(range.upperBound)"
                    )
                }
            }
            try work.validate()
            try arrivals.validate()
            try bounded("maxConnections", maxConnections, 1...100_000)
            try bounded("maxBacklog", maxBacklog, 0...10_000_000)
            try bounded("maxUsers", maxUsers, 1...100_000)
            try bounded("maxBodyBytes", maxBodyBytes, 0...(1 << 30))
            try bounded("eventLoops", eventLoops, 1...64)
            if let maxArrivals { try bounded("maxArrivals", maxArrivals, 1...Int.max) }
            for (name, value) in [
                ("duration", duration), ("requestTimeout", requestTimeout), ("drainTimeout", drainTimeout),
            ] {
                guard let value, !(.zero < value && value <= .seconds(366 * 86400)) else { continue }
                throw LoadError(.invalidConfiguration, "\(name) is \(value); it must be above 0 and at most a year")
            }
            guard duration != nil || maxArrivals != nil || arrivals.isFinite else {
                throw LoadError(.invalidConfiguration, "the arrivals never end; set duration or maxArrivals")
            }
        }
    }
}
