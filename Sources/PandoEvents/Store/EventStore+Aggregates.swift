public import PandoDatabase

extension EventStore {
    /// Brings an aggregate up to its last event.
    ///
    /// Starts from the newest usable snapshot, if the aggregate keeps any; the result is the same without.
    /// - Returns: the state and its version; the initial state and 0 if there are no events.
    /// - Throws: ``EventsError`` with `unknownEventType`, `newerEventSchema`, `undecodableEvent` or `invalidAppend`
    ///   (for the key); `DatabaseError`.
    public func load<A: Aggregate>(
        _ type: A.Type,
        _ id: some StreamKey,
        in tx: ReadTransaction
    ) async throws -> Loaded<A> {
        let stream = StreamID(type, id)
        try stream.validate()
        var (aggregate, version) = try await snapshot(of: type, stream, in: tx) ?? (A(), 0)
        try await forEachEvent(of: stream, after: version, in: tx) { event in
            aggregate.apply(try event.decode(A.Event.self))
            version = event.version
        }
        return Loaded(aggregate: aggregate, version: version)
    }

    /// Loads an aggregate, lets it decide what happens, and appends that: the shape of every command.
    ///
    /// Load and append are one transaction, so nothing comes between them. On engines with several writers a conflict
    /// makes the append throw `versionConflict`, and the transaction is tried again as a whole.
    /// - Parameters:
    ///   - type: the aggregate.
    ///   - id: which one of them.
    ///   - cause: what set the events off.
    ///   - tx: what load and append are part of.
    ///   - decide: sees the state and returns what happens; an empty list for nothing. What it throws is thrown on, and
    ///     nothing is appended.
    /// - Returns: the state and version after the events.
    /// - Throws: as ``load(_:_:in:)`` and the appends.
    @discardableResult
    public func update<A: Aggregate>(
        _ type: A.Type,
        _ id: some StreamKey,
        cause: EventCause = .current,
        in tx: Transaction,
        _ decide: (A) async throws -> [A.Event]
    ) async throws -> Loaded<A> {
        let loaded = try await load(type, id, in: tx)
        let events = try await decide(loaded.aggregate)
        guard !events.isEmpty else { return loaded }
        guard events.count <= Self.maximumBatch else {
            throw EventsError(
                .invalidAppend,
                "\(events.count) events in one update of \(StreamID(type, id)); \(Self.maximumBatch) is the limit"
            )
        }
        let stream = StreamID(type, id)
        let result = try await insert(events.map { NewEvent($0) }, to: stream, after: loaded.version, cause, in: tx)
        var aggregate = loaded.aggregate
        for event in events { aggregate.apply(event) }
        let updated = Loaded(aggregate: aggregate, version: result.version)
        try await keepSnapshot(of: updated, from: loaded.version, stream, in: tx)
        return updated
    }

    private func snapshot<A: Aggregate>(
        of type: A.Type,
        _ stream: StreamID,
        in tx: ReadTransaction
    ) async throws -> (A, Int)? {
        guard let policy = A.snapshots else { return nil }
        let rows = try await tx.system.rows(
            """
            SELECT version, state FROM pando_snapshots
            WHERE category = \(stream.category) AND stream = \(stream.key) AND schema_version = \(policy.schemaVersion)
            """
        ) { row in (version: try row.get(0, as: Int.self), state: try row.get(1, as: String.self)) }
        // `try?`: a snapshot that no longer decodes is stale; the events say the same.
        return rows.first.flatMap { row in (try? policy.decode(row.state)).map { ($0, row.version) } }
    }

    /// Stores a snapshot if the events since `earlier` passed a multiple of the interval.
    private func keepSnapshot<A: Aggregate>(
        of loaded: Loaded<A>,
        from earlier: Int,
        _ stream: StreamID,
        in tx: Transaction
    ) async throws {
        guard let policy = A.snapshots, loaded.version / policy.interval > earlier / policy.interval else { return }
        try await tx.system.enqueue(
            """
            INSERT INTO pando_snapshots (category, stream, schema_version, version, taken_at, state)
            VALUES (\(stream.category), \(stream.key), \(policy.schemaVersion), \(loaded.version), \(now()),
                \(try policy.encode(loaded.aggregate)))
            ON CONFLICT (category, stream) DO UPDATE SET schema_version = excluded.schema_version,
                version = excluded.version, taken_at = excluded.taken_at, state = excluded.state
            """
        )
    }
}
