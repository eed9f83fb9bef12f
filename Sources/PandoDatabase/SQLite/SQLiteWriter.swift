import DequeModule

/// The one writer of a SQLite file: runs transactions one after the other on its own thread and commits them in batches.
///
/// Each transaction runs in a savepoint of the batch's transaction, so that one that fails takes nothing with it. When no
/// further transaction waits, or the batch is full or old, one COMMIT with one fsync makes all of them durable, and only
/// then are their writers answered. Where a COMMIT fails, every member runs again in a batch of its own, so that each meets only
/// its own fate.
///
/// Closures run on the writer's executor: their statements never suspend. A closure that waits on something else keeps
/// its turn while it waits, up to the limit; then it is rolled back and the next one runs.
actor SQLiteWriter {
    nonisolated let thread = DatabaseThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private struct Batch {
        let base: Position
        var members: [CheckedContinuation<BatchOutcome, any Error>] = []
        let begun = ContinuousClock.now
    }

    private enum BatchOutcome: Sendable {
        case committed(Position)
        /// The batch was rolled back for a reason that may be another member's.
        case runAlone
        case failed(DatabaseError)
    }

    /// At most this many transactions share one commit.
    private static let batchLimit = 1024
    /// While transactions keep coming, a batch is committed when it is this many times as old as the last commit took: the
    /// first of a batch does not wait for the last, and commits take at most a fifth of the time.
    private static let batchAge = 4
    /// No batch is committed for its age before this.
    private static let leastBatchAge: Duration = .milliseconds(1)

    private let connection: SQLiteConnection
    private let metrics: DatabaseMetrics
    private let limit: Duration
    private var batch: Batch?
    /// How long the last commit took.
    private var commitTime: Duration = .zero
    /// The transaction that has the turn; other than between two jobs only while its closure waits on something.
    private var active: Transaction?
    private var turns = Deque<CheckedContinuation<Void, Never>>()
    /// Set for good where the file can no longer be trusted: after a failed fsync, or at close.
    private var refusal: DatabaseError?

    init(connection: SQLiteConnection, limit: Duration, metrics: DatabaseMetrics) {
        self.connection = connection
        self.limit = limit
        self.metrics = metrics
    }

    /// Starts the thread. It ends when the database's last handle is gone.
    nonisolated func start() {
        thread.start { [weak self] in
            self?.assumeIsolated { writer in writer.becomeIdle() } ?? nil
        }
    }

    // MARK: One transaction

    /// Runs a closure as one transaction and returns when it is durable.
    func perform<R: Sendable>(
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration?,
        _ body: @Sendable (Transaction) async throws -> R
    ) async -> Performed<R> {
        var alone = false
        while true {
            let attempt = await attempt(as: actor, at: site, limit: limit ?? self.limit, alone: alone, body)
            guard case .runAlone = attempt.outcome else { return attempt.performed }
            for participant in attempt.performed.participants { await participant.finish(.rolledBack) }
            alone = true
        }
    }

    private func attempt<R: Sendable>(
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration,
        alone: Bool,
        _ body: @Sendable (Transaction) async throws -> R
    ) async -> Attempt<R> {
        while active != nil { await withCheckedContinuation { turns.append($0) } }
        let transaction: Transaction
        do {
            transaction = try begin(as: actor, at: site, limit: limit, alone: alone)
        } catch {
            passTurn()
            return .failed(error)
        }
        let result: R
        do {
            result = try await body(transaction)
            try await transaction.prepareParticipants()
        } catch {
            abandon(transaction)
            return .failed(error, participants: transaction.preparedParticipants)
        }
        do {
            let outcome = try await outcome(of: transaction, alone: alone)
            return Attempt(result, outcome: outcome, transaction)
        } catch {
            return .failed(error, participants: transaction.preparedParticipants)
        }
    }

    /// Makes a transaction whose closure succeeded a member of the batch and waits for the batch's end. Both without a
    /// suspension in between, in which the batch could be committed without its member.
    private func outcome(of transaction: Transaction, alone: Bool) async throws -> BatchOutcome {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try finish(transaction)
            } catch {
                abandon(transaction)
                return continuation.resume(throwing: error)
            }
            join(continuation)
            passTurn()
            if alone || isBatchDue { commit() }
        }
    }

    private func begin(
        as actor: StatementActor,
        at site: CallSite,
        limit: Duration,
        alone: Bool
    ) throws -> Transaction {
        try Task.checkCancellation()
        if let refusal { throw refusal }
        if alone { commit() }
        let deadline = ContinuousClock.now + limit
        connection.limitStatements(StatementBudget(until: deadline))
        try openBatch()
        do {
            try connection.run(.savepoint)
        } catch {
            recover()
            throw error
        }
        let transaction = Transaction(
            SQLiteRunner(connection, until: deadline, on: thread),
            as: actor,
            at: site,
            deadline: deadline,
            limit: limit,
            checksDeadline: false
        )
        active = transaction
        return transaction
    }

    /// Ends a transaction whose closure succeeded: its savepoint becomes part of the batch.
    private func finish(_ transaction: Transaction) throws {
        try transaction.checkCommittable()
        transaction.end()
        try connection.run(.release)
        active = nil
    }

    /// Ends a transaction whose closure failed, or that ran out of time while it waited.
    private func abandon(_ transaction: Transaction) {
        let owned = active === transaction
        transaction.end()
        guard owned else { return }
        active = nil
        recover()
        passTurn()
    }

    /// After a failure: rolls the savepoint back; where the engine has ended the whole transaction, so has the batch.
    private func recover() {
        do {
            guard connection.isInTransaction else { throw DatabaseError(.engine, "the engine rolled back") }
            try connection.run(.rollBackToSavepoint)
            try connection.run(.release)
        } catch {
            endBatch(.runAlone)
        }
    }

    private func passTurn() {
        if active == nil { turns.popFirst()?.resume() }
    }

    // MARK: The batch

    /// Makes a finished transaction a member.
    private func join(_ member: CheckedContinuation<BatchOutcome, any Error>) {
        guard batch != nil else { fatalError("a transaction finished without a batch") }
        batch?.members.append(member)
    }

    /// Whether the batch is committed though further transactions wait.
    private var isBatchDue: Bool {
        guard let batch else { return false }
        return batch.members.count >= Self.batchLimit
            || batch.begun.duration(to: .now) >= max(Self.leastBatchAge, commitTime * Self.batchAge)
    }

    private func openBatch() throws {
        if batch != nil { return }
        try connection.run(.beginImmediate)
        do {
            batch = Batch(base: try connection.position())
        } catch {
            endBatch(.runAlone)
            throw error
        }
    }

    /// Commits the open batch, if there is one, and answers its members.
    private func commit() {
        guard let batch, active == nil else { return }
        guard !batch.members.isEmpty else { return endBatch(.runAlone) }
        connection.limitStatements(StatementBudget())
        let begun = ContinuousClock.now
        do throws(DatabaseError) {
            let last = batch.base.sequence + Int64(batch.members.count)
            try connection.run("UPDATE pando_position SET sequence = ?", [.integer(last)])
            try connection.run(.commit)
            commitTime = begun.duration(to: .now)
            metrics.committed(batch.members.count, took: commitTime)
            self.batch = nil
            for (index, member) in batch.members.enumerated() {
                let sequence = batch.base.sequence + Int64(index) + 1
                member.resume(returning: .committed(Position(timeline: batch.base.timeline, sequence: sequence)))
            }
        } catch {
            if error.code == .inputOutput {
                endBatch(.failed(mistrust(error)))
            } else {
                endBatch(batch.members.count == 1 ? .failed(error) : .runAlone)
            }
        }
    }

    /// A write or fsync that failed at commit leaves unknown what the disk has: nothing may be acknowledged after it,
    /// since the kernel reports such a failure only once (P. Alagappan et al., "Can Applications Recover from fsync
    /// Failures?", USENIX ATC 2020).
    private func mistrust(_ error: DatabaseError) -> DatabaseError {
        refusal = DatabaseError(
            .inputOutput,
            "the database refuses writes since an earlier commit failed on the disk; mend the disk and restart",
            underlying: error
        )
        return DatabaseError(
            .outcomeUnknown,
            "the disk failed during COMMIT; whether the transaction survives a restart is not known",
            underlying: error
        )
    }

    /// Rolls back whatever the batch holds and answers its members.
    private func endBatch(_ outcome: BatchOutcome) {
        if connection.isInTransaction {
            do { try connection.run(.rollBack) } catch { refusal = refusal ?? error }
        }
        let members = batch?.members ?? []
        batch = nil
        for member in members { member.resume(returning: outcome) }
    }

    // MARK: The thread's idle hook

    private func becomeIdle() -> ContinuousClock.Instant? {
        guard let transaction = active else {
            commit()
            return nil
        }
        guard transaction.deadline <= ContinuousClock.now else { return transaction.deadline }
        transaction.expire()
        active = nil
        recover()
        passTurn()
        commit()
        return nil
    }

    // MARK: Whole-file operations

    /// Runs work that no transaction may interleave with, on the writer's thread, outside of a transaction.
    func exclusively<R: Sendable>(_ body: @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        while active != nil { await withCheckedContinuation { turns.append($0) } }
        defer { passTurn() }
        if let refusal { throw refusal }
        commit()
        connection.limitStatements(StatementBudget())
        return try body(connection)
    }

    /// Commits what is open, closes the file, then refuses everything. The thread lives on to say so.
    func close() async {
        while active != nil { await withCheckedContinuation { turns.append($0) } }
        commit()
        refusal = DatabaseError(.closed, "the database is closed")
        connection.close()
        passTurn()
    }

    /// How an attempt ended, inside the writer.
    private struct Attempt<R: Sendable> {
        enum Outcome {
            case final
            case runAlone
        }
        let outcome: Outcome
        let performed: Performed<R>

        static func failed(_ error: any Error, participants: [any CommitParticipant] = []) -> Attempt {
            Attempt(outcome: .final, performed: Performed(.failure(error), .rolledBack, participants))
        }

        private init(outcome: Outcome, performed: Performed<R>) {
            self.outcome = outcome
            self.performed = performed
        }

        init(_ result: R, outcome: BatchOutcome, _ transaction: Transaction) {
            let participants = transaction.preparedParticipants
            switch outcome {
            case .committed(let position):
                self.outcome = .final
                performed = Performed(
                    .success(result),
                    .committed(position),
                    participants,
                    actions: transaction.actions
                )
            case .runAlone:
                self.outcome = .runAlone
                performed = Performed(.success(result), .rolledBack, participants)
            case .failed(let error):
                self.outcome = .final
                let unknown = error.code == .outcomeUnknown
                performed = Performed(.failure(error), unknown ? .unknown : .rolledBack, participants)
            }
        }
    }
}
