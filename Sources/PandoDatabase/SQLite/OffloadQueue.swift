import Dispatch

/// Threads for statements that take longer than a borrowed thread may be kept; as many as there are readers, at most.
final class OffloadQueue: Sendable {
    /// Rows that one trip to a thread brings back.
    static let chunk = 512

    private let queue = DispatchQueue(label: "pando-reader", attributes: .concurrent)

    /// A connection and one of its statements on their way to a thread and back.
    private struct Loan: @unchecked Sendable {
        // Sendable: the lender suspends until the borrower is done, so only one of them touches it at a time.
        let connection: SQLiteConnection
        let statement: SQLiteStatement
    }

    /// Steps a statement on a thread of the queue and returns the next rows, fewer than ``chunk`` only at the end.
    func step(
        _ statement: SQLiteStatement,
        of connection: SQLiteConnection,
        until deadline: ContinuousClock.Instant,
        skip: Int,
        limit: Int
    ) async throws(DatabaseError) -> [[SQLValue]] {
        let loan = Loan(connection: connection, statement: statement)
        let result: Result<[[SQLValue]], DatabaseError> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Self.collect(loan, until: deadline, skip: skip, limit: limit))
            }
        }
        return try result.get()
    }

    private static func collect(
        _ loan: Loan,
        until deadline: ContinuousClock.Instant,
        skip: Int,
        limit: Int
    ) -> Result<[[SQLValue]], DatabaseError> {
        let statement = loan.statement
        loan.connection.limitStatements(StatementBudget(until: deadline))
        do throws(DatabaseError) {
            for _ in 0..<skip where try !loan.connection.step(statement) { return .success([]) }
            var rows: [[SQLValue]] = []
            while rows.count < min(chunk, limit), try loan.connection.step(statement) {
                rows.append((0..<statement.columnCount).map(statement.value(at:)))
            }
            return .success(rows)
        } catch {
            return .failure(error)
        }
    }
}
