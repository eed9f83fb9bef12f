/// A transaction that may write: everything in it takes effect together, durably, or not at all.
///
/// After a statement has failed nothing more can be done in the transaction, even where the error is caught: it is
/// rolled back. Use `ON CONFLICT` for what may exist already. The closure may run more than once (a commit that failed for
/// a neighbour's reason, a serialization failure on other engines), so let it have no effect but through the transaction.
public final class Transaction: ReadTransaction {
    /// Rows of logs that it has written; see ``LogNumbers``.
    var logRows = 0
    private var participants: [any CommitParticipant] = []
    private(set) var preparedParticipants: [any CommitParticipant] = []
    private(set) var actions: [@Sendable () -> Void] = []

    /// Whether other writers wait for this transaction's end: one that does the work of many at once may then stop early.
    package var othersWait: Bool { doOthersWait }

    /// Runs a statement that changes rows.
    ///
    /// - Returns: the number of rows it changed.
    /// - Throws: ``DatabaseError``; a violated constraint is code `constraintViolated`.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await change(sql, as: actor)
    }

    /// Runs statements that change rows, one after the other: on a server in one round trip for hundreds of them.
    ///
    /// - Returns: the number of rows that each has changed.
    /// - Throws: ``DatabaseError`` of the first that fails; none after it is run.
    @discardableResult
    public func execute(_ statements: [SQL]) async throws -> [Int] {
        try await change(statements, as: actor)
    }

    /// Runs a statement that changes rows, on a server without waiting for its answer: it is sent with the next statement,
    /// or with the commit, so that many cost one round trip.
    ///
    /// - Throws: ``DatabaseError`` where the statement cannot be what it is meant for. What else is wrong with it is thrown by
    ///   a later statement, or by `Database.write`, and names the statement; nothing of the transaction takes effect then.
    public func enqueue(_ sql: SQL) async throws {
        try await enqueue(sql, as: actor)
    }

    /// Makes something outside the database change exactly with the commit.
    public func enlist(_ participant: some CommitParticipant) {
        participants.append(participant)
    }

    /// Runs an action once, if and when the transaction is durable, before its writer is answered. It must be quick.
    public func afterCommit(_ action: @escaping @Sendable () -> Void) {
        actions.append(action)
    }

    /// Lets processes elsewhere that wait for something of this name know of it, if and when the transaction is durable: see
    /// ``Database/listening(_:_:)``.
    ///
    /// - Parameter name: At most 120 bytes, without a space or a quote.
    package func announceAfterCommit(_ name: String) {
        guard let announcements else { return }
        actions.append { announcements.announce(name) }
    }

    func prepareParticipants() async throws {
        for participant in participants {
            try await participant.prepare()
            preparedParticipants.append(participant)
        }
    }

    func checkCommittable() throws {
        try checkUsable()
    }

    /// The writer has rolled the transaction back since its closure waited for too long.
    func expire() {
        end(as: expiry)
    }
}
