import PandoDatabase

/// Fills a projection from the event store.
struct EventFeed: ReadModelFeed {
    private let projection: any Projection
    private let store: EventStore
    /// Longest that one batch goes on taking events, so that other writers get their turn.
    private let budget: Duration = .milliseconds(25)
    let shape: String

    init(_ projection: some Projection, _ store: EventStore) {
        self.projection = projection
        self.store = store
        shape = (projection as? any SearchProjection)?.index.shape ?? projection.shape
    }

    var name: String { projection.name }
    var version: Int { projection.version }
    var follows: Bool { true }
    var canBuild: Bool { true }
    var ownsTables: Bool { projection is any SearchProjection }

    func prepare(_ generation: Int, in tx: Transaction) async throws {
        let tables = ProjectionTables(projection, generation: generation)
        try await empty(tables, in: tx)
        try await projection.prepare(tables, in: tx)
    }

    func discard(_ generation: Int, in tx: Transaction) async throws {
        let tables = ProjectionTables(projection, generation: generation)
        try await empty(tables, in: tx)
        try await projection.discard(tables, in: tx)
    }

    func settle(_ generation: Int, in tx: Transaction) async throws {
        try await (projection as? any SearchProjection)?.index.settle(generation, in: tx)
    }

    private func empty(_ tables: ProjectionTables, in tx: Transaction) async throws {
        for table in projection.tables.reversed() {
            do {
                try await tx.execute("DELETE FROM \(raw: tables[table])")
            } catch let error as DatabaseError where error.code == .statementRefused {
                throw EventsError(
                    .invalidDeclaration,
                    "projection \(name) needs the tables \(table)_a and \(table)_b, both from a migration of its domain",
                    underlying: error
                )
            }
        }
    }

    func pending(after position: Int, in tx: ReadTransaction) async throws -> PendingWork {
        let window = try await store.window(after: position, projection.events, limit: 1, in: tx)
        var pending = PendingWork(hasWork: !window.events.isEmpty, through: window.through, head: window.head)
        if !pending.hasWork, pending.through >= pending.head {
            pending.isUnsettled = try await store.isUnsettled(after: pending.through, in: tx)
        }
        return pending
    }

    func lag(after position: Int, upTo bound: Int, in tx: ReadTransaction) async throws -> Int {
        try await store.count(after: position, projection.events, upTo: bound, in: tx)
    }

    /// Events never change, and the tables are written by whoever has claimed the generation only.
    var isolation: IsolationLevel { .readCommitted }

    func fill(_ record: ProjectionRecord, limit: Int, isExact: Bool, in tx: Transaction) async throws -> FilledBatch {
        let tables = ProjectionTables(projection, generation: record.generation)
        let window = try await store.window(after: record.position, projection.events, limit: limit, in: tx)
        let deadline = ContinuousClock.now + budget
        var taken = 0
        for event in window.events {
            try await apply(event, to: tables, taken: taken, isExact: isExact, in: tx)
            taken += 1
            if ContinuousClock.now >= deadline { break }
        }
        let position = taken == window.events.count ? window.through : window.events[taken - 1].position
        return FilledBatch(
            position: position,
            count: taken,
            isComplete: position == window.head,
            lag: try await lag(of: window, at: position, in: tx)
        )
    }

    private func lag(of window: EventWindow, at position: Int, in tx: ReadTransaction) async throws -> Int {
        // Positions are consecutive where writers take turns, so nothing is counted there.
        guard tx.engine == .postgres else { return window.head - position }
        return position >= window.head ? 0 : try await lag(after: position, upTo: 1000, in: tx)
    }

    private func apply(
        _ event: RecordedEvent,
        to tables: ProjectionTables,
        taken: Int,
        isExact: Bool,
        in tx: Transaction
    ) async throws {
        do {
            try await projection.apply(event, to: tables, in: tx)
            if isExact { try await tx.system.flush() }
        } catch {
            let (position, place) = (event.position, event.place)
            throw FeedFailure(taken: taken, position: position, place: place, underlying: error, isExact: isExact)
        }
    }
}
