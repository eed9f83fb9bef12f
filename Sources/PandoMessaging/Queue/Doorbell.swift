import PandoDatabase
import Synchronization

/// What one consumer sleeps on. A ring while nobody waits is kept for the next wait; several count as one.
final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    /// Wakes the waiting task, or lets the next wait return at once.
    func ring() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            switch state {
            case .quiet, .rung:
                state = .rung
                return nil
            case .waiting(let continuation):
                state = .quiet
                return continuation
            }
        }
        waiter?.resume()
    }

    /// Waits for a ring, or for the task's cancellation. One task at a time may wait.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let rang = state.withLock { state in
                    switch state {
                    case .quiet:
                        state = .waiting(continuation)
                        return false
                    case .rung:
                        state = .quiet
                        return true
                    case .waiting: preconditionFailure("two tasks wait on one doorbell")
                    }
                }
                if rang { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
    }

    /// Waits for a ring, for an instant, or for the task's cancellation, whichever comes first.
    func wait(until instant: Instant, by time: any TimeSource) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await time.sleep(until: instant)
                    self.ring()
                } catch {
                    // The wait is over: a ring now would be one for the next.
                }
            }
            await wait()
            group.cancelAll()
        }
    }
}
