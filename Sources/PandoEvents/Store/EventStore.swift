public import PandoDatabase
public import PandoTelemetry

/// Appends events to streams and brings aggregates up from them, inside the caller's transaction.
///
/// Events take effect with the transaction's commit, together with everything else that it writes. All events have one
/// order, their ``RecordedEvent/position``: a follower that has been given position `n` has been given everything before it,
/// and no event can appear there any more. On SQLite the positions are consecutive, on PostgreSQL they are not.
///
/// | metric | what it counts |
/// |---|---|
/// | `pando_events_appended_total{category}` | events that became durable |
/// | `pando_events_conflicts_total{category}` | appends refused because the stream was elsewhere |
public final class EventStore: Sendable {
    /// Most events of one append.
    public static let maximumBatch = 1000

    /// What the database tells other processes of a commit with events.
    static let announcement = "events"

    /// Rung when a commit with events is durable.
    let signal = CommitSignal()
    let now: @Sendable () -> Instant
    private let appended: CounterFamily
    private let conflicts: CounterFamily

    /// Makes a store. All parts of a process that append or follow events share one.
    /// - Parameters:
    ///   - metrics: where the store's metrics are registered.
    ///   - now: the clock that ``RecordedEvent/recordedAt`` is taken from.
    public init(metrics: MetricsRegistry, now: @escaping @Sendable () -> Instant = { Instant.now }) {
        self.now = now
        appended = metrics.counter(
            "pando_events_appended_total",
            help: "Events that became durable.",
            labels: ["category"]
        )
        conflicts = metrics.counter(
            "pando_events_conflicts_total",
            help: "Appends refused because the stream was elsewhere.",
            labels: ["category"]
        )
    }

    /// Appends events under new ids.
    /// - Parameters:
    ///   - events: up to ``maximumBatch``; none changes nothing but still checks the version.
    ///   - stream: where they go.
    ///   - version: where the stream must be.
    ///   - cause: what set the events off.
    ///   - tx: what the append is part of.
    /// - Throws: ``EventsError`` with `versionConflict` or `invalidAppend`, and nothing is appended; `DatabaseError`.
    @discardableResult
    public func append<E: DomainEvent>(
        _ events: [E],
        to stream: StreamID,
        expecting version: ExpectedVersion,
        cause: EventCause = .current,
        in tx: Transaction
    ) async throws -> AppendResult {
        try check(stream, count: events.count)
        let actual = try await currentVersion(of: stream, in: tx)
        try check(version, of: stream, actual: actual)
        return try await insert(events.map { NewEvent($0) }, to: stream, after: actual, cause, in: tx)
    }

    /// Appends events under ids that the caller made, once: the same call again, in this transaction or years later,
    /// appends nothing and returns what the first one returned, whatever the stream's version is by then.
    /// - Throws: ``EventsError`` with `eventIDReused` if one of the ids belongs to an event with other content, of
    ///   another stream, or if only some of the ids are there; and as the append without ids.
    @discardableResult
    public func append<E: DomainEvent>(
        _ events: [NewEvent<E>],
        to stream: StreamID,
        expecting version: ExpectedVersion,
        cause: EventCause = .current,
        in tx: Transaction
    ) async throws -> AppendResult {
        try check(stream, count: events.count)
        if let earlier = try await earlierResult(of: events, in: stream, tx) { return earlier }
        let actual = try await currentVersion(of: stream, in: tx)
        try check(version, of: stream, actual: actual)
        return try await insert(events, to: stream, after: actual, cause, in: tx)
    }

    /// The version of the last event of a stream; 0 if it has none.
    public func currentVersion(of stream: StreamID, in tx: ReadTransaction) async throws -> Int {
        try await tx.system.first(
            """
            SELECT coalesce(max(version), 0) FROM pando_events
            WHERE category = \(stream.category) AND stream = \(stream.key)
            """
        ) ?? 0
    }

    private func check(_ stream: StreamID, count: Int) throws(EventsError) {
        try stream.validate()
        guard count <= Self.maximumBatch else {
            throw EventsError(
                .invalidAppend,
                "\(count) events in one append to \(stream); \(Self.maximumBatch) is the limit"
            )
        }
    }

    private func check(_ expected: ExpectedVersion, of stream: StreamID, actual: Int) throws(EventsError) {
        guard !expected.accepts(actual) else { return }
        conflicts.with(stream.category).increment()
        throw EventsError(
            .versionConflict(stream: stream, expected: expected, actual: actual),
            "\(stream) is at version \(actual), expected was \(expected); load it again and decide again"
        )
    }

    /// Writes the events after version `actual`, which the caller has checked in this transaction.
    func insert<E: DomainEvent>(
        _ events: [NewEvent<E>],
        to stream: StreamID,
        after actual: Int,
        _ cause: EventCause,
        in tx: Transaction
    ) async throws -> AppendResult {
        guard !events.isEmpty else { return AppendResult(version: actual, isRepeat: false) }
        let positions = try await takePositions(events.count, in: tx)
        let recordedAt = now()
        var rows: ArraySlice<SQL> = []
        for (index, event) in events.enumerated() {
            rows.append(
                """
                (\(positions[index]), \(event.id), \(stream.category), \(stream.key), \(actual + 1 + index),
                \(event.event.eventType), \(E.schemaVersion), \(recordedAt), \(cause.correlationID as Identifier?),
                \(cause.causationID as Identifier?), \(try event.payload))
                """
            )
        }
        while !rows.isEmpty {
            // In powers of two, so that few statements serve all numbers of events.
            let count = min(64, 1 << (Int.bitWidth - 1 - rows.count.leadingZeroBitCount))
            // A duplicate is there where another transaction has appended to the stream since this one looked.
            try await tx.system.enqueue(
                """
                INSERT INTO pando_events (position, id, category, stream, version, type, schema_version, recorded_at,
                    correlation_id, causation_id, payload)
                VALUES \(Array(rows.prefix(count)).joined(separator: ", "))
                """,
                beginningAnewOnDuplicate: true
            )
            rows.removeFirst(count)
        }
        let counter = appended.with(stream.category)
        tx.afterCommit { [signal] in
            counter.increment(by: events.count)
            signal.ring()
        }
        tx.announceAfterCommit(Self.announcement)
        return AppendResult(version: actual + events.count, isRepeat: false)
    }

    /// Expressions for the next `count` numbers of the global order.
    private func takePositions(_ count: Int, in tx: Transaction) async throws -> [SQL] {
        switch tx.engine {
        case .sqlite:
            let last = try await takeConsecutive(count, in: tx)
            return (0..<count).map { "\(last - count + 1 + $0)" }
        case .postgres: return try (0..<count).map { _ in try tx.takeLogNumber() }
        }
    }

    /// Takes numbers from a row that stays locked until the commit, and returns the last.
    private func takeConsecutive(_ count: Int, in tx: Transaction) async throws -> Int {
        // Two simple statements cost SQLite half as much as RETURNING, which collects its rows in a table first.
        try await tx.system.execute("UPDATE pando_event_sequence SET position = position + \(count) WHERE id = 1")
        let last: Int? = try await tx.system.first("SELECT position FROM pando_event_sequence WHERE id = 1")
        guard let last else {
            throw DatabaseError(
                .corrupt,
                "table pando_event_sequence has lost its row; restore the database from a backup"
            )
        }
        return last
    }
}
