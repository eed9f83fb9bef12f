import PandoDatabase

extension GroupQueue {
    /// Sets the next messages of the log aside, so that they can be leased one by one.
    ///
    /// - Returns: How many; fewer than asked for at the end of the log, or none where as many as `asideLimit` messages
    ///   aside are due and not being handled, because they wait for their key's turn.
    func pull(_ tx: Transaction, limit: Int, asideLimit: Int, now: Instant) async throws -> Int {
        let count = min(limit, asideLimit - (try await countDue(tx, limit: asideLimit, now: now)))
        guard count > 0 else { return 0 }
        let cursor = try await lockCursor(tx)
        let last: Int64? =
            try await tx.system.first(
                """
                SELECT max(sequence) FROM (SELECT sequence FROM pando_messages \
                WHERE topic = \(topic) AND sequence > \(cursor) \(tx.isSettled("sequence")) \
                ORDER BY sequence \(SQL.limit(count))) AS next
                """,
                as: Int64?.self
            ) ?? nil
        guard let last else { return 0 }
        let pulled = try await tx.system.execute(
            """
            INSERT INTO pando_message_deliveries (topic, sequence, group_name, key, attempt, due_at) \
            SELECT topic, sequence, \(group), key, CASE WHEN due_at > \(now) THEN \(Self.delayed) ELSE 0 END, \
            coalesce(due_at, \(now)) FROM pando_messages \
            WHERE topic = \(topic) AND sequence > \(cursor) AND sequence <= \(last)
            """
        )
        try await advance(tx, to: last)
        return pulled
    }

    /// Leases messages aside that are due, at most one of each key, the longest due first; or a single one, where its
    /// last attempt came to no end: if it killed its process, it shall not take others with it again.
    ///
    /// - Parameter until: When the lease runs out.
    func lease(_ tx: Transaction, limit: Int, now: Instant, until: Instant) async throws -> [StoredMessage] {
        var due = try await due(tx, limit: limit, now: now)
        if let suspect = due.first(where: \.isSuspect) { due = [suspect] }
        guard !due.isEmpty else { return [] }
        if tx.engine == .postgres {
            let taken = try await take(due, tx, now: now, until: until)
            due = due.filter { taken.contains($0.sequence) }
        } else {
            for one in due {
                try await tx.system.execute(
                    """
                    UPDATE pando_message_deliveries SET owner = \(owner), attempt = \(one.attempt), due_at = \(until) \
                    WHERE topic = \(topic) AND sequence = \(one.sequence) AND group_name = \(group)
                    """
                )
            }
        }
        return try await messages(of: due, tx)
    }

    /// A message aside that is due.
    private struct Due {
        let sequence: Int64
        /// Which attempt it would be, from 1.
        let attempt: Int
        let isSuspect: Bool
    }

    /// What is aside and due. On PostgreSQL what nobody else is about to lease, and the turn of its keys.
    private func due(_ tx: Transaction, limit: Int, now: Instant) async throws -> [Due] {
        let isShared = tx.engine == .postgres
        let turn: SQL = isShared ? ", \(Self.turn)" : ""
        let found = try await tx.system.rows(
            """
            SELECT d.sequence, d.attempt, d.owner IS NOT NULL\(turn) FROM pando_message_deliveries d \
            WHERE d.topic = \(topic) AND d.group_name = \(group) AND d.due_at <= \(now) AND \(isNext(now)) \
            ORDER BY d.due_at, d.sequence LIMIT \(limit) \(raw: isShared ? "FOR UPDATE SKIP LOCKED" : "")
            """
        ) { row -> Due? in
            if isShared, try !row.get(3, as: Bool.self) { return nil }
            return Due(
                sequence: try row.get(0),
                attempt: max(try row.get(1, as: Int.self), 0) + 1,
                isSuspect: try row.get(2)
            )
        }
        return found.compactMap(\.self)
    }

    /// The messages that were leased, in their order. Read by their numbers alone: a planner that knows little of the tables,
    /// which change all the time, might read the whole log for a join.
    private func messages(of leased: [Due], _ tx: Transaction) async throws -> [StoredMessage] {
        guard !leased.isEmpty else { return [] }
        let stored = try await tx.system.rows(
            """
            SELECT \(raw: StoredMessage.columns) FROM pando_messages m \
            WHERE m.topic = \(topic) AND \(oneOf(leased, "m.sequence"))
            """,
            StoredMessage.init
        )
        let bySequence = Dictionary(stored.map { ($0.sequence, $0) }) { first, _ in first }
        return leased.compactMap { due in
            var message = bySequence[due.sequence]
            message?.attempt = due.attempt
            message?.isSuspect = due.isSuspect
            return message
        }
    }

    /// Whether no other message aside of the key of `d` comes before it or is leased.
    private func isNext(_ now: Instant) -> SQL {
        """
        (d.key IS NULL OR NOT EXISTS (SELECT 1 FROM pando_message_deliveries e \
        WHERE e.topic = d.topic AND e.group_name = d.group_name AND e.key = d.key AND e.sequence <> d.sequence \
        AND (e.sequence < d.sequence AND (e.attempt >= 0 OR e.due_at <= \(now)) \
        OR e.owner IS NOT NULL AND e.due_at > \(now))))
        """
    }

    /// Whether this transaction is the only one that is about to lease a message of the key of `d`.
    private static let turn: SQL = """
        CASE WHEN d.key IS NULL THEN true ELSE pg_try_advisory_xact_lock(\
        hashtextextended(d.topic || ' ' || d.group_name || ' ' || d.key, 0)) END
        """

    /// Takes leases on PostgreSQL: in a statement of its own, which sees what others had leased before this transaction got
    /// the turn of the keys. The sequence numbers of those that it got.
    private func take(_ due: [Due], _ tx: Transaction, now: Instant, until: Instant) async throws -> Set<Int64> {
        Set(
            try await tx.system.all(
                """
                UPDATE pando_message_deliveries d SET owner = \(owner), attempt = greatest(d.attempt, 0) + 1, due_at = \(until) \
                WHERE d.topic = \(topic) AND d.group_name = \(group) \
                AND \(oneOf(due, "d.sequence")) AND \(isNext(now)) RETURNING d.sequence
                """,
                as: Int64.self
            )
        )
    }

    /// Whether a column is the number of one of these. Their range says it too, in case that the planner, which does not know how
    /// many messages the topic has, goes through them all.
    private func oneOf(_ due: [Due], _ column: String) -> SQL {
        let sequences = due.map(\.sequence)
        return """
            \(raw: column) BETWEEN \(sequences.min() ?? 0) AND \(sequences.max() ?? 0) \
            AND \(raw: column) IN \(padded(sequences))
            """
    }

    /// With the last repeated up to the next power of two, so that few statements serve all lengths.
    private func padded(_ sequences: [Int64]) -> [Int64] {
        guard let last = sequences.last else { return [] }
        var length = 1
        while length < sequences.count { length *= 2 }
        return sequences + Array(repeating: last, count: length - sequences.count)
    }

    // MARK: Settling. Each is false where the lease was lost: it ran out and another consumer has the message.

    /// Done with a leased message.
    func acknowledge(_ tx: Transaction, _ message: StoredMessage) async throws -> Bool {
        try await tx.system.execute("DELETE FROM pando_message_deliveries WHERE \(held(message))") == 1
    }

    /// Done with several leased messages; for each whether its lease was still held.
    func acknowledge(_ tx: Transaction, _ messages: [StoredMessage]) async throws -> [Bool] {
        guard tx.engine == .postgres, !messages.isEmpty else {
            var held: [Bool] = []
            for message in messages { held.append(try await acknowledge(tx, message)) }
            return held
        }
        let sequences = padded(messages.map(\.sequence))
        let attempts = Dictionary(messages.map { ($0.sequence, $0.attempt) }) { first, _ in first }
        let pairs = sequences.map { "(\($0), \(attempts[$0] ?? 0))" as SQL }.joined(separator: ", ")
        let done = try await tx.system.all(
            """
            DELETE FROM pando_message_deliveries WHERE topic = \(topic) AND group_name = \(group) AND owner = \(owner) \
            AND (sequence, attempt) IN (\(pairs)) RETURNING sequence
            """,
            as: Int64.self
        )
        let settled = Set(done)
        return messages.map { settled.contains($0.sequence) }
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
