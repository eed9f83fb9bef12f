import PandoDatabase

/// Deletes what is no longer needed, in transactions of bounded size: messages that every group is done with, and notes
/// in the inbox that are older than any redelivery.
struct Sweeper: Sendable {
    let database: Database
    let loop: WorkLoop
    let retention: Duration
    let inboxRetention: Duration

    /// Rows that one transaction looks at.
    private static let batch: Int64 = 1000

    /// Sweeps once every poll interval of the loop.
    func run() async throws {
        try await loop.run {
            try await sweep()
            return .idle(until: nil)
        }
    }

    /// Deletes everything that can go now.
    func sweep() async throws {
        let now = loop.time.now
        var topic: String? = ""
        while let previous = topic {
            topic = try await database.read(.strong) { tx in
                // One seek each, where DISTINCT would read every message.
                try await tx.system.first(
                    "SELECT topic FROM pando_messages WHERE topic > \(previous) ORDER BY topic LIMIT 1"
                )
            }
            if let topic { try await sweepTopic(topic, before: now - retention) }
        }
        let groups = try await database.read(.strong) { tx in
            try await tx.system.all("SELECT DISTINCT group_name FROM pando_message_groups", as: String.self)
        }
        for group in groups { try await sweepInbox(group, before: now - inboxRetention) }
    }

    /// Deletes the messages of a topic that were published before an instant, that every group has taken, and that no
    /// group has aside. The newest stays, since the next one's number follows from it.
    private func sweepTopic(_ topic: String, before cutoff: Instant) async throws {
        var from: Int64 = 0
        while !loop.stop.isStopping, !Task.isCancelled {
            let start = from
            let last = try await database.read(.strong) { tx in
                try await edge(of: topic, after: start, before: cutoff, tx)
            }
            guard let last else { return }
            try await database.write { tx in
                try await tx.system.execute(
                    """
                    DELETE FROM pando_messages WHERE topic = \(topic) AND sequence > \(start) AND sequence <= \(last) \
                    AND NOT EXISTS (SELECT 1 FROM pando_message_deliveries d \
                    WHERE d.topic = pando_messages.topic AND d.sequence = pando_messages.sequence)
                    """
                )
            }
            from = last
        }
    }

    /// The last of the next messages that may go; nil where there are none.
    private func edge(
        of topic: String,
        after start: Int64,
        before cutoff: Instant,
        _ tx: ReadTransaction
    ) async throws -> Int64? {
        let taken = try await tx.system.first(
            """
            SELECT coalesce((SELECT min(cursor) FROM pando_message_groups WHERE topic = \(topic)), \(Int64.max))
            """,
            as: Int64.self
        )
        let newest = try await tx.system.first(
            "SELECT sequence FROM pando_messages WHERE topic = \(topic) ORDER BY sequence DESC LIMIT 1",
            as: Int64.self
        )
        guard let taken, let newest else { return nil }
        let bound = min(taken, newest - 1)
        let old = try await tx.system.rows(
            """
            SELECT sequence, published_at FROM pando_messages \
            WHERE topic = \(topic) AND sequence > \(start) AND sequence <= \(bound) ORDER BY sequence LIMIT \(Self.batch)
            """
        ) { row in
            try (sequence: row.get(0, as: Int64.self), publishedAt: row.get(1, as: Instant.self))
        }
        return old.prefix { $0.publishedAt < cutoff }.last?.sequence
    }

    /// Deletes a group's notes of messages handled before an instant.
    ///
    /// Identifiers sort by the time at which they were made, and no message is handled before it is made; so only the
    /// identifiers up to the instant are looked at, and of those the notes that are young enough stay.
    private func sweepInbox(_ group: String, before cutoff: Instant) async throws {
        while !loop.stop.isStopping, !Task.isCancelled {
            let deleted = try await database.write { tx in
                let ids = try await tx.system.all(
                    """
                    SELECT message_id FROM pando_message_inbox WHERE group_name = \(group) \
                    AND message_id < \(Identifier.lowest(at: cutoff)) AND handled_at < \(cutoff) \
                    ORDER BY message_id LIMIT \(Self.batch)
                    """,
                    as: Identifier.self
                )
                guard !ids.isEmpty else { return 0 }
                return try await tx.system.execute(
                    "DELETE FROM pando_message_inbox WHERE group_name = \(group) AND message_id IN \(ids)"
                )
            }
            if deleted < Int(Self.batch) { return }
        }
    }
}

extension Identifier {
    /// What sorts before every identifier made at an instant or later.
    static func lowest(at instant: Instant) -> Identifier {
        let milliseconds = UInt64(max(instant.microsecondsSince1970 / 1000, 0))
        let bytes = (0..<16).map { $0 < 6 ? UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * $0)) : 0 }
        guard let identifier = Identifier(bytes: bytes) else { preconditionFailure("sixteen bytes are an identifier") }
        return identifier
    }
}
