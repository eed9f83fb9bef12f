/// Who waits for a ``CacheFill``.
///
/// Workers are threads with loops of their own, so nobody blocks: a listener is told that there is something new, posts a job to its own
/// loop, and that job asks the fill with ``CacheFill/next(_:matching:)`` until there is nothing.
package protocol FillListener: AnyObject, Sendable {
    /// There is something to ask for.
    ///
    /// Called once after each time that ``CacheFill/next(_:matching:)`` gave ``FillEvent/nothing``, or the leader was told to pause;
    /// on the thread of whoever caused it (the leader's, another reader's, the disk's), without any lock held. It must only post.
    ///
    /// - Parameter token: As given to ``CacheFill/subscribe(_:token:)`` or ``CacheFill/lead(_:token:)``.
    func fillAdvanced(_ token: UInt64)
}

/// What a reader of a fill gets, in their order.
package enum FillEvent {
    /// Nothing yet: the listener will be told.
    case nothing
    /// The response has begun; chunks follow. Its length is known where the server gave it.
    case head(StoredHead, EntryFacts, length: Int?)
    /// More of the body.
    case chunk([UInt8])
    /// The body is complete.
    case end
    /// The response is there as a whole, instead of a head and chunks; ``HTTPCache/answer(_:with:now:)`` decides about it.
    case entry(CacheEntry)
    /// It is of no use to this reader: look up again.
    case again
    /// It is of no use to anybody but the leader: go to a server without sharing.
    case alone
    /// No server gave an answer. After a head: the body is cut off and the client's connection is to be broken.
    case failed
}

/// What a leader does after it has given bytes.
package enum FillFlow: Equatable, Sendable {
    case proceed
    /// The slowest reader is too far behind: read no more from the server until the listener is told.
    case pause
}
