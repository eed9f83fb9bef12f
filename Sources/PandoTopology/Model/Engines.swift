/// The engine behind each building block.
public struct Engines: Sendable, Hashable, Codable {
    /// Rows, migrations, transactions.
    public var database: DatabaseEngine
    /// Who is logged in.
    public var sessions: Engine<SessionEngine>
    /// Copies of what is slow to make.
    public var cache: Engine<CacheEngine>
    /// Messages between domains.
    public var queue: Engine<QueueEngine>
    /// The read model that finds text.
    public var search: Engine<SearchEngine>

    /// Creates a choice of engines; the defaults are those of rung 1.
    public init(
        database: DatabaseEngine = DatabaseEngine(.sqlite),
        sessions: Engine<SessionEngine> = Engine(.database),
        cache: Engine<CacheEngine> = Engine(.process),
        queue: Engine<QueueEngine> = Engine(.database),
        search: Engine<SearchEngine> = Engine(.fts5)
    ) {
        self.database = database
        self.sessions = sessions
        self.cache = cache
        self.queue = queue
        self.search = search
    }
}

/// An engine and where its servers are.
public struct Engine<Kind: EngineKind>: Sendable, Hashable, Codable {
    /// Which engine.
    public var engine: Kind
    /// Where it listens; nil for an engine inside the process, or one that is started locally.
    public var address: Address?
    /// How many members its cluster has, 1 to 99.
    public var members: Int

    /// The largest number of members in one cluster.
    public static var membersLimit: Int { 99 }

    /// Creates a choice of engine.
    public init(_ engine: Kind, address: Address? = nil, members: Int = 1) {
        self.engine = engine
        self.address = address
        self.members = members
    }
}

/// The engines that can back one building block.
public protocol EngineKind: RawRepresentable, CaseIterable, Sendable, Hashable, Codable where RawValue == String {
    /// Whether it is a server of its own, with an address and members.
    var isServer: Bool { get }
    /// What the building block is called in messages.
    static var block: String { get }
}
