public import PandoTelemetry
import Synchronization

/// The service's data: typed SQL with transactions that are durable when they return.
///
/// ```swift
/// let hotel = try await database.read { tx in
///     try await tx.first("SELECT id, name FROM hotels WHERE id = \(id)", as: Hotel.self)
/// }
/// try await database.write(key: ShardKey(account)) { tx in
///     try await tx.execute("INSERT INTO reservations (id, account_id) VALUES (\(id), \(account))")
/// }
/// ```
///
/// A `Database` is a handle: ``domain(_:)`` makes others to the same data that may touch one domain's tables only.
/// Writes of many tasks share commits, each with its own outcome. Reads run on the calling thread where they are quick.
/// The engine is SQLite in WAL mode with `synchronous = FULL`, or a PostgreSQL server.
public final class Database: Sendable {
    let engine: any DatabaseEngine
    let actor: StatementActor

    init(engine: any DatabaseEngine, actor: StatementActor) {
        self.engine = engine
        self.actor = actor
    }

    /// Opens a database, makes its file where there is none, and brings Pando's own tables up to date.
    ///
    /// - Throws: ``DatabaseError``: `corrupt` where the file is damaged or is no database, `inputOutput` where it cannot be
    ///   opened, `unavailable` or `accessDenied` where the server cannot be used, `schemaMismatch` where a newer Pando has
    ///   written it, `engine` where durability cannot be had.
    public static func open(
        _ configuration: Configuration,
        metrics: MetricsRegistry = MetricsRegistry()
    ) async throws -> Database {
        let engine: any DatabaseEngine =
            switch configuration.location {
            case .file(let path): try SQLiteCore(path, configuration, metrics: metrics)
            case .postgres(let server): try PostgresCore(server, configuration, metrics: metrics)
            }
        do {
            try await engine.prepare()
        } catch {
            await engine.close()
            throw error
        }
        return Database(engine: engine, actor: .program)
    }

    /// A handle whose statements may touch only the tables that the domain's migrations made.
    public func domain(_ name: String) -> Database {
        Database(engine: engine, actor: .domain(name))
    }

    /// The position of the last acknowledged commit of this process.
    public var position: Position { engine.position }

    /// Whether other processes that serve may write too, of which this one is not told: what it keeps may be old then.
    package var isShared: Bool { engine is PostgresCore }

    /// Where the metrics of the database go.
    package var metricsRegistry: MetricsRegistry { engine.registry }

    /// Reads: all statements of the closure see the data of one moment.
    ///
    /// - Parameters:
    ///   - level: how new the data must be. A database without replicas is always up to date.
    ///   - file: the place in the program, for errors; the caller's unless given.
    ///   - line: the place in the program, for errors; the caller's unless given.
    ///   - body: the statements.
    /// - Throws: ``DatabaseError``, `busy` where no reader comes free in time; or the closure's error.
    public func read<R>(
        _ level: ReadLevel = .session,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: (ReadTransaction) async throws -> R
    ) async throws -> R {
        try await withChildSpan("database.read") { _ in
            try await engine.read(as: actor, at: CallSite(file: file, line: line), level, body)
        }
    }

    /// Writes: when this returns, everything that the closure did is on disk; where it throws, none of it is, unless the
    /// error's code is `outcomeUnknown`.
    ///
    /// The closure must not wait for anything but its own statements: it holds up every other writer. Past the limit
    /// (`transactionLimit`) it is rolled back with an error that names the place in the program.
    ///
    /// - Parameters:
    ///   - key: what decides the shard, for tables that declare a shard key.
    ///   - limit: how long this one may take, for bulk work before the service serves; nil is `transactionLimit`.
    ///   - isolation: what it may see of transactions that run at the same time.
    ///   - file: the place in the program, for errors; the caller's unless given.
    ///   - line: the place in the program, for errors; the caller's unless given.
    ///   - body: the statements. It may run more than once: see ``Transaction``.
    /// - Throws: ``DatabaseError``, or the closure's error.
    @discardableResult
    public func write<R: Sendable>(
        key: ShardKey? = nil,
        limit: Duration? = nil,
        isolation: IsolationLevel = .serializable,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R {
        try await withChildSpan("database.write") { _ in
            try await engine.write(
                as: actor,
                at: CallSite(file: file, line: line),
                limit: limit,
                isolation: isolation,
                body
            )
        }
    }

    /// Runs `body`, and meanwhile tells `listener` what transactions of other processes have announced: its name, or nil where
    /// anything may have been missed. A hint that may be late or lost, so look without it too, now and then.
    ///
    /// - Parameter listener: Called on a thread of the database's; it must be quick.
    package func listening<R>(
        _ listener: @escaping @Sendable (String?) -> Void,
        _ body: () async throws -> R
    ) async rethrows -> R {
        guard let announcements = engine.announcements else { return try await body() }
        return try await announcements.listening(listener, body)
    }

    /// Closes the files after the writes in progress. Later use fails with code `closed`.
    public func close() async {
        await engine.close()
    }
}
