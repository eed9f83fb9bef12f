/// How a server is, by all that is known of it. Every listener and route sees the same.
package enum ServerHealth: Sendable, Equatable {
    /// It may be used.
    case healthy
    /// Active checks have not yet proven that it works, and the upstream is fail-closed: it is not used, not even in a panic.
    case unproven
    /// Active checks say that it does not work.
    case down
    /// Its requests failed, or took much longer than those of the others: it rests for a while.
    case ejected
}
