/// Runs the statements of one transaction on a connection to SQLite.
final class SQLiteRunner: StatementRunner {
    private let connection: SQLiteConnection
    /// Where statements that take long may go, for transactions that run on a borrowed thread.
    private let offload: OffloadQueue?
    private let deadline: ContinuousClock.Instant
    /// The thread of the writer, for its transactions.
    private let thread: DatabaseThread?

    /// For a read, on whatever thread asks for it.
    init(_ connection: SQLiteConnection, until deadline: ContinuousClock.Instant, offload: OffloadQueue) {
        self.connection = connection
        self.deadline = deadline
        self.offload = offload
        thread = nil
    }

    /// For a write, on the writer's thread.
    init(_ connection: SQLiteConnection, until deadline: ContinuousClock.Instant, on thread: DatabaseThread) {
        self.connection = connection
        self.deadline = deadline
        self.thread = thread
        offload = nil
    }

    var engine: SQLEngine { .sqlite }

    /// None of its own: the next free number of a log is in the log.
    var logNumbers: LogNumbers { LogNumbers() }

    var othersWait: Bool { thread?.hasWaitingJobs ?? false }

    func run(
        _ sql: SQL,
        as actor: StatementActor,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        let statement = try prepare(sql, as: actor)
        defer { connection.reset(statement) }
        guard let offload else { return try step(statement, limit: limit, body) }
        var done = 0
        if !statement.isSlow {
            connection.limitStatements(.inline)
            do {
                return try step(statement, limit: limit) { row in
                    try body(row)
                    done += 1
                }
            } catch let error as DatabaseError where error.code == .timedOut && connection.exceededInlineBudget {
                statement.isSlow = true
            }
        }
        try await finish(statement, on: offload, after: done, limit: limit, body)
    }

    func execute(_ sql: SQL, as actor: StatementActor) async throws -> Int {
        let statement = try prepare(sql, as: actor)
        defer { connection.reset(statement) }
        while try connection.step(statement) {}
        return statement.isReadOnly ? 0 : connection.changes
    }

    func execute(_ statements: [SQL], as actor: StatementActor) async throws -> [Int] {
        var changes: [Int] = []
        changes.reserveCapacity(statements.count)
        for sql in statements { changes.append(try await execute(sql, as: actor)) }
        return changes
    }

    func enqueue(_ sql: SQL, as actor: StatementActor, beginningAnewOnDuplicate: Bool) async throws {
        _ = try await execute(sql, as: actor)
    }

    func flush() async throws {}

    private func prepare(_ sql: SQL, as actor: StatementActor) throws(DatabaseError) -> SQLiteStatement {
        let statement = try connection.statement(sql.text, as: actor)
        guard thread != nil || statement.isReadOnly else {
            throw DatabaseError(.statementRefused, "a read cannot change anything: \(sql.text)")
        }
        try statement.bind(sql.values)
        return statement
    }

    private func step(_ statement: SQLiteStatement, limit: Int, _ body: (borrowing Row) throws -> Void) throws {
        var count = 0
        while count < limit, try connection.step(statement) {
            try body(Row(.statement(statement)))
            count += 1
        }
    }

    /// Runs the rest of a statement on a thread where it may take its time; rows already handed out are skipped, since
    /// the same statement on the same snapshot yields the same rows in the same order.
    private func finish(
        _ statement: SQLiteStatement,
        on offload: OffloadQueue,
        after done: Int,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        connection.reset(statement)
        var skip = done
        var left = limit - done
        while left > 0 {
            let chunk = try await offload.step(statement, of: connection, until: deadline, skip: skip, limit: left)
            skip = 0
            left -= chunk.count
            for values in chunk { try body(Row(.values(values, columns: statement.columns))) }
            if chunk.count < OffloadQueue.chunk { return }
        }
    }
}
