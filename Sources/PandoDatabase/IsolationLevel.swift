/// What transactions that run at the same time may see of one another.
///
/// SQLite runs writes one after the other, so both are the same there.
public enum IsolationLevel: Hashable, Sendable {
    /// As if one ran after the other. Where that cannot be had, one of them is rolled back and its closure runs again.
    case serializable
    /// Each statement sees what was committed when it began, and waits for rows that others are changing: for hot rows that are
    /// changed by one statement each, such as counters.
    case readCommitted
}
