/// The database: its engine, copies and shards.
public struct DatabaseEngine: Sendable, Hashable, Codable {
    /// Which engine.
    public var engine: Kind
    /// SQLite: the file, relative to the folder that the app runs in; nil for the app's own default.
    public var path: String?
    /// PostgreSQL: where the primary (or the first shard's) listens; nil where it is started locally.
    public var address: Address?
    /// Copies of each primary that answer reads, 0 to 15.
    public var replicas: Int
    /// What makes a replica the primary when the primary is lost.
    public var failover: Failover
    /// How many databases the rows are spread over by key, 1 to 1,024 (the number of buckets).
    public var shards: Int

    /// Which database engine.
    public enum Kind: String, EngineKind {
        /// Embedded: one file on one machine.
        case sqlite
        /// A server of its own.
        case postgresql = "postgres"

        /// See ``EngineKind/isServer``.
        public var isServer: Bool { self == .postgresql }
        /// See ``EngineKind/block``.
        public static var block: String { "database" }
    }

    /// What makes a replica the primary.
    public enum Failover: String, Sendable, Hashable, Codable, CaseIterable {
        /// A person.
        case none
        /// Patroni with etcd.
        case patroni
    }

    /// The largest number of replicas of one primary.
    public static let replicasLimit = 15
    /// The largest number of shards.
    public static let shardsLimit = 1_024

    /// Creates a choice of database.
    public init(
        _ engine: Kind,
        path: String? = nil,
        address: Address? = nil,
        replicas: Int = 0,
        failover: Failover = .none,
        shards: Int = 1
    ) {
        self.engine = engine
        self.path = path
        self.address = address
        self.replicas = replicas
        self.failover = failover
        self.shards = shards
    }
}
