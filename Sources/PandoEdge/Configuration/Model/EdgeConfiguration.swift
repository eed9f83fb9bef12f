public import PandoTopology

/// All that one edge does: where it listens, which servers are behind it, and which request goes where.
///
/// The file of `pando edge --config edge.yaml` in memory; docs/edge-configuration.md lists every key. A value of this type is a
/// *generation*: it never changes, and a reload makes another one. Everything takes effect by reload, except ``workers`` and
/// the sizes and the folder of ``cache``, which wait for a restart.
public struct EdgeConfiguration: Sendable, Equatable {
    /// Where connections are accepted; at least one.
    public var listeners: [Listener] = []
    /// The groups of servers, by names of their own.
    public var upstreams: [Upstream] = []
    /// What happens to a request; see ``RouteTable`` for which route wins.
    ///
    /// Without any route, of its own or of a gateway, everything goes to the only upstream.
    public var routes: [Route] = []
    /// Groups of routes for one kind of client each, such as `web` and `mobile`.
    public var gateways: [Gateway] = []
    /// The store of the HTTP cache; nil where no route caches.
    public var cache: CacheStore?
    /// What is refused before anything else is looked at.
    public var deny = DenyList()
    /// A line for each request.
    public var accessLog = AccessLog()
    /// The interface for operators; nil for none.
    public var admin: Admin?
    /// Threads of the data path, 1 to 256; nil for one a core.
    public var workers: Int?
    /// How TLS sessions are resumed.
    public var tickets = Tickets()
    /// How long what is under way may take to end after a stop or a reload, 0 to 1 hour.
    public var drainTimeout = Duration.seconds(30)
    /// What becomes of `%2F` and `%5C` in a path.
    public var encodedSlashes = EncodedSlashes.refuse

    /// An edge that listens nowhere.
    public init() {}

    /// The name of the upstream that stands under the key `upstream`.
    public static let defaultUpstream = "default"

    /// The upstream of a name.
    public func upstream(_ name: String) -> Upstream? { upstreams.first { $0.name == name } }
}

extension EdgeConfiguration {
    /// Where something listens, or where a server is.
    public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
        /// A host and a port; the host `::` takes IPv4 too, and stands for 0.0.0.0 where the system has no IPv6.
        case tcp(Address)
        /// The path of a Unix socket.
        case unix(String)

        /// As the file has it: `127.0.0.1:3001`, or `unix:/run/app.sock`.
        public var description: String {
            switch self {
            case .tcp(let address): address.description
            case .unix(let path): "unix:\(path)"
            }
        }
    }

    /// A secret by the name of the place where it is kept; the file never holds it.
    public enum Secret: Sendable, Hashable {
        /// `{environment: NAME}`
        case environment(String)
        /// `{file: PATH}`; white space at its end does not count.
        case file(String)
    }

    /// What becomes of a slash or backslash that a client has encoded.
    public enum EncodedSlashes: String, Sendable, Hashable, CaseIterable {
        /// The answer is 400: servers disagree on whether it divides segments.
        case refuse
        /// It is part of its segment, for interfaces that need it; dangerous before a server that decodes it early.
        case keep
    }
}
