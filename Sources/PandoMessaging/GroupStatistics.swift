public import PandoDatabase

/// Where a group of consumers stands.
public struct GroupStatistics: Sendable, Hashable, Codable {
    /// The topic.
    public let topic: String
    /// The group.
    public let group: String
    /// Messages that could be delivered now, those that wait for their key's turn included.
    public let ready: Int
    /// Messages being delivered, delayed, or waiting for a retry.
    public let pending: Int
    /// When the oldest message was published that the group is not done with.
    public let oldest: Instant?
    /// Messages given up and neither replayed nor purged.
    public let dead: Int
    /// When a process last began to consume for the group.
    public let seenAt: Instant
}

extension GroupStatistics {
    /// All groups that the database knows, by topic and name.
    ///
    /// - Throws: `DatabaseError`.
    static func all(in database: Database, now: Instant) async throws -> [GroupStatistics] {
        try await database.read(.strong) { tx in
            let groups = try await tx.system.rows(
                "SELECT topic, group_name, cursor, seen_at FROM pando_message_groups ORDER BY topic, group_name"
            ) { row in
                try Cursor(topic: row.get(0), group: row.get(1), cursor: row.get(2), seenAt: row.get(3))
            }
            var all: [GroupStatistics] = []
            for group in groups { all.append(try await read(group, tx, now: now)) }
            return all
        }
    }

    private struct Cursor {
        let topic: String
        let group: String
        let cursor: Int64
        let seenAt: Instant
    }

    private static func read(_ group: Cursor, _ tx: ReadTransaction, now: Instant) async throws -> GroupStatistics {
        let (topic, name) = (group.topic, group.group)
        let newest: Int64? = try await tx.system.first(
            "SELECT sequence FROM pando_messages WHERE topic = \(topic) ORDER BY sequence DESC LIMIT 1"
        )
        let next: Instant? = try await tx.system.first(
            """
            SELECT published_at FROM pando_messages WHERE topic = \(topic) AND sequence > \(group.cursor) \
            ORDER BY sequence LIMIT 1
            """
        )
        let aside = try await tx.system.rows(
            """
            SELECT count(*), count(*) FILTER (WHERE due_at <= \(now)), min(sequence) FROM pando_message_deliveries \
            WHERE topic = \(topic) AND group_name = \(name)
            """
        ) { row in
            try (total: row.get(0, as: Int.self), due: row.get(1, as: Int.self), first: row.get(2, as: Int64?.self))
        }[0]
        var oldest = next
        if let first = aside.first {
            oldest =
                try await tx.system.first(
                    "SELECT published_at FROM pando_messages WHERE topic = \(topic) AND sequence = \(first)"
                ) ?? next
        }
        let dead: Int? = try await tx.system.first(
            "SELECT count(*) FROM pando_dead_letters WHERE topic = \(topic) AND group_name = \(name)"
        )
        let untaken = try await untaken(group, newest: newest, tx)
        return GroupStatistics(
            topic: topic,
            group: name,
            ready: untaken + aside.due,
            pending: aside.total - aside.due,
            oldest: oldest,
            dead: dead ?? 0,
            seenAt: group.seenAt
        )
    }

    /// How many messages of the log the group has not taken.
    private static func untaken(_ group: Cursor, newest: Int64?, _ tx: ReadTransaction) async throws -> Int {
        guard let newest, newest > group.cursor else { return 0 }
        // Numbers have no gaps after the cursor where writers take turns, so nothing is counted there.
        guard tx.engine == .postgres else { return Int(newest - group.cursor) }
        return try await tx.system.first(
            """
            SELECT count(*) FROM (SELECT 1 FROM pando_messages WHERE topic = \(group.topic) AND sequence > \(group.cursor) \
            LIMIT \(countLimit)) AS untaken
            """
        ) ?? 0
    }

    /// Untaken messages are counted up to this many where they have to be counted.
    private static let countLimit = 1_000_000
}
