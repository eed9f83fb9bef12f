/// A view of the database at one moment: all statements of one transaction see the same data.
///
/// Valid inside the closure that it is handed to; afterwards its statements throw ``DatabaseError/Code-swift.enum/misused``.
/// Statements are `async` for engines that wait on a network; on SQLite they do not suspend, unless one runs longer than
/// about half a millisecond on a borrowed thread: then it moves to a thread of the database's own.
public class ReadTransaction {
    private let runner: any StatementRunner
    let actor: StatementActor
    let site: CallSite
    let deadline: ContinuousClock.Instant
    let limit: Duration
    /// Whether the deadline is looked at before each statement; the writer of SQLite does so by itself.
    private let checksDeadline: Bool
    /// Whether the closure has returned.
    private var isOver = false
    /// Why the transaction ended before its closure returned.
    private var earlyEnd: DatabaseError?
    /// The first error of the engine: as in PostgreSQL, nothing can be done in the transaction after it.
    private(set) var failure: DatabaseError?

    init(
        _ runner: any StatementRunner,
        as actor: StatementActor,
        at site: CallSite,
        deadline: ContinuousClock.Instant,
        limit: Duration,
        checksDeadline: Bool
    ) {
        self.runner = runner
        self.actor = actor
        self.site = site
        self.deadline = deadline
        self.limit = limit
        self.checksDeadline = checksDeadline
    }

    /// Which engine runs the statements, for what has to differ.
    package var engine: SQLEngine { runner.engine }

    /// See ``StatementRunner/logNumbers``.
    var logNumbers: LogNumbers { runner.logNumbers }

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

    func first<T: Decodable>(_ sql: SQL, by actor: StatementActor, as type: T.Type) async throws -> T? {
        var result: T?
        try await run(sql, as: actor, limit: 1) { row in result = try row.decode(type) }
        return result
    }

    func rows<T>(
        _ sql: SQL,
        by actor: StatementActor,
        _ map: (borrowing Row) throws -> T
    ) async throws -> [T] {
        var result: [T] = []
        try await run(sql, as: actor, limit: .max) { row in result.append(try map(row)) }
        return result
    }

    func run(
        _ sql: SQL,
        as actor: StatementActor,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        try check(sql)
        var isReaders = false
        do {
            try await runner.run(sql, as: actor, limit: limit) { row in
                do { try body(row) } catch {
                    isReaders = true
                    throw error
                }
            }
        } catch {
            // What the reader of the rows throws is no failure of the transaction.
            if !isReaders { failure = error as? DatabaseError }
            throw error
        }
    }

    func change(_ sql: SQL, as actor: StatementActor) async throws -> Int {
        try check(sql)
        return try await noting { try await runner.execute(sql, as: actor) }
    }

    func change(_ statements: [SQL], as actor: StatementActor) async throws -> [Int] {
        for sql in statements { try check(sql) }
        return try await noting { try await runner.execute(statements, as: actor) }
    }

    func enqueue(_ sql: SQL, as actor: StatementActor, beginningAnewOnDuplicate: Bool = false) async throws {
        try check(sql)
        try await noting {
            try await runner.enqueue(sql, as: actor, beginningAnewOnDuplicate: beginningAnewOnDuplicate)
        }
    }

    func flush() async throws {
        try checkUsable()
        try await noting { try await runner.flush() }
    }

    /// Notes that the transaction has failed where `body` does.
    private func noting<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch {
            failure = error as? DatabaseError
            throw error
        }
    }

    /// See ``StatementRunner/othersWait``.
    var doOthersWait: Bool { runner.othersWait }

    /// See ``DatabaseEngine/announcements``.
    var announcements: PostgresAnnouncements? { runner.announcements }

    /// SQLite takes 32,766; libpq loses a connection on which a statement with more than 7,498 is described, since that message
    /// may not be longer than 30,000 bytes (fe-protocol3.c, `VALID_LONG_MESSAGE_TYPE`).
    private static let parameterLimit = 7_000

    private func check(_ sql: SQL) throws {
        try checkUsable()
        guard sql.values.count <= Self.parameterLimit else {
            throw DatabaseError(
                .statementRefused,
                "\(sql.values.count) parameters; \(Self.parameterLimit) is the limit: use several statements"
            )
        }
    }

    func checkUsable() throws {
        if let earlyEnd { throw earlyEnd }
        if isOver { throw DatabaseError(.misused, "the transaction begun at \(site) was used after its end") }
        if let failure {
            throw DatabaseError(.misused, "an earlier statement of this transaction failed", underlying: failure)
        }
        if checksDeadline, deadline < ContinuousClock.now { throw expiry }
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
