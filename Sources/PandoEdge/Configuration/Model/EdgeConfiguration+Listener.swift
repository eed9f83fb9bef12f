extension EdgeConfiguration {
    /// A socket that accepts connections, and what it wants of them.
    public struct Listener: Sendable, Equatable {
        /// What is spoken on it.
        public enum Proto: String, Sendable, Hashable, CaseIterable {
            /// HTTP without TLS.
            case http
            /// HTTP in TLS.
            case https
            /// Bytes to an upstream.
            case tcp
            /// TLS that is not opened: bytes to an upstream that the name in the client's hello (SNI) chooses.
            case tlsPassthrough

            /// Whether requests are understood, and go by routes.
            var isHTTP: Bool { self == .http || self == .https }
        }

        /// Its address.
        public var endpoint: Endpoint
        /// `http`, or `https` where there are certificates.
        public var proto = Proto.http
        /// HTTP/2, by ALPN with https and with prior knowledge with http; on.
        public var http2 = true
        /// At least one with https; the client's SNI picks one by the names in it, and the first serves the rest.
        public var certificates: [Certificate] = []
        /// Whether clients show certificates; nil where they are not asked.
        public var clientCertificates: ClientCertificates?
        /// The oldest version of TLS that is taken; 1.2.
        public var minimumTLS = TLSVersion.tls12
        /// What makes browsers stay with https; nil for off.
        public var hsts: HSTS?
        /// Whether http is answered with a redirect to https, on the port 443; off.
        public var redirectToHTTPS = false
        /// Networks whose connections begin with a PROXY protocol header, version 1 or 2; from others it is an error. Empty for none.
        public var proxyProtocolFrom: [Network] = []
        /// Networks of proxies in front, whose Forwarded and X-Forwarded-* are believed; from others they are replaced. Empty for none.
        public var trustedProxies: [Network] = []
        /// Limits of size, number and time.
        public var limits = ListenerLimits()
        /// Where the connections of tcp and tlsPassthrough go.
        public var upstream: String?
        /// With tlsPassthrough, where names go: `app.example.com`, or `*.example.com` for any name below.
        public var names: [NameRule] = []

        /// A listener for plain HTTP.
        public init(_ endpoint: Endpoint) {
            self.endpoint = endpoint
        }
    }

    /// Where TLS connections to some names go.
    public struct NameRule: Sendable, Equatable {
        /// Names of hosts, in lower case; `*.example.com` for any name below.
        public var hosts: [String]
        /// An upstream.
        public var upstream: String

        /// A rule.
        public init(hosts: [String], upstream: String) {
            self.hosts = hosts
            self.upstream = upstream
        }
    }

    /// Bounds of what clients may ask for, the same for every version of HTTP.
    ///
    /// What is over a limit gets 414, 431, 413, 408 or 503, and a closed connection.
    public struct ListenerLimits: Sendable, Equatable {
        /// Bytes of request line and fields, 1 KiB to 1 MiB.
        public var headBytes = 32_768
        /// Field lines, 10 to 1,000.
        public var fields = 100
        /// Bytes of the request target, 256 to 64 KiB.
        public var targetBytes = 8_192
        /// Bytes of a request's body; nil for any size.
        public var bodyBytes: Int? = 64 << 20
        /// Connections at one time, 1 to 1,000,000.
        public var connections = 20_000
        /// Connections of one address, 1 to 1,000,000; nil for any number.
        public var connectionsPerAddress: Int?
        /// From the first byte to the end of the head, 100 ms to 5 minutes.
        public var headerTimeout = Duration.seconds(10)
        /// Between two pieces of a body, 100 ms to 1 hour.
        public var bodyTimeout = Duration.seconds(30)
        /// Between two requests, 100 ms to 1 hour. Also how long a connection of tcp may be silent.
        public var idleTimeout = Duration.seconds(75)
        /// From the first byte of a request to the last of its response, 100 ms to 1 day; nil for any time.
        public var requestTimeout: Duration?
        /// Requests on one connection, 1 to 10,000,000.
        public var requestsPerConnection = 100_000
        /// Streams of HTTP/2 at one time, 1 to 1,000.
        public var http2Streams = 128
        /// Streams of HTTP/2 that a client may reset in 30 seconds before its connection is closed, 1 to 100,000.
        public var http2Resets = 200

        /// The defaults.
        public init() {}
    }
}
