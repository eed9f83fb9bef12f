public import PandoDatabase

/// How one generation of a projection or index stands.
public struct ProjectionStatus: Sendable, Hashable, Codable {
    /// What the generation is there for.
    public enum State: String, Sendable, Hashable, Codable {
        /// It is being filled behind the live one.
        case building
        /// Readers see it.
        case live
        /// It stopped at an event and is being tried again; readers still see what it has.
        case failed
    }

    /// The name of the projection or index.
    public let name: String
    /// The number of the generation.
    public let generation: Int
    /// How it stands.
    public let state: State
    /// The version of the projection that fills it.
    public let version: Int
    /// The position of the last event that took effect; 0 for an index that its domain fills.
    public let position: Int
    /// How many events wait for it, counted up to ``maximumLag``.
    public let lag: Int
    /// What the last attempt failed with, and at which event.
    public let failure: String?
    /// Failed attempts in a row.
    public let attempts: Int
    /// When it last moved or failed.
    public let updatedAt: Instant

    /// Where counting of ``lag`` stops.
    public static let maximumLag = 10_000
}

extension ProjectionStatus {
    init(_ record: ProjectionRecord, lag: Int) {
        self.init(
            name: record.name,
            generation: record.generation,
            state: record.failure != nil ? .failed : record.state == .live ? .live : .building,
            version: record.version,
            position: record.position,
            lag: lag,
            failure: record.failure,
            attempts: record.attempts,
            updatedAt: record.updatedAt
        )
    }
}
