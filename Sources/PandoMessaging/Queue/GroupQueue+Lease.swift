import PandoDatabase

extension GroupQueue {
    /// Sets the next messages of the log aside, so that they can be leased one by one.
    ///
    /// - Returns: How many; fewer than asked for at the end of the log, or none where as many as `asideLimit` messages
    ///   aside are due and not being handled, because they wait for their key's turn.
    func pull(_ tx: Transaction, limit: Int, asideLimit: Int, now: Instant) async throws -> Int {
        let count = min(limit, asideLimit - (try await countDue(tx, limit: asideLimit, now: now)))
        guard count > 0 else { return 0 }
        let cursor = try await cursor(tx)
        let last: Int64? =
            try await tx.system.first(
                """
                SELECT max(sequence) FROM (SELECT sequence FROM pando_messages \
                WHERE topic = \(topic) AND sequence > \(cursor) ORDER BY sequence LIMIT \(count))
                """,
                as: Int64?.self
            ) ?? nil
        guard let last else { return 0 }
        let pulled = try await tx.system.execute(
            """
            INSERT INTO pando_message_deliveries (topic, sequence, group_name, key, attempt, due_at) \
            SELECT topic, sequence, \(group), key, 0, coalesce(due_at, \(now)) FROM pando_messages \
            WHERE topic = \(topic) AND sequence > \(cursor) AND sequence <= \(last)
            """
        )
        guard try await advance(tx, from: cursor, to: last) else {
            throw DatabaseError(.busy, "the cursor of group \(group) of topic \(topic) moved inside a transaction")
        }
        return pulled
    }

    /// Leases messages aside that are due, at most one of each key, the longest due first; or a single one, where its
    /// last attempt came to no end: if it killed its process, it shall not take others with it again.
    ///
    /// - Parameter until: When the lease runs out.
    func lease(_ tx: Transaction, limit: Int, now: Instant, until: Instant) async throws -> [StoredMessage] {
        var due = try await tx.system.rows(
            """
            SELECT \(raw: StoredMessage.columns), d.attempt, d.owner IS NOT NULL \
            FROM pando_message_deliveries d JOIN pando_messages m ON m.topic = d.topic AND m.sequence = d.sequence \
            WHERE d.topic = \(topic) AND d.group_name = \(group) AND d.due_at <= \(now) \
            AND NOT EXISTS (SELECT 1 FROM pando_message_deliveries e \
            WHERE e.topic = d.topic AND e.group_name = d.group_name AND e.key = d.key AND e.sequence <> d.sequence \
            AND (e.sequence < d.sequence AND (e.attempt > 0 OR e.due_at <= \(now)) \
            OR e.owner IS NOT NULL AND e.due_at > \(now))) \
            ORDER BY d.due_at, d.sequence LIMIT \(limit)
            """
        ) { row in
            var message = try StoredMessage(row)
            message.attempt = try row.get(7, as: Int.self) + 1
            message.isSuspect = try row.get(8)
            return message
        }
        if let suspect = due.first(where: \.isSuspect) { due = [suspect] }
        for message in due {
            try await tx.system.execute(
                """
                UPDATE pando_message_deliveries SET owner = \(owner), attempt = \(message.attempt), due_at = \(until) \
                WHERE topic = \(topic) AND sequence = \(message.sequence) AND group_name = \(group)
                """
            )
        }
        return due
    }

    // MARK: Settling. Each is false where the lease was lost: it ran out and another consumer has the message.

    /// Done with a leased message.
    func acknowledge(_ tx: Transaction, _ message: StoredMessage) async throws -> Bool {
        try await tx.system.execute("DELETE FROM pando_message_deliveries WHERE \(held(message))") == 1
    }

    /// Lets a leased message be leased again from an instant on.
    func retry(_ tx: Transaction, _ message: StoredMessage, at due: Instant, reason: String) async throws -> Bool {
        try await tx.system.execute(
            """
            UPDATE pando_message_deliveries SET owner = NULL, due_at = \(due), reason = \(reason) \
            WHERE \(held(message))
            """
        ) == 1
    }

    /// Gives a leased message back as if it had not been leased.
    func release(_ tx: Transaction, _ message: StoredMessage, now: Instant) async throws -> Bool {
        try await tx.system.execute(
            """
            UPDATE pando_message_deliveries SET owner = NULL, due_at = \(now), attempt = attempt - 1 \
            WHERE \(held(message))
            """
        ) == 1
    }

    /// Makes a lease end at another instant.
    func extend(_ tx: Transaction, _ message: StoredMessage, until: Instant) async throws -> Bool {
        try await tx.system.execute(
            "UPDATE pando_message_deliveries SET due_at = \(until) WHERE \(held(message))"
        ) == 1
    }

    private func held(_ message: StoredMessage) -> SQL {
        """
        topic = \(topic) AND sequence = \(message.sequence) AND group_name = \(group) \
        AND owner = \(owner) AND attempt = \(message.attempt)
        """
    }
}
