public import PandoDatabase

/// A message that a group of consumers has given up, with why.
public struct DeadLetter: Sendable, Hashable, Codable {
    /// The message's identifier.
    public let id: Identifier
    /// The topic it was published to.
    public let topic: String
    /// The group that gave it up; other groups are not concerned.
    public let group: String
    /// The key it was published with.
    public let key: String?
    /// How often it was tried; 0 where it did not even decode.
    public let attempts: Int
    /// The last error, in words, at most 2,000 characters.
    public let reason: String
    /// When it was published.
    public let publishedAt: Instant
    /// When it was given up.
    public let diedAt: Instant
    /// The message's payload as it was published.
    public let payload: [UInt8]

    /// The columns that the initializer reads, in its order.
    static let columns = """
        message_id, topic, group_name, key, attempts, reason, published_at, died_at, payload
        """

    init(_ row: borrowing Row) throws {
        id = try row.get(0)
        topic = try row.get(1)
        group = try row.get(2)
        key = try row.get(3)
        attempts = try row.get(4)
        reason = try row.get(5)
        publishedAt = try row.get(6)
        diedAt = try row.get(7)
        payload = try row.get(8)
    }
}
