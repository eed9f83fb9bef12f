import PandoDatabase

/// The generations of all projections and which of them is live: table `pando_projections`.
///
/// Whoever advances a generation first claims the row at the position that it read. On an engine with several writers
/// that locks the row; a second process at the same work finds the claim refused and reads again, so no event takes
/// effect twice.
enum ProjectionRegistry {
    /// All generations of a projection, oldest first.
    static func records(_ name: String, in tx: ReadTransaction) async throws -> [ProjectionRecord] {
        try await tx.system.rows(
            "SELECT \(raw: ProjectionRecord.columns) FROM pando_projections WHERE name = \(name) ORDER BY generation",
            ProjectionRecord.init
        )
    }

    /// The generation that readers of `shape` may read.
    static func live(_ name: String, shape: String, in tx: ReadTransaction) async throws -> ProjectionRecord {
        guard let live = try await records(name, in: tx).last(where: { $0.state == .live }) else {
            throw EventsError(
                .projectionNotReady(name),
                "\(name) has not been built yet; it is once the app's projections are prepared"
            )
        }
        guard live.shape == shape else {
            throw EventsError(
                .projectionNotReady(name),
                "\(name) is being rebuilt for this version of the app; try again when it is done"
            )
        }
        return live
    }

    /// Adds a generation. Where another transaction has just added it, this one runs again.
    static func add(
        _ name: String,
        generation: Int,
        _ state: ProjectionRecord.State,
        version: Int,
        shape: String,
        in tx: Transaction
    ) async throws {
        try await tx.system.execute(
            """
            INSERT INTO pando_projections (name, generation, state, version, shape, position, attempts, updated_at)
            VALUES (\(name), \(generation), \(state), \(version), \(shape), 0, 0, \(Instant.now))
            ON CONFLICT (name, generation) DO NOTHING
            """
        )
    }

    /// Claims a generation as it was read; false if it has moved since.
    static func claim(_ record: ProjectionRecord, in tx: Transaction) async throws -> Bool {
        try await tx.system.execute(
            """
            UPDATE pando_projections SET updated_at = \(Instant.now)
            WHERE name = \(record.name) AND generation = \(record.generation) AND state = \(record.state)
                AND position = \(record.position)
            """
        ) == 1
    }

    /// Moves a claimed generation on, which also ends a failure.
    static func advance(
        _ record: ProjectionRecord,
        to position: Int,
        sourceAfter: Identifier? = nil,
        in tx: Transaction
    ) async throws {
        try await tx.system.enqueue(
            """
            UPDATE pando_projections SET position = \(position), source_after = \(sourceAfter as Identifier?),
                failure = NULL, failed_position = NULL, attempts = 0, updated_at = \(Instant.now)
            WHERE name = \(record.name) AND generation = \(record.generation)
            """
        )
    }

    /// Makes a complete generation the one that readers see, and retires the one before.
    static func swap(to record: ProjectionRecord, in tx: Transaction) async throws {
        try await tx.system.execute(
            """
            UPDATE pando_projections SET state = 'retired', updated_at = \(Instant.now)
            WHERE name = \(record.name) AND state = 'live'
            """
        )
        try await tx.system.execute(
            """
            UPDATE pando_projections SET state = 'live', source_after = NULL, updated_at = \(Instant.now)
            WHERE name = \(record.name) AND generation = \(record.generation)
            """
        )
    }

    /// Forgets a generation.
    static func remove(_ record: ProjectionRecord, in tx: Transaction) async throws {
        try await tx.system.execute(
            "DELETE FROM pando_projections WHERE name = \(record.name) AND generation = \(record.generation)"
        )
    }

    /// Records what stopped a generation.
    static func fail(_ record: ProjectionRecord, _ failure: String, at position: Int?, in tx: Transaction) async throws
    {
        try await tx.system.execute(
            """
            UPDATE pando_projections SET failure = \(failure), failed_position = \(position as Int?),
                attempts = attempts + 1, updated_at = \(Instant.now)
            WHERE name = \(record.name) AND generation = \(record.generation)
            """
        )
    }
}
