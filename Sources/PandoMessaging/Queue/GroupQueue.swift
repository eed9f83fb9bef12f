import PandoDatabase

/// One group's place in one topic, in terms of the tables.
///
/// A topic is a log; a group is a cursor in it, so that publishing costs one insertion however many groups there are.
/// What cannot be done in the log's order is set *aside* as a row of `pando_message_deliveries`: a message that is being
/// delivered, that failed and waits for its retry, that is delayed, or whose key must wait for one of those.
///
/// A row aside is leased by moving its `due_at` into the future, so that a lease that runs out needs nobody to notice.
/// Rows with `attempt < 0` and a future `due_at` are delayed and hold nobody up; all others hold up their key, however
/// `due_at` compares with the clock of whoever looks: consumers look with clocks that they read before they wait for others.
struct GroupQueue: Sendable {
    let topic: String
    let group: String
    /// Who leases: unique for each process.
    let owner: Identifier

    /// The `attempt` of a delayed message that nobody has tried yet.
    static let delayed = -1

    /// Where a group stands.
    struct Place: Sendable {
        /// The sequence number of the last message taken from the log.
        var cursor: Int64
        /// Whether more may be taken from the log: not where as many messages aside as are allowed wait for the turn of their
        /// keys, since taking more would only add to them.
        var mayTake: Bool
        /// Whether something aside is due.
        var isAsideDue: Bool
        /// When the next of the rest aside is due.
        var nextDue: Instant?
        /// Whether the log has more that must not be taken yet; see ``isUnsettled(_:after:)``.
        var isUnsettled = false
    }

    // MARK: The log

    /// Makes the group's cursor where it has none.
    func register(_ tx: Transaction, start: ConsumerConfiguration.Start, now: Instant) async throws {
        let edge: Int64? =
            switch start {
            case .earliest:
                try await tx.system.first(
                    "SELECT sequence - 1 FROM pando_messages WHERE topic = \(topic) ORDER BY sequence LIMIT 1"
                )
            case .latest: try await newest(tx)
            }
        try await tx.system.execute(
            """
            INSERT INTO pando_message_groups (topic, group_name, cursor, created_at, seen_at) \
            VALUES (\(topic), \(group), \(edge ?? 0), \(now), \(now)) \
            ON CONFLICT (topic, group_name) DO UPDATE SET seen_at = excluded.seen_at
            """
        )
    }

    /// The sequence number of the topic's newest message.
    func newest(_ tx: ReadTransaction) async throws -> Int64? {
        try await tx.system.first(
            """
            SELECT sequence FROM pando_messages WHERE topic = \(topic) \(tx.isSettled("sequence")) \
            ORDER BY sequence DESC LIMIT 1
            """
        )
    }

    /// Whether the log has messages after a sequence number that must not be taken yet, since an earlier one may still appear
    /// before them.
    func isUnsettled(_ tx: ReadTransaction, after sequence: Int64) async throws -> Bool {
        guard tx.engine == .postgres else { return false }
        let found: Int? = try await tx.system.first(
            "SELECT 1 FROM pando_messages WHERE topic = \(topic) AND sequence > \(sequence) LIMIT 1"
        )
        return found != nil
    }

    /// The sequence number of the last message that the group has taken.
    func cursor(_ tx: ReadTransaction) async throws -> Int64 {
        let cursor: Int64? = try await tx.system.first(
            "SELECT cursor FROM pando_message_groups WHERE topic = \(topic) AND group_name = \(group)"
        )
        guard let cursor else {
            throw removed
        }
        return cursor
    }

    /// As ``cursor(_:)``, for a transaction that is going to move it: others that want to, wait.
    func lockCursor(_ tx: Transaction) async throws -> Int64 {
        guard tx.engine == .postgres else { return try await cursor(tx) }
        let cursor: Int64? = try await tx.system.first(
            "SELECT cursor FROM pando_message_groups WHERE topic = \(topic) AND group_name = \(group) FOR UPDATE"
        )
        guard let cursor else { throw removed }
        return cursor
    }

    private var removed: DatabaseError {
        DatabaseError(.misused, "group \(group) of topic \(topic) was removed while it runs")
    }

    /// Where the group stands.
    func place(_ tx: ReadTransaction, asideLimit: Int, now: Instant) async throws -> Place {
        let places = try await tx.system.rows(
            """
            SELECT cursor, (\(dueCount(limit: asideLimit, now: now))), \
            (SELECT due_at FROM pando_message_deliveries WHERE topic = \(topic) AND group_name = \(group) \
            AND due_at > \(now) ORDER BY due_at LIMIT 1) \
            FROM pando_message_groups WHERE topic = \(topic) AND group_name = \(group)
            """
        ) { row in
            let due = try row.get(1, as: Int.self)
            return Place(
                cursor: try row.get(0),
                mayTake: due < asideLimit,
                isAsideDue: due > 0,
                nextDue: try row.get(2)
            )
        }
        guard let place = places.first else { throw removed }
        return place
    }

    /// The messages of the log after a sequence number, in order.
    func messages(_ tx: ReadTransaction, after sequence: Int64, limit: Int) async throws -> [StoredMessage] {
        try await tx.system.rows(
            """
            SELECT \(raw: StoredMessage.columns) FROM pando_messages m \
            WHERE m.topic = \(topic) AND m.sequence > \(sequence) \(tx.isSettled("m.sequence")) \
            ORDER BY m.sequence \(SQL.limit(limit))
            """,
            StoredMessage.init
        )
    }

    /// Moves the cursor, which was locked in this transaction.
    func advance(_ tx: Transaction, to sequence: Int64) async throws {
        try await tx.system.enqueue(
            "UPDATE pando_message_groups SET cursor = \(sequence) WHERE topic = \(topic) AND group_name = \(group)"
        )
    }

    // MARK: Aside

    /// Whether anything is aside.
    func hasAside(_ tx: ReadTransaction) async throws -> Bool {
        let found: Int? = try await tx.system.first(
            "SELECT 1 FROM pando_message_deliveries WHERE topic = \(topic) AND group_name = \(group) LIMIT 1"
        )
        return found != nil
    }

    /// How many messages aside are due, counted up to a limit.
    func countDue(_ tx: ReadTransaction, limit: Int, now: Instant) async throws -> Int {
        try await tx.system.first(dueCount(limit: limit, now: now)) ?? 0
    }

    private func dueCount(limit: Int, now: Instant) -> SQL {
        """
        SELECT count(*) FROM (SELECT 1 FROM pando_message_deliveries \
        WHERE topic = \(topic) AND group_name = \(group) AND due_at <= \(now) LIMIT \(limit)) AS due
        """
    }

    /// Whether a message of the log must wait since an earlier one of its key is aside and not merely delayed.
    func isHeldUp(_ tx: ReadTransaction, key: String, now: Instant) async throws -> Bool {
        let found: Int? = try await tx.system.first(
            """
            SELECT 1 FROM pando_message_deliveries WHERE topic = \(topic) AND group_name = \(group) \
            AND key = \(key) AND (attempt >= 0 OR due_at <= \(now)) LIMIT 1
            """
        )
        return found != nil
    }

    /// Sets a message of the log aside: until it is due, where it is delayed.
    func setAside(_ tx: Transaction, _ message: StoredMessage, now: Instant) async throws {
        let due = max(message.dueAt ?? now, now)
        try await tx.system.enqueue(
            """
            INSERT INTO pando_message_deliveries (topic, sequence, group_name, key, attempt, due_at) \
            VALUES (\(topic), \(message.sequence), \(group), \(message.key), \(due > now ? Self.delayed : 0), \(due))
            """
        )
    }
}
