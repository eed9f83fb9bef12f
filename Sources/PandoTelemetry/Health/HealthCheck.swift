import Synchronization

/// One named check, of which at most one run is under way however often it is asked.
final class HealthCheck: Sendable {
    private enum Outcome: Sendable {
        case healthy
        case failed(String)
        case timedOut
    }

    private struct State {
        var isRunning = false
        var run: Task<Void, Never>?
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var nextWaiter = 0
    }

    let name: String
    private let timeout: Duration
    private let isRequired: Bool
    private let check: @Sendable () async throws -> Void
    private let state = Mutex(State())

    init(name: String, timeout: Duration, isRequired: Bool, check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.timeout = timeout
        self.isRequired = isRequired
        self.check = check
    }

    /// The outcome of the run under way, or of a new one, after the timeout at the latest.
    func result() async -> HealthReport.Check {
        let start = ContinuousClock.now
        let outcome = await outcomeWithinTimeout()
        let error: String? =
            switch outcome {
            case .healthy: nil
            case .failed(let reason): reason
            case .timedOut: "no answer within \(timeout)"
            }
        return HealthReport.Check(
            name: name,
            isHealthy: error == nil,
            isRequired: isRequired,
            durationSeconds: (ContinuousClock.now - start).inSeconds,
            error: error
        )
    }

    private func outcomeWithinTimeout() async -> Outcome {
        await withTaskGroup { group in
            defer { group.cancelAll() }
            return await withCheckedContinuation { continuation in
                let waiter = wait(continuation)
                group.addTask { [self, timeout] in
                    // Cancelled when the outcome is there: then there is no waiter left to resume.
                    try? await Task.sleep(for: timeout)
                    giveUp(waiter)
                }
            }
        }
    }

    /// Waits for the run under way, or starts one.
    private func wait(_ continuation: CheckedContinuation<Outcome, Never>) -> Int {
        let (waiter, mustStart) = state.withLock { state in
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = continuation
            defer { state.isRunning = true }
            return (state.nextWaiter, !state.isRunning)
        }
        if mustStart { start() }
        return waiter
    }

    private func start() {
        // Not awaited by the report, which may not wait for a check that hangs: `isRunning` keeps it to one at a time,
        // and `giveUp` cancels it.
        let run = Task.detached { [self] in
            let outcome: Outcome
            do {
                try await check()
                outcome = .healthy
            } catch {
                outcome = .failed(String(describing: error).cut(at: 512))
            }
            for continuation in finish() { continuation.resume(returning: outcome) }
        }
        state.withLock { if $0.isRunning { $0.run = run } }
    }

    private func giveUp(_ waiter: Int) {
        let (continuation, run) = state.withLock { state in
            let continuation = state.waiters.removeValue(forKey: waiter)
            return (continuation, continuation == nil ? nil : state.run)
        }
        continuation?.resume(returning: .timedOut)
        run?.cancel()
    }

    private func finish() -> [CheckedContinuation<Outcome, Never>] {
        state.withLock { state in
            defer {
                state.isRunning = false
                state.run = nil
                state.waiters = [:]
            }
            return Array(state.waiters.values)
        }
    }
}
