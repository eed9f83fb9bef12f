import PandoDatabase

/// A read model with what it takes to keep it: which generations there are, which are needed, which can go.
struct KeptModel: Sendable {
    let feed: any ReadModelFeed
    let database: Database

    init(_ model: ReadModel, _ store: EventStore) {
        feed = model.feed(store)
        database = model.database
    }

    var name: String { feed.name }

    /// Makes the generations fit this program: the first one where there is none, a new one behind the live one where
    /// the version or the shape has changed. Takes away what nobody reads.
    /// - Returns: whether readers have something to read already.
    /// - Throws: ``EventsError`` with `newerProjection` or `invalidDeclaration`.
    func prepare() async throws -> Bool {
        try await database.write(limit: Self.layout) { tx in
            let records = try await cleaned(in: tx)
            let live = records.last { $0.state == .live }
            let fits = live.map { $0.version == feed.version && $0.shape == feed.shape } ?? false
            if !fits, !records.contains(where: { $0.state == .building }) {
                if live != nil, !feed.canBuild { throw cannotBuild }
                try await addGeneration(in: tx)
            }
            return live.map { $0.shape == feed.shape } ?? !feed.canBuild
        }
    }

    /// Begins a new generation behind the live one, or joins the one that is being built already.
    func beginRebuild() async throws {
        guard feed.canBuild else { throw cannotBuild }
        try await database.write(limit: Self.layout) { tx in
            let records = try await cleaned(in: tx)
            if records.contains(where: { $0.state == .building }) { return }
            try await addGeneration(in: tx)
        }
    }

    /// Takes away retired generations, and unfinished ones of another version.
    func clean(in tx: Transaction) async throws {
        _ = try await cleaned(in: tx)
    }

    /// Tidies up after a new generation has become the live one.
    func finishSwap() async throws {
        try await database.write(limit: Self.layout) { tx in
            if let live = try await cleaned(in: tx).last(where: { $0.state == .live }) {
                try await feed.settle(live.generation, in: tx)
            }
        }
    }

    /// How long making and removing tables may take: on a busy machine longer than a request's transaction.
    private static let layout = Duration.seconds(30)

    /// How long a retired generation stays where a transaction that has begun to read it, or to write to it, would miss its
    /// tables. Longer than any transaction may take.
    private static let rest = Duration.seconds(60)

    /// Whether a generation is retired and can go. A transaction goes on seeing rows that were deleted after it began, and in
    /// SQLite tables that were dropped, too.
    func mayGo(_ record: ProjectionRecord, in tx: ReadTransaction) -> Bool {
        guard record.state == .retired else { return false }
        return tx.engine == .sqlite || !feed.ownsTables || Instant.now - record.updatedAt > Self.rest
    }

    /// - Parameter isMakingRoom: whether a new generation follows, for which those still at rest have to go as well where two
    ///   that are two numbers apart share the tables of a projection.
    private func cleaned(isMakingRoom: Bool = false, in tx: Transaction) async throws -> [ProjectionRecord] {
        var kept: [ProjectionRecord] = []
        for record in try await ProjectionRegistry.records(name, in: tx) {
            guard record.state == .retired || record.version <= feed.version else {
                throw EventsError(
                    .newerProjection(name, stored: record.version, known: feed.version),
                    "\(name) is at version \(record.version), this program knows \(feed.version): run the newer one"
                )
            }
            let isCurrent = record.version == feed.version && record.shape == feed.shape
            switch record.state {
            case .live: kept.append(record)
            case .building where isCurrent: kept.append(record)
            case .retired where (feed.ownsTables || !isMakingRoom) && !mayGo(record, in: tx): continue
            case .building, .retired:
                // First the record: of two nodes that do so at once, one waits here.
                try await ProjectionRegistry.remove(record, in: tx)
                try await feed.discard(record.generation, in: tx)
            }
        }
        return kept
    }

    private func addGeneration(in tx: Transaction) async throws {
        let records = try await cleaned(isMakingRoom: true, in: tx)
        let generation = (records.map(\.generation).max() ?? 0) + 1
        // First the record: of two nodes that start at once, one waits here and then sees what the other has made.
        try await ProjectionRegistry.add(
            name,
            generation: generation,
            feed.canBuild ? .building : .live,
            version: feed.version,
            shape: feed.shape,
            in: tx
        )
        try await feed.prepare(generation, in: tx)
    }

    /// How the generations stand; retired ones are left out.
    func status() async throws -> [ProjectionStatus] {
        try await database.read(.strong) { tx in
            var statuses: [ProjectionStatus] = []
            for record in try await ProjectionRegistry.records(name, in: tx) where record.state != .retired {
                let lag = try await feed.lag(after: record.position, upTo: ProjectionStatus.maximumLag, in: tx)
                statuses.append(ProjectionStatus(record, lag: lag))
            }
            return statuses
        }
    }

    private var cannotBuild: EventsError {
        EventsError(
            .invalidDeclaration,
            "index \(name) has changed or is to be rebuilt and has no source; give it one where the app registers it"
        )
    }
}
