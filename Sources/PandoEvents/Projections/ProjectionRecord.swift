import PandoDatabase

/// What the store knows of one generation of a projection: a row of `pando_projections`.
struct ProjectionRecord: Sendable, Equatable {
    /// What a generation is there for.
    enum State: String, Sendable, SQLConvertible {
        /// It is being filled and nobody reads it.
        case building
        /// Readers see it.
        case live
        /// A newer one took its place.
        case retired
    }

    let name: String
    let generation: Int
    let state: State
    /// The version of the projection that fills it.
    let version: Int
    /// The shape of what it fills.
    let shape: String
    /// All events up to this one have taken effect.
    let position: Int
    /// The last document taken from an index's source.
    let sourceAfter: Identifier?
    /// What the last attempt failed with.
    let failure: String?
    /// The event that it failed at.
    let failedPosition: Int?
    /// Failed attempts in a row.
    let attempts: Int
    let updatedAt: Instant

    static let columns = """
        name, generation, state, version, shape, position, source_after, failure, failed_position, attempts, updated_at
        """

    init(_ row: borrowing Row) throws {
        name = try row.get(0)
        generation = try row.get(1)
        state = try row.get(2)
        version = try row.get(3)
        shape = try row.get(4)
        position = try row.get(5)
        sourceAfter = try row.get(6)
        failure = try row.get(7)
        failedPosition = try row.get(8)
        attempts = try row.get(9)
        updatedAt = try row.get(10)
    }
}
