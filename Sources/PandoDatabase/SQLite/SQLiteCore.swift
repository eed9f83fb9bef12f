import PandoTelemetry
import Synchronization

/// One SQLite file with its writer and its readers, shared by all handles to it.
final class SQLiteCore: DatabaseEngine {
    let configuration: Database.Configuration
    let path: String
    let registry: MetricsRegistry
    let owners = TableOwners()
    let readers: ReaderPool
    let writer: SQLiteWriter
    let metrics: DatabaseMetrics
    let writes: Writes
    private let snapshots: SharedSnapshots
    private let offload = OffloadQueue()
    private let lock: FileLock
    private let serving = Mutex<FileLock?>(nil)

    init(_ path: String, _ configuration: Database.Configuration, metrics registry: MetricsRegistry) throws {
        precondition((1...1000).contains(configuration.maximumReaders), "maximumReaders must be 1 to 1,000")
        self.path = path
        self.configuration = configuration
        self.registry = registry
        metrics = DatabaseMetrics(registry)
        writes = Writes(maximum: configuration.maximumPendingWrites, metrics: metrics)
        lock = try FileLock(path + ".lock", .shared) { holder in
            "the database \(path) is being restored\(holder): wait until that is done"
        }
        let rules = TableRules(owners: owners)
        let connection = try SQLiteConnection(path: path, purpose: .writer, rules: rules)
        writer = SQLiteWriter(connection: connection, limit: configuration.transactionLimit, metrics: metrics)
        readers = ReaderPool(
            path: path,
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

    var name: String { path }

    func prepare() async throws {
        try await writer.exclusively { connection in try connection.bootstrap() }
        _ = try await migrate([DomainMigrations(domain: Migrator.system, DatabaseTables.migrations)])
        writes.begin(at: try await writer.exclusively { connection in try connection.position() })
        metrics.observe(
            pending: { [writes] in writes.pending },
            readers: { [weak self] in self?.readers.inUse ?? 0 }
        )
    }

    func read<R>(
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        _ body: (ReadTransaction) async throws -> R
    ) async throws -> R {
        let snapshot = try await snapshots.begin(seeing: position, mayShare: level != .strong)
        let deadline = ContinuousClock.now + configuration.readLimit
        let transaction = ReadTransaction(
            SQLiteRunner(snapshot.connection, until: deadline, offload: offload),
            as: actor,
            at: site,
            deadline: deadline,
            limit: configuration.readLimit,
            checksDeadline: true
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
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration?,
        isolation: IsolationLevel,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R {
        try await writes.run(at: site) {
            await withTaskExecutorPreference(writer.thread) {
                await writer.perform(as: actor, at: site, limit: limit, body)
            }
        }
    }

    func migrate(_ domains: [DomainMigrations]) async throws -> Int {
        let migrators = domains.map(Migrator.init)
        for migrator in migrators { try migrator.validate() }
        let owners = owners
        return try await writer.exclusively { connection in
            try owners.load(from: connection)
            return try migrators.reduce(0) { try $0 + $1.run(on: connection, owners: owners) }
        }
    }

    func domains() async throws -> [String] {
        try await writer.exclusively { connection in try connection.domains() }
    }

    /// See ``Database/reserveForServing()``.
    func reserveForServing() throws(DatabaseError) {
        let reserved = try FileLock(path + ".serving", .exclusive) { holder in
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
