import Synchronization

/// One response on its way into the cache, which several requests may wait for and read while it comes.
///
/// The *leader* is the worker that asked the server; it is the only one to call ``HTTPCache``'s methods that take a fill. *Readers* are
/// other requests for the same; each asks with ``next(_:matching:)`` from its own thread. While the body is small enough to be stored, all
/// of it is kept and a reader may join at any time. Once it is not, a window is kept for the readers that are there, and the leader pauses
/// when the slowest is a window behind; ``dropLaggards()`` is for a leader that will not wait any longer.
package final class CacheFill: Sendable {
    package let key: CacheKey
    /// Purges up to this number were before it.
    let generation: UInt64
    /// What is validated, if anything.
    package let stale: CacheEntry?
    /// Whether others may wait for it.
    package let isShared: Bool
    let state: Mutex<FillState>
    private let budget: FillBudget

    init(key: CacheKey, generation: UInt64, stale: CacheEntry?, isShared: Bool, budget: FillBudget) {
        self.key = key
        self.budget = budget
        self.generation = generation
        self.stale = stale
        self.isShared = isShared
        state = Mutex(FillState())
    }

    /// Says who leads, to be told after a pause.
    package func lead(_ listener: any FillListener, token: UInt64) {
        state.withLock { $0.leader = FillState.Waiter(listener: listener, token: token) }
    }

    /// Adds a reader; nil where it is too late or there are too many. The listener is told once there is something to ask for.
    package func subscribe(_ listener: any FillListener, token: UInt64) -> FillReader? {
        let (reader, calls) = state.withLock { state in
            (state.subscribe(FillState.Waiter(listener: listener, token: token)), state.takeCalls())
        }
        FillState.perform(calls)
        return reader
    }

    /// What is next for a reader.
    ///
    /// - Parameter matches: Whether a variant is one for the reader's request (``CacheQuery/matches(_:)``).
    package func next(_ reader: FillReader, matching matches: (Variant) -> Bool) -> FillEvent {
        let (event, calls, freed) = state.withLock { state in
            (state.next(reader, matching: matches), state.takeCalls(), state.takeFreed())
        }
        budget.give(freed)
        FillState.perform(calls)
        return event
    }

    /// Ends a reader, whose client is gone or who was told that it is of no use.
    package func unsubscribe(_ reader: FillReader) {
        change { $0.unsubscribe(reader) }
    }

    /// Adds a reader that has all that came so far, and that is always waited for: the leader's own client. Nil where not all is kept.
    func follow(_ listener: any FillListener, token: UInt64) -> FillReader? {
        state.withLock { $0.follow(FillState.Waiter(listener: listener, token: token)) }
    }

    /// Gives up the readers that are a window behind, whose bodies are then cut off; true where the leader's own client still is.
    @discardableResult
    package func dropLaggards() -> Bool { change { $0.dropLaggards() } }

    /// How many readers there are.
    package var readers: Int { state.withLock { $0.readers.count } }

    /// Does something to the state, and tells those whom it concerns, without the lock.
    func change<Result>(_ body: (inout FillState) -> Result) -> Result where Result: Sendable {
        let (result, calls, freed) = state.withLock { (body(&$0), $0.takeCalls(), $0.takeFreed()) }
        budget.give(freed)
        FillState.perform(calls)
        return result
    }
}

/// A reader of a fill.
package struct FillReader: Hashable, Sendable {
    let number: UInt64
}
