import PandoTelemetry

/// A PostgreSQL database with its connections, shared by all handles to it.
final class PostgresCore: DatabaseEngine {
    let configuration: Database.Configuration
    let server: PostgresServer
    let registry: MetricsRegistry
    let owners = TableOwners()
    let metrics: DatabaseMetrics
    let pool: PostgresPool
    private let sharedReads: SharedReads
    let announcements: PostgresAnnouncements?
    let shapes = StatementShapes()
    let checker: PortableChecker
    let poller: PostgresPoller
    let writes: Writes
    let incarnation = PostgresIncarnation()

    init(
        _ server: PostgresServer,
        _ configuration: Database.Configuration,
        metrics registry: MetricsRegistry
    ) throws(DatabaseError) {
        precondition((1...1000).contains(server.maximumConnections), "maximumConnections must be 1 to 1,000")
        self.server = server
        self.configuration = configuration
        self.registry = registry
        metrics = DatabaseMetrics(registry)
        writes = Writes(maximum: configuration.maximumPendingWrites, metrics: metrics)
        checker = try PortableChecker(owners: owners)
        poller = try PostgresPoller()
        let pool = PostgresPool(
            server,
            limits: Self.limits(configuration),
            incarnation: incarnation,
            poller: poller
        )
        self.pool = pool
        sharedReads = SharedReads(pool, limit: configuration.readLimit)
        let announcements = PostgresAnnouncements(pool, poller: poller)
        self.announcements = announcements
        poller.start(
            onTick: { now in
                pool.tick(now)
                announcements.tick(now)
            },
            onDeath: { connection in
                pool.died(connection)
                announcements.died(connection)
            }
        )
    }

    deinit {
        announcements?.close()
        pool.close()
        poller.stop()
    }

    /// How long a statement may take, wait for a lock, or leave its transaction idle, before the server ends it by itself: for
    /// a program that hangs or is gone. The limits of single transactions are shorter, and the connection's; but for what goes
    /// together with its COMMIT, which nobody cancels, so that the wait for a lock ends soon here.
    private static func limits(_ configuration: Database.Configuration) -> [String: String] {
        let longest = longestLimit(configuration).inMilliseconds
        let lock = lockLimit(configuration).inMilliseconds
        return Dictionary(uniqueKeysWithValues: limitNames.map { ($0, $0 == "lock_timeout" ? lock : longest) })
    }

    static let limitNames = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]

    private static func longestLimit(_ configuration: Database.Configuration) -> Duration {
        max(configuration.readLimit, configuration.transactionLimit) + .seconds(1)
    }

    private static func lockLimit(_ configuration: Database.Configuration) -> Duration {
        configuration.transactionLimit + .seconds(1)
    }

    /// What a transaction must set first, where its own limit is longer than what the server allows.
    func settings(for limit: Duration, isRead: Bool) -> String? {
        let allowed = isRead ? Self.longestLimit(configuration) : Self.lockLimit(configuration)
        guard limit >= allowed else { return nil }
        let longest = max(limit + .seconds(1), Self.longestLimit(configuration)).inMilliseconds
        return "SELECT " + Self.limitNames.map { "set_config('\($0)', '\(longest)', true)" }.joined(separator: ", ")
    }

    var name: String { server.name }

    /// Makes Pando's own tables and learns who owns the others.
    func prepare() async throws {
        let incarnation = incarnation
        let position = try await onSession { session in
            try session.bootstrap()
            return try incarnation.begin(on: session)
        }
        writes.begin(at: position)
        _ = try await migrate([DomainMigrations(domain: Migrator.system, DatabaseTables.migrations)])
        metrics.observe(
            pending: { [writes] in writes.pending },
            readers: { [weak self] in self?.pool.inUse ?? 0 }
        )
    }

    func migrate(_ domains: [DomainMigrations]) async throws -> Int {
        let migrators = domains.map(Migrator.init)
        for migrator in migrators { try migrator.validate() }
        let (owners, checker) = (owners, checker)
        // Statements may find other columns from now on.
        defer { shapes.removeAll() }
        return try await onSession { session in
            try session.withMigrationLock {
                try owners.load(from: session)
                try checker.load(from: session)
                session.checker = checker
                do {
                    return try migrators.reduce(0) { try $0 + $1.run(on: session, owners: owners) }
                } catch {
                    // The twin has what was rolled back. The first error is the one to tell.
                    try? checker.load(from: session)
                    throw error
                }
            }
        }
    }

    func domains() async throws -> [String] {
        try await onSession { session in try session.domains() }
    }

    /// Runs work on a connection and a thread of its own.
    func onSession<R: Sendable>(_ work: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
        let server = server
        return try await onThread {
            let session = try PostgresSession(server, limits: ["lock_timeout": "60000"])
            try session.beginUse()
            return try work(session)
        }
    }

    // MARK: Transactions

    func read<R>(
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        _ body: (ReadTransaction) async throws -> R
    ) async throws -> R {
        let connection = try await pool.take()
        let limit = configuration.readLimit
        let deadline = ContinuousClock.now + limit
        let runner = PostgresRunner(connection, of: self, beginning: .beginRead, limit: limit, until: deadline)
        let transaction = ReadTransaction(
            runner,
            as: actor,
            at: site,
            deadline: deadline,
            limit: limit,
            checksDeadline: true
        )
        do {
            let result = try await body(transaction)
            transaction.end()
            if transaction.failure == nil { runner.endRead() } else { runner.rollBack() }
            return result
        } catch {
            transaction.end()
            runner.rollBack()
            throw error
        }
    }

    func readOne(
        _ sql: SQL,
        as actor: StatementActor,
        at site: CallSite,
        _ level: ReadLevel,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        try checker.check(sql.text, as: actor)
        // The server parses a statement that nobody has run before in a transaction, which tells what it needs.
        guard let shape = shapes[sql.text] else {
            return try await readAlone(sql, as: actor, at: site, level, limit: limit, body)
        }
        try PostgresRunner.checkCount(shape.parameterTypes.count, sql.values)
        var misfit = 0
        guard let parameters = try PostgresParameters(sql.values, as: shape.parameterTypes, misfit: &misfit) else {
            return try await readAlone(sql, as: actor, at: site, level, limit: limit, body)
        }
        let result: PostgresResult
        switch await sharedReads.run(shape, parameters, text: sql.text) {
        case .success(let got): result = got
        case .failure(let error):
            guard (error.underlying as? PostgresFailure)?.isStalePlan ?? false else { throw error }
            shapes[sql.text] = nil
            return try await readAlone(sql, as: actor, at: site, level, limit: limit, body)
        }
        try result.forEachRow(of: shape, limit: limit, body)
    }

    func write<R: Sendable>(
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration?,
        isolation: IsolationLevel,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R {
        try await writes.run(at: site) {
            try await perform(as: actor, at: site, limit ?? configuration.transactionLimit, isolation, body)
        }
    }

    /// Runs a closure as one transaction, again where another one was in its way, until it has an outcome.
    private func perform<R: Sendable>(
        as actor: StatementActor,
        at site: CallSite,
        _ limit: Duration,
        _ isolation: IsolationLevel,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> Performed<R> {
        let giveUp = ContinuousClock.now + max(limit, server.patience)
        var retry = SerializationRetry()
        while true {
            try Task.checkCancellation()
            let attempt = PostgresAttempt(core: self, actor: actor, site: site, limit: limit, isolation: isolation)
            switch try await attempt.run(body) {
            case .ended(let performed): return performed
            case .overtaken(let error, let participants):
                for participant in participants { await participant.finish(.rolledBack) }
                metrics.overtaken()
                guard ContinuousClock.now < giveUp else {
                    let text = "\(retry.attempts + 1) attempts of the transaction at \(site) were overtaken by others"
                    return Performed(.failure(DatabaseError(.busy, text, underlying: error)), .rolledBack, [])
                }
                try await Task.sleep(for: retry.next())
            }
        }
    }

    func reserveForServing() throws(DatabaseError) {}

    func onOutage(_ listener: @escaping @Sendable (DatabaseOutage) -> Void) { pool.onOutage(listener) }

    var isOutageTold: Bool { pool.isOutageTold }

    func close() async {
        announcements?.close()
        pool.close()
        await pool.becomesEmpty()
    }
}

/// The pauses between the attempts of one transaction: random, and longer with each.
private struct SerializationRetry {
    private(set) var attempts = 0

    mutating func next() -> Duration {
        attempts += 1
        let longest = min(50_000, 500 << min(attempts - 1, 7))
        return .microseconds(Int.random(in: 0...longest))
    }
}

extension Duration {
    fileprivate var inMilliseconds: String { "\(microseconds / 1000)" }
}
