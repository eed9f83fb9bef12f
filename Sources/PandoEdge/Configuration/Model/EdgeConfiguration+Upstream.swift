extension EdgeConfiguration {
    /// A group of servers that do the same.
    public struct Upstream: Sendable, Equatable {
        /// Letters, digits, `-` and `_`.
        public var name: String
        /// At least one.
        public var servers: [Server] = []
        /// How one of them is chosen.
        public var balance = Balance.leastTime
        /// How long a server that came back gets less than its share, 0 to 1 hour.
        public var slowStart = Duration.zero
        /// Under this share of healthy servers, in percent, health is ignored and all are used; 0 to 100, 0 for never.
        public var panicThreshold = 50
        /// Probes; nil for none.
        public var health: HealthCheck?
        /// What traffic says about servers; nil for nothing.
        public var outliers: Outliers? = Outliers()
        /// What a server and the upstream are given at one time.
        public var limits = UpstreamLimits()
        /// What is waited for.
        public var timeouts = Timeouts()
        /// What is tried again.
        public var retries = Retries()
        /// A second try beside a slow first; nil for none.
        public var hedge: Hedge?
        /// Connections that are kept open.
        public var keepAlive = KeepAlive()
        /// TLS to the servers; nil for none.
        public var tls: UpstreamTLS?
        /// The PROXY protocol header that begins each connection to a server.
        public var proxyProtocol = ProxyProtocol.off
        /// The version of HTTP that is spoken to the servers.
        public var http = HTTPVersion.http1

        /// An upstream of servers that are alike.
        public init(name: String, servers: [Server] = []) {
            self.name = name
            self.servers = servers
        }
    }

    /// One server of an upstream.
    public struct Server: Sendable, Equatable {
        /// Where it is; a name is looked up again once a minute.
        public var endpoint: Endpoint
        /// Its share relative to the others, 1 to 1,000.
        public var weight = 1
        /// Whether it is used only where no other can be.
        public var backup = false
        /// Whether it is near, and preferred as long as it is healthy.
        public var local = false
        /// Requests at one time, 1 to 1,000,000; nil for the upstream's limit.
        public var maximumConnections: Int?
        /// The port of its machine that is asked for its health, 1 to 65535; nil for the upstream's.
        public var healthPort: Int?

        /// A server of weight 1.
        public init(_ endpoint: Endpoint) {
            self.endpoint = endpoint
        }
    }

    /// A version of the PROXY protocol.
    public enum ProxyProtocol: String, Sendable, Hashable, CaseIterable {
        /// None.
        case off
        /// The text form.
        case v1
        /// The binary form.
        case v2
    }

    /// A version of HTTP towards servers.
    public enum HTTPVersion: String, Sendable, Hashable, CaseIterable {
        /// HTTP/1.1.
        case http1 = "1.1"
        /// HTTP/2: by ALPN with TLS, with prior knowledge without.
        case http2 = "2"
    }

    /// TLS to servers.
    public struct UpstreamTLS: Sendable, Hashable {
        /// Whether the server's certificate is checked; on.
        public var verify = true
        /// A PEM file of those who may sign; nil for the system's.
        public var authorities: String?
        /// The name that is asked for and that the certificate must hold; nil for the server's own host.
        public var name: String?
        /// What the edge shows of itself; nil for nothing.
        public var certificate: Certificate?

        /// Verified against the system's authorities.
        public init() {}
    }
}
