import PandoTopology

extension EdgeConfiguration {
    /// What is refused with 403 before anything else is looked at.
    public struct DenyList: Sendable, Equatable {
        /// Addresses of clients; their connections are closed at once.
        public var networks: [Network] = []
        /// What a User-Agent contains, in any case.
        public var userAgents: [String] = []
        /// Paths, such as `/.git/*`.
        public var paths: [PathPattern] = []

        /// Nothing.
        public init() {}
    }

    /// A line for each request.
    public struct AccessLog: Sendable, Equatable {
        /// What a line looks like.
        public enum Format: String, Sendable, Hashable, CaseIterable {
            /// An object.
            case json
            /// The Combined Log Format.
            case combined
            /// No line.
            case off
        }

        /// JSON.
        public var format = Format.json
        /// A file, opened again on SIGHUP; nil for standard output.
        public var file: String?
        /// The share of requests below 400 that get a line, in percent, 0 to 100; all others always do.
        public var samplePercent = 100

        /// JSON on standard output.
        public init() {}
    }

    /// The interface for operators: metrics, state, purges, drains.
    public struct Admin: Sendable, Equatable {
        /// Its address.
        public var endpoint: Endpoint
        /// What requests that change something bear as `Authorization: Bearer`; nil for nothing, on a loopback address.
        public var token: Secret?

        /// Without a token.
        public init(_ endpoint: Endpoint) {
            self.endpoint = endpoint
        }
    }
}

extension EdgeConfiguration.Endpoint {
    /// Whether only this machine reaches it.
    public var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let address):
            address.host == "localhost" || Network("127.0.0.0/8").map { contained(in: $0, address.host) } == true
                || address.host == "::1"
        }
    }

    private func contained(in network: Network, _ host: String) -> Bool {
        Network.octets(host).map { network.contains(high: $0.high, low: $0.low) } ?? false
    }
}
