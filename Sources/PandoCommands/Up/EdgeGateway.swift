public import Pando

/// An app that says how the edge in front of it treats its clients.
///
/// ```swift
/// extension Hotel: EdgeServed {
///     var gateways: [EdgeGateway] {
///         [
///             EdgeGateway("web", [.init("/*", requestsPerSecond: 500)]),
///             EdgeGateway("mobile", [.init("/m/*", requestsPerSecond: 50, bodyBytes: 65_536)]),
///         ]
///     }
/// }
/// ```
///
/// An app that says nothing has one gateway for everything, without limits but those of the edge itself.
public protocol EdgeServed: App {
    /// The gateways, each for one kind of client.
    var gateways: [EdgeGateway] { get }
}

/// A group of routes for one kind of client, with bounds and metrics of its own; see docs/edge-configuration.md.
public struct EdgeGateway: Sendable, Hashable {
    /// Requests that are taken, and what one client may use of them.
    public struct Route: Sendable, Hashable {
        /// `/about`, `/hotels/{id}` or `/api/*`; the strongest of all that hold gets a request.
        public var path: String
        /// Requests a second of one client, by its address; more get 429. nil for as many as it likes.
        public var requestsPerSecond: Int?
        /// The largest body of a request; larger ones get 413. nil for the edge's own limit.
        public var bodyBytes: Int?

        /// Takes the requests of a path.
        public init(_ path: String, requestsPerSecond: Int? = nil, bodyBytes: Int? = nil) {
            self.path = path
            self.requestsPerSecond = requestsPerSecond
            self.bodyBytes = bodyBytes
        }
    }

    /// Its name in metrics: letters, digits, `-` and `_`.
    public var name: String
    /// What it takes.
    public var routes: [Route]

    /// Groups routes.
    public init(_ name: String, _ routes: [Route]) {
        self.name = name
        self.routes = routes
    }
}
