import PandoTelemetry
import Synchronization

/// One SQLite file with its writer and its readers, shared by all handles to it.
final class SQLiteCore: Sendable {
    let configuration: Database.Configuration
    let registry: MetricsRegistry
    let owners = TableOwners()
    let readers: ReaderPool
    let writer: SQLiteWriter
    let metrics: DatabaseMetrics
    let position = Mutex(Position(timeline: 0, sequence: 0))
    private let snapshots: SharedSnapshots
    private let offload = OffloadQueue()
    private let lock: FileLock
    private let serving = Mutex<FileLock?>(nil)
    private let pendingWrites = Atomic<Int>(0)

    init(_ configuration: Database.Configuration, metrics registry: MetricsRegistry) throws {
        precondition((1...1000).contains(configuration.maximumReaders), "maximumReaders must be 1 to 1,000")
        self.configuration = configuration
        self.registry = registry
        metrics = DatabaseMetrics(registry)
        lock = try FileLock(configuration.path + ".lock", .shared) { holder in
            "the database \(configuration.path) is being restored\(holder): wait until that is done"
        }
        let rules = TableRules(owners: owners)
        let connection = try SQLiteConnection(path: configuration.path, purpose: .writer, rules: rules)
        writer = SQLiteWriter(connection: connection, limit: configuration.transactionLimit, metrics: metrics)
        readers = ReaderPool(
            path: configuration.path,
            owners: owners,
            limit: configuration.maximumReaders,
            patience: configuration.readerPatience
        )
        snapshots = SharedSnapshots(readers: readers)
        writer.start()
    }

    deinit {
        writer.thread.stop()
    }

    /// Makes Pando's own tables and learns who owns the others.
    func prepare() async throws {
        try await writer.exclusively { connection in try connection.bootstrap() }
        _ = try await migrate([DomainMigrations(domain: Migrator.system, DatabaseTables.migrations)])
        let last = try await writer.exclusively { connection in try connection.position() }
        position.withLock { $0 = last }
        metrics.observe(
            pending: { [weak self] in self?.pendingWrites.load(ordering: .relaxed) ?? 0 },
            readers: { [weak self] in self?.readers.inUse ?? 0 }
        )
    }

    func read<R>(
        as actor: SQLiteConnection.Actor,
        at site: CallSite,
        _ level: ReadLevel,
        _ body: (ReadTransaction) async throws -> R
    ) async throws -> R {
        let snapshot = try await snapshots.begin(seeing: position.withLock { $0 }, mayShare: level != .strong)
        let transaction = ReadTransaction(
            snapshot.connection,
            as: actor,
            at: site,
            deadline: ContinuousClock.now + configuration.readLimit,
            limit: configuration.readLimit,
            offload: offload
        )
        do {
            let result = try await body(transaction)
            transaction.end()
            snapshots.leave(snapshot)
            return result
        } catch {
            transaction.end()
            snapshots.end(snapshot)
            throw error
        }
    }

    func write<R: Sendable>(
        as actor: SQLiteConnection.Actor,
        at site: CallSite,
        limit: Duration?,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R {
        let pending = pendingWrites.wrappingAdd(1, ordering: .relaxed).newValue
        defer { pendingWrites.wrappingSubtract(1, ordering: .relaxed) }
        guard pending <= configuration.maximumPendingWrites else {
            metrics.refused()
            throw DatabaseError(.busy, "\(configuration.maximumPendingWrites) writes wait already")
        }
        let performed = await withTaskExecutorPreference(writer.thread) {
            await writer.perform(as: actor, at: site, limit: limit, body)
        }
        if case .committed(let reached) = performed.outcome {
            position.withLock { $0 = max($0, reached) }
            PositionScope.current?.advance(to: reached)
        } else {
            metrics.failed(performed.outcome)
        }
        for action in performed.actions { action() }
        for participant in performed.participants { await participant.finish(performed.outcome) }
        return try performed.result.get()
    }

    /// See ``Database/reserveForServing()``.
    func reserveForServing() throws(DatabaseError) {
        let reserved = try FileLock(configuration.path + ".serving", .exclusive) { [path = configuration.path] holder in
            "another process\(holder) serves from \(path): two would not see each other's caches and sessions; "
                + "stop it, or give this one a data folder of its own"
        }
        serving.withLock { $0 = reserved }
    }

    func close() async {
        snapshots.close()
        readers.close()
        await writer.close()
        serving.withLock { $0.take() }?.release()
        lock.release()
    }
}
