import Synchronization

/// What handlers have seen, in order; tests wait for it to hold what they expect.
public final class Journal<Entry: Sendable>: Sendable {
    private struct Waiter {
        let isMet: @Sendable ([Entry]) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var entries: [Entry] = []
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())

    /// An empty journal.
    public init() {}

    /// Everything so far.
    public var entries: [Entry] { state.withLock { $0.entries } }

    /// Adds an entry.
    public func append(_ entry: Entry) {
        let met = state.withLock { state -> [Waiter] in
            state.entries.append(entry)
            let met = state.waiters.filter { $0.value.isMet(state.entries) }
            for id in met.keys { state.waiters[id] = nil }
            return Array(met.values)
        }
        for waiter in met { waiter.continuation.resume() }
    }

    /// Returns when there are at least this many entries.
    ///
    /// - Throws: `CancellationError` where the task is cancelled, as a test's time limit does.
    public func wait(forCount count: Int) async throws {
        try await wait { $0.count >= count }
    }

    /// Returns when the entries meet a condition.
    ///
    /// - Throws: `CancellationError` where the task is cancelled, as a test's time limit does.
    public func wait(until isMet: @escaping @Sendable ([Entry]) -> Bool) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !isMet(state.entries), !Task.isCancelled else { return true }
                    state.waiters[id] = Waiter(isMet: isMet, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
