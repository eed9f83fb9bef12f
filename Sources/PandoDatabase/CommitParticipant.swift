/// Something outside the database that must change exactly when a transaction commits: a cached value, say.
///
/// The transaction calls ``prepare()`` when its closure has returned, before the commit, and then ``finish(_:)`` exactly
/// once, before the writer is answered. A participant whose `prepare` was not reached, because the closure or another
/// participant threw, gets no `finish`.
public protocol CommitParticipant: Sendable {
    /// Gets ready; what it holds must be given back by `finish`. Runs inside the transaction and counts towards its time.
    ///
    /// - Throws: any error, which rolls the transaction back and is thrown to the writer.
    func prepare() async throws

    /// Learns how the transaction ended.
    func finish(_ outcome: CommitOutcome) async
}

/// How a transaction ended.
public enum CommitOutcome: Hashable, Sendable {
    /// Durable, at this position.
    case committed(Position)
    /// Without any effect.
    case rolledBack
    /// Not known: treat it as committed where that is the safe side.
    case unknown
}
