extension OTLPExporter {
    /// Where traces go and how much waits for it.
    public struct Configuration: Sendable {
        /// The collector's base address; `/v1/traces` is added.
        public var endpoint: String
        /// The resource attribute `service.name`.
        public var serviceName: String
        /// Further attributes of the resource, such as `service.version`.
        public var resourceAttributes: [String: String] = [:]
        /// Fields of every request, such as `Authorization`. They are secrets and never logged.
        public var headers: [String: String] = [:]
        /// Spans that wait; further traces are dropped and counted.
        public var maximumQueuedSpans = 4096
        /// Spans in one request.
        public var maximumBatchSpans = 512
        /// How long the first span of a batch waits for others.
        public var batchInterval: Duration = .seconds(1)
        /// How long one request may take.
        public var requestTimeout: Duration = .seconds(10)
        /// Requests for one batch before it is dropped.
        public var maximumAttempts = 5
        /// The wait after the first failed request; it doubles with each further one, with jitter.
        public var retryDelay: Duration = .milliseconds(500)
        /// The longest wait between two requests, also where the collector asks for more.
        public var maximumRetryDelay: Duration = .seconds(30)
        /// How long the last batches may take when the process stops.
        public var shutdownTimeout: Duration = .seconds(3)

        /// The defaults, for a collector and a service.
        public init(endpoint: String, serviceName: String) {
            self.endpoint = endpoint
            self.serviceName = serviceName
        }
    }
}
