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
            SELECT count(*), coalesce(sum(due_at <= \(now)), 0), min(sequence) FROM pando_message_deliveries \
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
        // Numbers have no gaps after the cursor, so nothing is counted.
        let untaken = max(0, (newest ?? group.cursor) - group.cursor)
        return GroupStatistics(
            topic: topic,
            group: name,
            ready: Int(untaken) + aside.due,
            pending: aside.total - aside.due,
            oldest: oldest,
            dead: dead ?? 0,
            seenAt: group.seenAt
        )
    }
}
