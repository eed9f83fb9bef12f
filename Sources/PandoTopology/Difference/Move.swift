/// One live change between two topologies.
public struct Move: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is moved.
    public enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
        /// Rows go to another database engine.
        case database
        /// Copies of the database come or go.
        case replicas
        /// Rows are spread over more or fewer databases.
        case shards
        /// Who is logged in.
        case sessions
        /// Copies of what is slow to make.
        case cache
        /// Messages.
        case queue
        /// The read model that finds text.
        case search
        /// Domains go to other processes.
        case domains
        /// Data centres come or go.
        case regions
        /// Nodes come or go, or change their settings.
        case nodes
    }

    /// The stages of a move. It can be undone until it is complete.
    public enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
        /// What will be done, how long, what it needs.
        case plan
        /// The new place is made ready.
        case prepare
        /// What is there is copied.
        case copy
        /// What changes meanwhile is followed.
        case follow
        /// Both places are compared.
        case verify
        /// Reads go to the new place.
        case switchReads = "switch reads"
        /// Writes go to the new place.
        case switchWrites = "switch writes"
        /// The old place is kept ready.
        case hold
        /// The old place is given up.
        case complete
    }

    /// What is moved.
    public var subject: Subject
    /// What it is now, for a person.
    public var from: String
    /// What it will be, for a person.
    public var to: String

    /// Creates a move.
    public init(_ subject: Subject, from: String, to: String) {
        self.subject = subject
        self.from = from
        self.to = to
    }

    /// `database: sqlite → postgres`.
    public var description: String { "\(subject.rawValue): \(from) → \(to)" }
}
