import PandoTelemetry

/// What is behind the handles to a database: SQLite in this process, or a PostgreSQL server.
protocol DatabaseEngine: AnyObject, Sendable {
    var registry: MetricsRegistry { get }
    /// The writes of this process.
    var writes: Writes { get }
    /// Where the data is, for messages.
    var name: String { get }

    /// Makes Pando's own tables and learns who owns the others.
    func prepare() async throws

    func read<R>(
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        _ body: (ReadTransaction) async throws -> R
    ) async throws -> R

    /// Runs one statement as a read of its own.
    func readOne(
        _ sql: SQL,
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws

    func write<R: Sendable>(
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration?,
        isolation: IsolationLevel,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R

    /// Applies the migrations that the database does not have yet; how many there were.
    func migrate(_ domains: [DomainMigrations]) async throws -> Int

    /// The domains that have tables here, in order.
    func domains() async throws -> [String]

    /// What tells other processes of commits; nil where there can be none that write.
    var announcements: PostgresAnnouncements? { get }

    /// See ``Database/onOutage(_:)``.
    func onOutage(_ listener: @escaping @Sendable (DatabaseOutage) -> Void)

    /// Whether somebody is told of an outage that goes on, or is just about to begin or over.
    var isOutageTold: Bool { get }

    /// See ``Database/reserveForServing()``.
    func reserveForServing() throws(DatabaseError)

    func close() async
}

extension DatabaseEngine {
    /// The position of the last acknowledged commit of this process.
    var position: Position { writes.position }

    var announcements: PostgresAnnouncements? { nil }

    // A file is never lost.
    func onOutage(_ listener: @escaping @Sendable (DatabaseOutage) -> Void) {}

    var isOutageTold: Bool { false }

    func readOne(
        _ sql: SQL,
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        try await readAlone(sql, as: actor, at: site, level, limit: limit, body)
    }

    /// Runs one statement in a transaction of its own.
    func readAlone(
        _ sql: SQL,
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        try await read(as: actor, at: site, level) { tx in
            try await tx.run(sql, as: actor, limit: limit, body)
        }
    }
}
