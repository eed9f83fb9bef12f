import Synchronization

/// Takes refreshes of stale values to the `run()` of their cache, which owns their tasks. Bounded.
@usableFromInline
final class CacheRefresher: Sendable {
    typealias Job = @Sendable () async -> Void

    /// What became of a refresh.
    enum Admission {
        case accepted
        /// As many as may be are queued or under way.
        case busy
        /// Nobody runs refreshes.
        case stopped
    }

    private struct State {
        var jobs: AsyncStream<Job>.Continuation?
        /// Queued or under way.
        var admitted = 0
    }

    private let maximum: Int
    private let state = Mutex(State())

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Hands a job to the owner, which starts it soon.
    func submit(_ job: @escaping Job) -> Admission {
        let (admission, jobs) = state.withLock { state -> (Admission, AsyncStream<Job>.Continuation?) in
            guard let jobs = state.jobs else { return (.stopped, nil) }
            guard state.admitted < maximum else { return (.busy, nil) }
            state.admitted += 1
            return (.accepted, jobs)
        }
        // Never more than `maximum` are in the stream, as each counts as admitted until it has ended.
        jobs?.yield(job)
        return admission
    }

    /// Runs jobs as children of the caller until ``close()`` or cancellation; then those under way end first.
    func run() async {
        let (stream, continuation) = AsyncStream<Job>.makeStream()
        state.withLock { state in
            precondition(state.jobs == nil, "the refreshes of a cache are run already")
            state = State(jobs: continuation)
        }
        await withDiscardingTaskGroup { group in
            for await job in stream {
                group.addTask {
                    await job()
                    self.state.withLock { $0.admitted -= 1 }
                }
            }
        }
        close()
    }

    /// Takes no more jobs; those in the stream still run.
    func close() {
        state.withLock { state in
            defer { state.jobs = nil }
            return state.jobs
        }?.finish()
    }
}
