import PandoDatabase

/// Which of the messages that were handled out of the log's order have had their effect, so that no delivery can make one
/// happen twice. For those that are handled in its order the group's cursor tells the same.
///
/// A row is written in the transaction of the effect itself. Rows are kept for ``Messaging/Configuration/inboxRetention``.
enum Inbox {
    /// Notes a message as handled by a group; false where it was before.
    static func record(_ tx: Transaction, group: String, _ id: Identifier, now: Instant) async throws -> Bool {
        try await tx.system.execute(
            """
            INSERT INTO pando_message_inbox (group_name, message_id, handled_at) VALUES (\(group), \(id), \(now)) \
            ON CONFLICT (group_name, message_id) DO NOTHING
            """
        ) == 1
    }
}
