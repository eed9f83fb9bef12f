/// How new the data of a read must be. On a database without replicas every read is `strong`.
public enum ReadLevel: Hashable, Sendable {
    /// From the primary: sees every write acknowledged before the read began.
    case strong
    /// From anything at or past the position of the session in whose ``PositionScope`` the read runs: a session reads
    /// its own writes.
    case session
    /// From a replica that is behind by at most this much.
    case bounded(Duration)
    /// From any replica, however far behind.
    case any
}
