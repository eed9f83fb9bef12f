public import PandoDatabase

extension EventStore {
    /// The events of a stream, oldest first.
    /// - Parameters:
    ///   - stream: which one.
    ///   - version: only events after this one.
    ///   - limit: most events returned, at least 1.
    ///   - tx: the moment to look at.
    public func events(
        of stream: StreamID,
        after version: Int = 0,
        limit: Int = 1000,
        in tx: ReadTransaction
    ) async throws -> [RecordedEvent] {
        try stream.validate()
        return try await tx.system.rows(
            """
            SELECT \(raw: Self.columns) FROM pando_events
            WHERE category = \(stream.category) AND stream = \(stream.key) AND version > \(version)
            ORDER BY version LIMIT \(limit)
            """,
            Self.event
        )
    }

    /// The events of the whole store, in their global order.
    /// - Parameters:
    ///   - position: only events after this one.
    ///   - limit: most events returned, at least 1.
    ///   - tx: the moment to look at.
    public func events(after position: Int, limit: Int, in tx: ReadTransaction) async throws -> [RecordedEvent] {
        try await tx.system.rows(
            """
            SELECT \(raw: Self.columns) FROM pando_events
            WHERE position > \(position) \(tx.isSettled("position")) ORDER BY position \(SQL.limit(limit))
            """,
            Self.event
        )
    }

    /// The position of the last event that followers may see; 0 if there is none.
    public func head(in tx: ReadTransaction) async throws -> Int {
        switch tx.engine {
        case .sqlite: try await tx.system.first("SELECT position FROM pando_event_sequence WHERE id = 1") ?? 0
        case .postgres:
            try await tx.system.first(
                "SELECT coalesce(max(position), 0) FROM pando_events WHERE true \(tx.isSettled("position"))"
            ) ?? 0
        }
    }

    /// Whether there are events after a position that followers must not see yet, since an earlier one may still appear.
    func isUnsettled(after position: Int, in tx: ReadTransaction) async throws -> Bool {
        guard tx.engine == .postgres else { return false }
        let found: Int? = try await tx.system.first("SELECT 1 FROM pando_events WHERE position > \(position) LIMIT 1")
        return found != nil
    }

    /// The end of the next positions, at most `span` of them that have an event.
    private func end(after position: Int, span: Int, head: Int, in tx: ReadTransaction) async throws -> Int {
        guard tx.engine == .postgres else { return min(head, position + span) }
        return try await tx.system.first(
            """
            SELECT coalesce(max(position), 0) FROM (SELECT position FROM pando_events
            WHERE position > \(position) AND position <= \(head) ORDER BY position \(SQL.limit(span))) AS next
            """
        ) ?? 0
    }

    /// Hands over the events of a stream after a version, oldest first, without holding them all.
    func forEachEvent(
        of stream: StreamID,
        after version: Int,
        in tx: ReadTransaction,
        _ body: (RecordedEvent) throws -> Void
    ) async throws {
        _ = try await tx.system.rows(
            """
            SELECT \(raw: Self.columns) FROM pando_events
            WHERE category = \(stream.category) AND stream = \(stream.key) AND version > \(version) ORDER BY version
            """
        ) { row in try body(Self.event(row)) }
    }

    /// The next events of a selection, and how far the search for them went.
    ///
    /// Looks at no more than `span` events, so that the work is bounded also where few events match.
    func window(
        after position: Int,
        _ selection: EventSelection,
        limit: Int,
        span: Int = 5000,
        in tx: ReadTransaction
    ) async throws -> EventWindow {
        // What is settled up to here does not change any more, so that the statements after this one agree also where each
        // of them sees a moment of its own.
        let head = try await head(in: tx)
        guard position < head else { return EventWindow(events: [], through: position, head: head) }
        let events = try await tx.system.rows(
            """
            SELECT \(raw: Self.columns) FROM (
                SELECT \(raw: Self.columns) FROM pando_events
                WHERE position > \(position) AND position <= \(head) ORDER BY position \(SQL.limit(span))
            ) AS next WHERE true \(selection.condition) ORDER BY position LIMIT \(limit)
            """,
            Self.event
        )
        if events.count == limit, let last = events.last {
            return EventWindow(events: events, through: last.position, head: head)
        }
        let end = try await end(after: position, span: span, head: head, in: tx)
        return EventWindow(events: events, through: end, head: head)
    }

    /// How many events of a selection come after a position, counted up to `bound`.
    func count(
        after position: Int,
        _ selection: EventSelection,
        upTo bound: Int,
        in tx: ReadTransaction
    ) async throws -> Int {
        try await tx.system.first(
            """
            SELECT count(*) FROM (SELECT 1 FROM pando_events
            WHERE position > \(position) \(selection.condition) ORDER BY position LIMIT \(bound)) AS waiting
            """
        ) ?? 0
    }

    private static let columns = """
        position, id, category, stream, version, type, schema_version, recorded_at, correlation_id, causation_id, payload
        """

    private static func event(_ row: borrowing Row) throws -> RecordedEvent {
        RecordedEvent(
            id: try row.get(1),
            stream: StreamID(category: try row.get(2), key: try row.get(3)),
            version: try row.get(4),
            position: try row.get(0),
            eventType: try row.get(5),
            schemaVersion: try row.get(6),
            recordedAt: try row.get(7),
            cause: EventCause(correlationID: try row.get(8), causationID: try row.get(9)),
            payload: try row.get(10)
        )
    }
}

/// Some of the events in the global order.
struct EventWindow: Sendable {
    /// The events that match, in order.
    let events: [RecordedEvent]
    /// All matching events up to this position are in ``events`` or before it.
    let through: Int
    /// The position of the last event of the store.
    let head: Int
}
