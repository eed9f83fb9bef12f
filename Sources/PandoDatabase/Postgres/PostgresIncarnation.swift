import Synchronization

/// The origin that a process has found when it opened a database, which it goes by until it ends.
///
/// A connection that finds another one is refused: the database was replaced by a backup, or is on another server, and what the
/// process remembers of it no longer holds.
final class PostgresIncarnation: Sendable {
    private struct Known {
        var origin = PostgresOrigin()
        var numbers = LogNumbers()
    }

    private let known = Mutex(Known())

    /// How the rows of logs are numbered.
    var logNumbers: LogNumbers { known.withLock { $0.numbers } }

    /// Takes over what the database says, and corrects that first where it was moved by hand.
    ///
    /// - Returns: how far the database has come.
    func begin(on session: PostgresSession) throws(DatabaseError) -> Position {
        let origin = try session.settleOrigin()
        known.withLock { $0 = Known(origin: origin, numbers: LogNumbers(base: origin.transaction)) }
        return Position(timeline: try timeline(of: session), sequence: try session.logEnd())
    }

    /// The timeline of the positions that a connection gives.
    ///
    /// - Throws: ``DatabaseError`` with code `schemaMismatch` where the database is no longer the one that was opened.
    func timeline(of session: PostgresSession) throws(DatabaseError) -> Int64 {
        let origin = known.withLock { $0.origin }
        let (found, timeline) = try session.originAndTimeline(asksCluster: origin.cluster != 0)
        guard found == origin else {
            throw DatabaseError(
                .schemaMismatch,
                "the database \(session.server.name) was restored or moved since this process opened it: start it again"
            )
        }
        return origin.timeline(on: timeline)
    }
}
