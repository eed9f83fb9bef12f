/// Numbers for the rows of append-only logs, such as messages and events, in an order in which they can be followed.
///
/// A follower reads the rows past the last number that it has seen. On SQLite writers take turns, so that the next free number
/// will do. On PostgreSQL a number that is drawn before the commit may appear after greater ones, and whoever has gone past it
/// never sees its row. There a number is the transaction's own number (`xid8`) with a counter behind it, and followers go no
/// further than the oldest transaction that is still running: nothing can appear below it any more. Numbers of later
/// transactions that have seen earlier ones are greater; they are not consecutive. See decision 0008.
///
/// Another server counts its transactions from another number. What a database that has moved there adds to them is its base,
/// which stays as it is while a process runs.
package struct LogNumbers: Sendable {
    /// The bits of the counter behind the transaction's own number.
    private static let bits = 20

    /// Rows of logs that one transaction may write, and how far apart the numbers of two transactions are.
    package static let perTransaction = 1 << bits

    /// The columns of Pando's own tables that hold such numbers.
    static let columns: [(table: String, column: String)] = [
        ("pando_messages", "sequence"), ("pando_message_groups", "cursor"), ("pando_message_deliveries", "sequence"),
        ("pando_dead_letters", "sequence"), ("pando_events", "position"), ("pando_projections", "position"),
    ]

    /// Where the numbers begin that a running transaction may still write.
    let horizon: String

    /// Where the numbers of the transaction itself begin.
    let own: String

    /// - Parameter base: what is added to the numbers of the server's transactions. It is in the statements' text, so that
    ///   adding it costs nothing.
    init(base: Int64 = 0) {
        let plus = base == 0 ? "" : " + \(base)"
        horizon = "((pg_snapshot_xmin(pg_current_snapshot())::text::bigint\(plus)) << \(Self.bits))"
        own = "((pg_current_xact_id()::text::bigint\(plus)) << \(Self.bits))"
    }

    /// The transaction that gave a number, its base included.
    static func transaction(of number: Int64) -> Int64 { number >> bits }

    /// Waits a little for the transactions that hold a follower up: milliseconds as a rule, of no clock but the real one.
    package static func waitForOthers() async throws {
        try await Task.sleep(for: .milliseconds(3))
    }
}

extension ReadTransaction {
    /// A condition for a statement's WHERE, with an AND before it, that leaves out the rows of a log which must not be passed
    /// yet; empty where there are none.
    ///
    /// - Parameter column: the log's number, as the programmer's own text.
    package func isSettled(_ column: String) -> SQL {
        switch engine {
        case .sqlite: ""
        case .postgres: "AND \(raw: column) < \(raw: logNumbers.horizon)"
        }
    }
}

extension Transaction {
    /// An expression for the number of a new row of a log on PostgreSQL.
    ///
    /// - Throws: ``DatabaseError`` with code `statementRefused` after a million rows in one transaction.
    package func takeLogNumber() throws -> SQL {
        guard logRows < LogNumbers.perTransaction else {
            throw DatabaseError(
                .statementRefused,
                "a transaction writes at most \(LogNumbers.perTransaction) messages and events"
            )
        }
        defer { logRows += 1 }
        return "(\(raw: logNumbers.own) + \(logRows))"
    }
}
