extension EdgeConfiguration {
    /// Which requests, and what happens to them.
    public struct Route: Sendable, Equatable {
        /// For logs and metrics; nil for its path.
        public var name: String?
        /// `example.com`, or `*.example.com` for any name below; empty for any host.
        public var hosts: [String] = []
        /// What the path is like; any.
        public var path = PathPattern.any
        /// Methods; empty for any. GET takes HEAD too.
        public var methods: [String] = []
        /// What the fields are like; all must hold.
        public var headers: [HeaderCondition] = []
        /// What happens.
        public var action: Action
        /// A copy of the request to another upstream, whose answer is thrown away; nil for none.
        public var mirror: Mirror?
        /// Another path for the servers; nil for the same.
        public var rewrite: Rewrite?
        /// Changes to the fields of the request, before it is passed on.
        public var requestHeaders = HeaderChanges()
        /// Changes to the fields of the response.
        public var responseHeaders = HeaderChanges()
        /// Bounds.
        public var limits = RouteLimits()
        /// What differs from the upstream's.
        public var timeouts: Timeouts?
        /// What differs from the upstream's.
        public var retries: Retries?
        /// Whether responses are kept, and how; nil for not.
        public var cache: CacheRule?
        /// Whether responses are compressed; nil for not.
        public var compression: Compression?
        /// Tokens that are asked for; nil for none.
        public var jwt: JWT?
        /// Certificates of clients that are asked for; nil for none.
        public var mutualTLS: MutualTLS?
        /// What pages of other origins may do; nil for what the servers say.
        public var cors: CORS?
        /// A description that requests are checked against; nil for none.
        public var openAPI: OpenAPI?
        /// Which fields of JSON responses are passed on; nil for all.
        public var shape: Shape?

        /// A route for everything.
        public init(_ action: Action) {
            self.action = action
        }
    }

    /// What happens to a request.
    public enum Action: Sendable, Equatable {
        /// To the servers of an upstream.
        case upstream(String)
        /// To one of several upstreams, by weight.
        case split(Split)
        /// The client is sent elsewhere.
        case redirect(Redirect)
        /// An answer of the edge itself.
        case respond(FixedResponse)
        /// Files of a folder.
        case files(StaticFiles)
    }

    /// What one field of a request is like.
    public struct HeaderCondition: Sendable, Hashable {
        /// How it is compared, byte for byte.
        public enum Test: Sendable, Hashable {
            /// One field line has this value.
            case equals(String)
            /// One field line begins so.
            case startsWith(String)
            /// There is such a field.
            case present
            /// There is none.
            case absent
        }

        /// In lower case.
        public var name: String
        /// What must hold.
        public var test: Test

        /// A condition.
        public init(_ name: String, _ test: Test) {
            self.name = name.lowercased()
            self.test = test
        }
    }

    /// A group of routes with bounds and aims of its own: one kind of client.
    public struct Gateway: Sendable, Equatable {
        /// Such as `web` or `mobile`; in metrics and logs.
        public var name: String
        /// For its routes that name none.
        public var hosts: [String] = []
        /// Its routes.
        public var routes: [Route] = []
        /// Bounds for all of its routes together.
        public var limits = RouteLimits()
        /// What it promises.
        public var objectives = Objectives()

        /// A gateway without routes.
        public init(name: String) {
            self.name = name
        }
    }

    /// What is measured against, and shown.
    public struct Objectives: Sendable, Equatable {
        /// The time that ``latencyPercent`` of responses take at most; nil for none.
        public var latency: Duration?
        /// 1 to 99.99.
        public var latencyPercent = 99.0
        /// The share of requests that do not fail on our side, in percent, 1 to 99.9999; nil for none.
        public var availabilityPercent: Double?

        /// None.
        public init() {}
    }

    /// A route with what holds for it: its gateway's hosts where it has none.
    public struct PlacedRoute: Sendable, Equatable {
        /// With its hosts.
        public var route: Route
        /// The name of its gateway.
        public var gateway: String?
        /// Where it stands in the file: `routes[2]`, `gateways.mobile.routes[0]`.
        public var keyPath: String
    }

    /// All routes, those of gateways behind the others; without any, one to the only upstream.
    public var allRoutes: [PlacedRoute] {
        var found = routes.enumerated().map { index, route in
            PlacedRoute(route: route, gateway: nil, keyPath: "routes[\(index)]")
        }
        for gateway in gateways {
            for (index, route) in gateway.routes.enumerated() {
                var route = route
                if route.hosts.isEmpty { route.hosts = gateway.hosts }
                let keyPath = "gateways.\(gateway.name).routes[\(index)]"
                found.append(PlacedRoute(route: route, gateway: gateway.name, keyPath: keyPath))
            }
        }
        if found.isEmpty, upstreams.count == 1 {
            found.append(PlacedRoute(route: Route(.upstream(upstreams[0].name)), gateway: nil, keyPath: "routes"))
        }
        return found
    }
}
