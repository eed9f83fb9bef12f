public import PandoDatabase

/// The messages that consumers have given up: list, replay, purge.
///
/// They are kept until somebody replays or purges them, and `pando_messages_dead` counts them. Usable without running
/// consumers, as the command line does.
public struct DeadLetters: Sendable {
    /// Which dead letters.
    public struct Selection: Sendable, Hashable {
        /// Of one topic only.
        public var topic: String?
        /// Of one group only.
        public var group: String?
        /// One message only.
        public var id: Identifier?

        /// Selects by what is given; all dead letters where nothing is.
        public init(topic: String? = nil, group: String? = nil, id: Identifier? = nil) {
            self.topic = topic
            self.group = group
            self.id = id
        }

        var condition: SQL {
            var sql: SQL = "1 = 1"
            if let topic { sql = "\(sql) AND topic = \(topic)" }
            if let group { sql = "\(sql) AND group_name = \(group)" }
            if let id { sql = "\(sql) AND message_id = \(id)" }
            return sql
        }
    }

    /// Dead letters that one transaction replays or purges.
    private static let batch = 200

    private let database: Database
    private let time: any TimeSource

    /// Looks at the dead letters of a database.
    public init(database: Database, time: any TimeSource = SystemTime()) {
        self.database = database
        self.time = time
    }

    /// The newest dead letters.
    ///
    /// - Parameters:
    ///   - selection: Which.
    ///   - limit: How many at most. 1 to 1,000.
    /// - Throws: `DatabaseError`.
    public func list(_ selection: Selection = Selection(), limit: Int = 100) async throws -> [DeadLetter] {
        precondition((1...1000).contains(limit), "a limit of \(limit) is not 1 to 1000")
        return try await database.read(.strong) { tx in
            try await tx.system.rows(
                """
                SELECT \(raw: DeadLetter.columns) FROM pando_dead_letters WHERE \(selection.condition) \
                ORDER BY died_at DESC, message_id DESC LIMIT \(limit)
                """,
                DeadLetter.init
            )
        }
    }

    /// How many there are.
    ///
    /// - Throws: `DatabaseError`.
    public func count(_ selection: Selection = Selection()) async throws -> Int {
        try await database.read(.strong) { tx in
            try await tx.system.first("SELECT count(*) FROM pando_dead_letters WHERE \(selection.condition)") ?? 0
        }
    }

    /// Delivers dead letters again to the groups that gave them up, with all their attempts before them. Those that
    /// were there when it began are replayed, the oldest first.
    ///
    /// - Returns: How many. Where it throws, some may be replayed; each is either replayed or still a dead letter.
    /// - Throws: `DatabaseError`.
    @discardableResult
    public func replay(_ selection: Selection = Selection()) async throws -> Int {
        try await inBatches(selection) { tx, letter, now in
            try await restore(tx, letter, now: now)
            tx.wakeConsumers(of: letter.topic)
        }
    }

    /// Deletes dead letters for good.
    ///
    /// - Returns: How many. Where it throws, some may be deleted.
    /// - Throws: `DatabaseError`.
    @discardableResult
    public func purge(_ selection: Selection = Selection()) async throws -> Int {
        try await inBatches(selection) { _, _, _ in }
    }

    private struct Reference: Sendable {
        let id: Identifier
        let topic: String
        let group: String
        let sequence: Int64
    }

    private func inBatches(
        _ selection: Selection,
        _ body: @Sendable (Transaction, Reference, Instant) async throws -> Void
    ) async throws -> Int {
        let began = time.now
        var total = 0
        while true {
            try Task.checkCancellation()
            let done = try await database.write { tx in
                let letters = try await tx.system.rows(
                    """
                    SELECT message_id, topic, group_name, sequence FROM pando_dead_letters \
                    WHERE died_at <= \(began) AND \(selection.condition) \
                    ORDER BY died_at, message_id LIMIT \(Self.batch)
                    """
                ) { row in
                    try Reference(id: row.get(0), topic: row.get(1), group: row.get(2), sequence: row.get(3))
                }
                for letter in letters {
                    try await body(tx, letter, began)
                    try await tx.system.enqueue(
                        """
                        DELETE FROM pando_dead_letters WHERE topic = \(letter.topic) \
                        AND group_name = \(letter.group) AND message_id = \(letter.id)
                        """
                    )
                }
                return letters.count
            }
            total += done
            if done < Self.batch { return total }
        }
    }

    /// Puts a dead letter back into the log, at its old place, where the log has forgotten it, and aside for its group.
    private func restore(_ tx: Transaction, _ letter: Reference, now: Instant) async throws {
        try await tx.system.enqueue(
            """
            INSERT INTO pando_messages (topic, sequence, id, key, published_at, due_at, headers, payload) \
            SELECT topic, sequence, message_id, key, published_at, NULL, headers, payload FROM pando_dead_letters \
            WHERE topic = \(letter.topic) AND group_name = \(letter.group) AND message_id = \(letter.id) \
            ON CONFLICT (topic, sequence) DO NOTHING
            """
        )
        try await tx.system.enqueue(
            """
            INSERT INTO pando_message_deliveries (topic, sequence, group_name, key, attempt, due_at) \
            SELECT topic, sequence, group_name, key, 0, \(now) FROM pando_dead_letters \
            WHERE topic = \(letter.topic) AND group_name = \(letter.group) AND message_id = \(letter.id) \
            ON CONFLICT (topic, sequence, group_name) DO NOTHING
            """
        )
    }
}

extension GroupQueue {
    /// Notes a message as given up. The caller takes it from where it was, in the same transaction.
    func bury(
        _ tx: Transaction,
        _ message: StoredMessage,
        attempts: Int,
        reason: String,
        now: Instant
    ) async throws {
        try await tx.system.enqueue(
            """
            INSERT INTO pando_dead_letters \
            (topic, group_name, message_id, sequence, key, attempts, reason, published_at, died_at, headers, payload) \
            VALUES (\(topic), \(group), \(message.id), \(message.sequence), \(message.key), \(attempts), \
            \(reason), \(message.publishedAt), \(now), \(message.headers), \(message.payload)) \
            ON CONFLICT (topic, group_name, message_id) DO NOTHING
            """
        )
    }
}
