/// Where sessions live.
public enum SessionEngine: String, EngineKind {
    /// In the memory of one process: gone when it stops.
    case process
    /// A table, with its rows hashed and cached.
    case database
    /// Redis or Valkey, shared by all web nodes.
    case redis

    /// See ``EngineKind/isServer``.
    public var isServer: Bool { self == .redis }
    /// See ``EngineKind/block``.
    public static var block: String { "session" }
}

/// Where cached values live.
public enum CacheEngine: String, EngineKind {
    /// Nothing is cached.
    case none
    /// In the memory of the process.
    case process
    /// Redis or Valkey, with a coherent near cache in each process.
    case redis

    /// See ``EngineKind/isServer``.
    public var isServer: Bool { self == .redis }
    /// See ``EngineKind/block``.
    public static var block: String { "cache" }
}

/// What carries messages.
public enum QueueEngine: String, EngineKind {
    /// In the memory of one process: lost when it stops.
    case process
    /// The outbox table is the queue.
    case database
    /// NATS JetStream.
    case nats
    /// RabbitMQ quorum queues.
    case rabbitmq
    /// Kafka.
    case kafka

    /// See ``EngineKind/isServer``.
    public var isServer: Bool { self == .nats || self == .rabbitmq || self == .kafka }
    /// See ``EngineKind/block``.
    public static var block: String { "queue" }
}

/// What answers searches.
public enum SearchEngine: String, EngineKind {
    /// SQLite's full-text index, beside the tables.
    case fts5
    /// PostgreSQL's full-text index, beside the tables.
    case postgresql = "postgres"
    /// OpenSearch.
    case opensearch
    /// Elasticsearch.
    case elasticsearch

    /// See ``EngineKind/isServer``.
    public var isServer: Bool { self == .opensearch || self == .elasticsearch }
    /// See ``EngineKind/block``.
    public static var block: String { "search" }
}
