/// How one engine runs the statements of one transaction.
protocol StatementRunner: AnyObject {
    var engine: SQLEngine { get }
    /// How the rows of logs are numbered.
    var logNumbers: LogNumbers { get }
    /// Whether other writers wait for the end of the transaction.
    var othersWait: Bool { get }
    /// See ``DatabaseEngine/announcements``.
    var announcements: PostgresAnnouncements? { get }

    /// Runs a statement and hands over its rows in order, at most `limit` of them.
    ///
    /// - Throws: ``DatabaseError`` of the engine, or what `body` throws.
    func run(
        _ sql: SQL,
        as actor: StatementActor,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws

    /// Runs a statement to its end; the number of rows that it changed.
    func execute(_ sql: SQL, as actor: StatementActor) async throws -> Int

    /// Runs statements one after the other, on a server without waiting for one before the next is sent; the number of rows
    /// that each has changed.
    func execute(_ statements: [SQL], as actor: StatementActor) async throws -> [Int]

    /// Runs a statement, on a server without waiting for it: it goes with the next one, or with the commit, and its error
    /// comes there.
    ///
    /// - Parameter beginningAnewOnDuplicate: Whether a violated unique constraint can only be so because another transaction
    ///   was faster, so that the whole is to be run again.
    func enqueue(_ sql: SQL, as actor: StatementActor, beginningAnewOnDuplicate: Bool) async throws

    /// Waits for the statements that were enqueued.
    ///
    /// - Throws: ``DatabaseError`` of the first that failed.
    func flush() async throws
}

extension StatementRunner {
    var announcements: PostgresAnnouncements? { nil }
}
