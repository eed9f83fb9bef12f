public import PandoCache
public import PandoDatabase
public import PandoTelemetry

/// How a node runs. The defaults suit a laptop; every value may be changed before the node is made.
public struct NodeConfiguration: Sendable {
    /// The address that the service listens on.
    public var host = "127.0.0.1"
    /// The port of the service; 0 lets the system choose.
    public var port = 8080
    /// The address of the admin server: metrics, health, dashboard. Keep it from strangers.
    public var adminHost = "127.0.0.1"
    /// The port of the admin server; 0 lets the system choose.
    public var adminPort = 9090
    /// The folder of everything that the app keeps. The node makes it for its database; a domain that keeps files of its
    /// own there makes what it needs.
    public var dataFolder = "data"
    /// Whether the node answers the requests of users, as those with the roles `web` and `all` do.
    public var servesRequests = true
    /// Whether the node consumes messages, runs schedules and keeps read models up, as those with the roles `worker` and `all` do.
    public var consumesMessages = true
    /// Where the database is; nil is a file of SQLite in the data folder, named after the app.
    public var database: Database.Configuration.Location?
    /// What a client and a connection may use.
    public var limits = HTTPLimits()
    /// Requests of one client, by address; clients on this machine are exempt. nil switches it off.
    public var rateLimit: RateLimit? = RateLimit(requestsPerSecond: 200, burst: 400)
    /// Whether the excess over what the service can do is shed.
    public var shedsOverload = true
    /// Paths on the service that are never shed, by their beginning.
    public var criticalPaths: [String] = []
    /// Proxies whose word about the client is taken.
    public var trustedProxies = TrustedProxies.none
    /// Origins of other sites that may send requests that change something.
    public var allowedOrigins: Set<String> = []
    /// Header fields for browsers.
    public var security = SecurityHeaders()
    /// Whether answers are compressed for clients that want it.
    public var compressesResponses = true
    /// Times and bounds of sessions.
    public var sessions = SessionStore.Configuration()
    /// Which traces are recorded and kept.
    public var traces = TraceStore.Configuration()
    /// Where traces are sent to as well; nil keeps them here.
    public var otlp: OTLPExporter.Configuration?
    /// How long the node says that it is not ready before it stops to accept connections, so that load balancers notice.
    public var drainDelay: Duration = .zero
    /// How long requests and consumers in hand may take to finish at a stop; then they are cancelled.
    public var shutdownTimeout: Duration = .seconds(30)

    /// The defaults.
    public init() {}

    /// Where the database of an app is.
    public func databaseLocation(of app: String) -> Database.Configuration.Location {
        database ?? .file("\(dataFolder)/\(app).sqlite")
    }

    func check() throws(NodeError) {
        for (name, port) in [("port", port), ("adminPort", adminPort)] where !(0...65_535).contains(port) {
            throw NodeError(.invalidConfiguration, "\(name) is \(port); use 0 to 65535")
        }
        guard port == 0 || port != adminPort || host != adminHost else {
            throw NodeError(.invalidConfiguration, "port and adminPort are both \(port); use two different ones")
        }
        guard servesRequests || consumesMessages else {
            throw NodeError(.invalidConfiguration, "a node serves requests, consumes messages, or does both")
        }
        guard drainDelay >= .zero, shutdownTimeout > .zero else {
            throw NodeError(.invalidConfiguration, "drainDelay must not be negative, and shutdownTimeout above zero")
        }
        guard limits.bodyBytes >= limits.decodedBodyBytes, limits.headBytes >= limits.targetBytes else {
            throw NodeError(.invalidConfiguration, "limits: decodedBodyBytes ≤ bodyBytes and targetBytes ≤ headBytes")
        }
    }
}
