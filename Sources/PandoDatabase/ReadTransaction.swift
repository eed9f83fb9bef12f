/// A view of the database at one moment: all statements of one transaction see the same data.
///
/// Valid inside the closure that it is handed to; afterwards its statements throw ``DatabaseError/Code-swift.enum/misused``.
/// Statements are `async` for engines that wait on a network; on SQLite they do not suspend, unless one runs longer than
/// about half a millisecond on a borrowed thread: then it moves to a thread of the database's own.
public class ReadTransaction {
    let connection: SQLiteConnection
    let actor: SQLiteConnection.Actor
    let site: CallSite
    let deadline: ContinuousClock.Instant
    let limit: Duration
    /// Where statements that take long may go, for transactions that run on a borrowed thread.
    let offload: OffloadQueue?
    /// Whether the closure has returned.
    private var isOver = false
    /// Why the transaction ended before its closure returned.
    private var earlyEnd: DatabaseError?
    /// The first error of the engine: as in PostgreSQL, nothing can be done in the transaction after it.
    private(set) var failure: DatabaseError?

    init(
        _ connection: SQLiteConnection,
        as actor: SQLiteConnection.Actor,
        at site: CallSite,
        deadline: ContinuousClock.Instant,
        limit: Duration,
        offload: OffloadQueue?
    ) {
        self.connection = connection
        self.actor = actor
        self.site = site
        self.deadline = deadline
        self.limit = limit
        self.offload = offload
    }

    /// All rows, decoded by their columns' names; a scalar type decodes the first column.
    ///
    /// Column `hotel_id` decodes into property `hotelID`, `hotelId` or `hotel_id`. The result is held in memory as a whole:
    /// give queries a LIMIT.
    ///
    /// - Throws: ``DatabaseError``.
    public func all<T: Decodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
        try await rows(sql) { row in try row.decode(type) }
    }

    /// The first row, or nil where there is none.
    ///
    /// - Throws: ``DatabaseError``.
    public func first<T: Decodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T? {
        try await first(sql, by: actor, as: type)
    }

    /// All rows, each through a closure that takes columns by index: faster than `Codable`.
    ///
    /// - Throws: ``DatabaseError``, or the closure's error.
    public func rows<T>(_ sql: SQL, _ map: (borrowing Row) throws -> T) async throws -> [T] {
        try await rows(sql, by: actor, map)
    }

    /// The same statements on Pando's own tables, for the building blocks.
    package var system: SystemStatements { SystemStatements(transaction: self) }

    // MARK: Running a statement

    func first<T: Decodable>(_ sql: SQL, by actor: SQLiteConnection.Actor, as type: T.Type) async throws -> T? {
        var result: T?
        try await run(sql, as: actor, limit: 1) { row in result = try row.decode(type) }
        return result
    }

    func rows<T>(
        _ sql: SQL,
        by actor: SQLiteConnection.Actor,
        _ map: (borrowing Row) throws -> T
    ) async throws -> [T] {
        var result: [T] = []
        try await run(sql, as: actor, limit: .max) { row in result.append(try map(row)) }
        return result
    }

    func run(
        _ sql: SQL,
        as actor: SQLiteConnection.Actor,
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
                failure = nil
            }
        }
        try await finish(statement, on: offload, after: done, limit: limit, body)
    }

    /// Checks that the transaction is usable, prepares and binds.
    func prepare(_ sql: SQL, as actor: SQLiteConnection.Actor) throws -> SQLiteStatement {
        try checkUsable()
        guard sql.values.count <= 32_000 else {
            throw DatabaseError(.statementRefused, "\(sql.values.count) parameters; 32,000 is the limit")
        }
        return try remembering { () throws(DatabaseError) in
            let statement = try connection.statement(sql.text, as: actor)
            try statement.bind(sql.values)
            return statement
        }
    }

    private func step(_ statement: SQLiteStatement, limit: Int, _ body: (borrowing Row) throws -> Void) throws {
        var count = 0
        while count < limit, try remembering({ () throws(DatabaseError) in try connection.step(statement) }) {
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
            let chunk: [[SQLValue]]
            do {
                chunk = try await offload.step(statement, of: connection, until: deadline, skip: skip, limit: left)
            } catch {
                failure = error
                throw error
            }
            skip = 0
            left -= chunk.count
            for values in chunk { try body(Row(.values(values, columns: statement.columns))) }
            if chunk.count < OffloadQueue.chunk { return }
        }
    }

    /// Keeps the first error of the engine.
    func remembering<R>(_ work: () throws(DatabaseError) -> R) throws -> R {
        do {
            return try work()
        } catch {
            failure = error
            throw error
        }
    }

    func checkUsable() throws {
        if let earlyEnd { throw earlyEnd }
        if isOver { throw DatabaseError(.misused, "the transaction begun at \(site) was used after its end") }
        if let failure {
            throw DatabaseError(.misused, "an earlier statement of this transaction failed", underlying: failure)
        }
        if offload != nil, deadline < ContinuousClock.now { throw expiry }
    }

    /// The error of a transaction that took longer than its limit.
    var expiry: DatabaseError {
        DatabaseError(
            .timedOut,
            "the transaction begun at \(site) took longer than \(limit) and was rolled back: "
                + "wait for other things before or after it, not inside"
        )
    }

    /// Makes every later use an error.
    func end() {
        isOver = true
    }

    func end(as error: DatabaseError) {
        earlyEnd = error
    }
}
