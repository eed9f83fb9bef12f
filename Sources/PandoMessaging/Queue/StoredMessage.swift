import PandoDatabase

/// A message as the log holds it, with the number of the attempt to handle it.
struct StoredMessage: Sendable, Hashable {
    /// Its place in its topic's log, in the order of the commits.
    let sequence: Int64
    let id: Identifier
    let key: String?
    let publishedAt: Instant
    /// When it is to be delivered, for a delayed message.
    let dueAt: Instant?
    let headers: String?
    let payload: [UInt8]
    /// 1 for the first attempt.
    var attempt = 1
    /// Whether the attempt before this one came to no end: its process died, or its lease ran out.
    var isSuspect = false

    /// The columns that ``init(_:)`` reads, in its order, of the table under the alias `m`.
    static let columns = "m.sequence, m.id, m.key, m.published_at, m.due_at, m.headers, m.payload"

    init(_ row: borrowing Row) throws {
        sequence = try row.get(0)
        id = try row.get(1)
        key = try row.get(2)
        publishedAt = try row.get(3)
        dueAt = try row.get(4)
        headers = try row.get(5)
        payload = try row.get(6)
    }
}
