public import PandoTelemetry

/// Where the dashboard takes what it shows: the telemetry of one process, its history, and what does not change.
///
/// The page is on the admin port, offline and without a build step: one file of HTML that asks for JSON every two
/// seconds. Run ``history`` beside the other services; without it the page has no plots.
public struct DashboardSource: Sendable {
    /// The metrics that the panels read.
    public let metrics: MetricsRegistry
    /// The traces.
    public let traces: TraceStore
    /// Phase and checks.
    public let health: HealthRegistry
    /// What runs.
    public let facts: DashboardFacts
    /// The last hour, sampled from ``metrics``; a service.
    public let history: DashboardHistory

    /// A source with an empty history of `metrics`.
    public init(metrics: MetricsRegistry, traces: TraceStore, health: HealthRegistry, facts: DashboardFacts) {
        self.metrics = metrics
        self.traces = traces
        self.health = health
        self.facts = facts
        history = DashboardHistory(metrics: metrics)
    }
}

/// What runs, as far as it does not change while it runs.
public struct DashboardFacts: Sendable, Codable {
    /// A process of the service.
    public struct Node: Sendable, Codable {
        /// Its name.
        public var name: String
        /// What it does: `web`, `worker`, `edge`, `nameserver` or `all`.
        public var role: String
        /// Where it listens, or nil.
        public var address: String?

        /// A node of known parts.
        public init(name: String, role: String, address: String? = nil) {
            self.name = name
            self.role = role
            self.address = address
        }
    }

    /// What backs a building block.
    public struct Engine: Sendable, Codable {
        /// The building block: `database`, `sessions`, `cache`, `queue`, `search`.
        public var block: String
        /// What backs it: `SQLite 3.50`, `in process`.
        public var name: String
        /// Where it is or how it is set up, or nil.
        public var detail: String?

        /// An engine of known parts.
        public init(block: String, name: String, detail: String? = nil) {
            self.block = block
            self.name = name
            self.detail = detail
        }
    }

    /// The app's name.
    public var app: String
    /// The app's version.
    public var version: String
    /// The rung of the ladder, 1 to 10.
    public var rung: Int
    /// The rung's name: `laptop`.
    public var rungName: String
    /// The processes.
    public var nodes: [Node]
    /// The engines.
    public var engines: [Engine]

    /// Facts of known parts.
    public init(app: String, version: String, rung: Int, rungName: String, nodes: [Node], engines: [Engine]) {
        self.app = app
        self.version = version
        self.rung = rung
        self.rungName = rungName
        self.nodes = nodes
        self.engines = engines
    }
}
