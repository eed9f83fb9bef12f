import Synchronization

/// Wakes those who follow the events when there may be new ones.
///
/// Rings are not counted: one that comes while a follower is at work makes it look once more, however many came.
final class CommitSignal: Sendable {
    private struct State {
        var next = 0
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Wakes all followers.
    func ring() {
        for follower in state.withLock({ Array($0.followers.values) }) { follower.yield() }
    }

    /// The rings from now on, beginning with one. Ends when the task that waits is cancelled.
    func rings() -> AsyncStream<Void> {
        let (stream, follower) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.followers[state.next] = follower
            return state.next
        }
        follower.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: number) }
        }
        follower.yield()
        return stream
    }
}
