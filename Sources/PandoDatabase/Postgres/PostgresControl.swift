/// Statements around transactions, prepared on every connection when it is opened.
enum PostgresControl: String, CaseIterable, Sendable {
    case begin, beginReadCommitted, beginRead, commit, rollBack, position

    /// The name under which it is prepared.
    var name: String { "pando_" + rawValue }

    var text: String {
        switch self {
        case .begin: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        case .beginReadCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .beginRead: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case .commit: "COMMIT"
        case .rollBack: "ROLLBACK"
        // The end of what is in the log, so not before the end of a commit that this connection has seen.
        case .position: "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"
        }
    }
}
