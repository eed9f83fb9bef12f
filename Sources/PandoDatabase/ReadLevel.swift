/// How new the data of a read must be.
///
/// On a database without replicas every read sees what this process has committed before it began. Other processes may write
/// to the file too, the command line for one; reads of one tick of an event loop may share a view, so that only `strong`
/// is sure to see what another process has committed within the last milliseconds.
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
