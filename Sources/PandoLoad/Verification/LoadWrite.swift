/// A write that must have happened exactly once, or not at all, and what is known of it.
public struct LoadWrite: Sendable, Codable, Equatable {
    /// What became of a write.
    public enum Outcome: String, Sendable, Codable {
        /// It was sent; nothing else is known yet.
        case sent
        /// The service acknowledged it: it must be there exactly once.
        case acknowledged
        /// The service refused it: it must not be there.
        case refused
        /// No answer, or one that does not tell: it may be there once or not at all.
        case unknown
    }

    /// What kind of write it is, for example `reservation`.
    public var kind: String
    /// Its idempotency key: sent again, it has no second effect.
    public var key: String
    /// Whatever the check needs to find it as its owner, for example a session's token; never printed.
    public var detail: String
    /// What is known.
    public var outcome: Outcome
    /// What the service called it when it acknowledged it; empty before.
    public var identifier: String

    /// Makes a write.
    public init(kind: String, key: String, detail: String = "", outcome: Outcome = .sent, identifier: String = "") {
        self.kind = kind
        self.key = key
        self.detail = detail
        self.outcome = outcome
        self.identifier = identifier
    }
}
