import PandoDatabase

/// Which messages have had their effect, so that no engine can make one happen twice.
///
/// A row is written in the transaction of the effect itself. Rows are kept for ``Messaging/Configuration/inboxRetention``.
enum Inbox {
    /// Notes a message as handled by a group; false where it was before.
    static func record(_ tx: Transaction, group: String, _ id: Identifier, now: Instant) async throws -> Bool {
        try await record(tx, group: group, [id], now: now).isEmpty == false
    }

    /// Notes messages as handled by a group, and tells which were not before.
    static func record(
        _ tx: Transaction,
        group: String,
        _ ids: [Identifier],
        now: Instant
    ) async throws -> Set<Identifier> {
        let rows = ids.map { "(\(group), \($0), \(now))" as SQL }.joined(separator: ", ")
        return Set(
            try await tx.system.rows(
                """
                INSERT INTO pando_message_inbox (group_name, message_id, handled_at) VALUES \(rows) \
                ON CONFLICT (group_name, message_id) DO NOTHING RETURNING message_id
                """
            ) { row in try row.get(0, as: Identifier.self) }
        )
    }
}
