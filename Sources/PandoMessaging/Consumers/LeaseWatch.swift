import PandoDatabase
import Synchronization

/// Cancels the handlers of one consumer whose leases run out: one sleeper for all of them.
final class LeaseWatch: Sendable {
    private struct State {
        var watched: [ObjectIdentifier: Watched] = [:]
        /// When the sleeper looks next.
        var nextLook: Instant
    }

    private struct Watched: Sendable {
        let lease: DeliveryLease
        let end: HandlerEnd
    }

    private let time: any TimeSource
    /// How long leases are, so that none that is still to come runs out before the sleeper looks again.
    private let longest: Duration
    private let bell = Doorbell()
    private let state: Mutex<State>

    init(time: any TimeSource, longest: Duration) {
        self.time = time
        self.longest = longest
        state = Mutex(State(nextLook: time.now))
    }

    /// Looks after the leases until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (over, next) = look(at: time.now)
            for end in over { end.come(isExpired: true) }
            await bell.wait(until: next, by: time)
        }
    }

    /// Whose time is over, and when to look again.
    private func look(at now: Instant) -> (over: [HandlerEnd], next: Instant) {
        state.withLock { state in
            let over = state.watched.filter { $0.value.lease.expiresAt <= now }
            for key in over.keys { state.watched[key] = nil }
            state.nextLook = state.watched.values.map(\.lease.expiresAt).reduce(now + longest, min)
            return (over.values.map(\.end), state.nextLook)
        }
    }

    /// Looks again in time for a lease that now runs out at an instant.
    func leaseEnds(at instant: Instant) {
        if state.withLock({ instant < $0.nextLook }) { bell.ring() }
    }

    /// Runs a handler, and cancels it when its lease runs out; extending the lease moves that moment.
    func run(_ lease: DeliveryLease, _ handler: @escaping @Sendable () async throws -> Void) async throws {
        let end = HandlerEnd()
        let key = ObjectIdentifier(lease)
        state.withLock { $0.watched[key] = Watched(lease: lease, end: end) }
        defer { state.withLock { $0.watched[key] = nil } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { end.come(isExpired: false) }
                try await handler()
            }
            if await end.isExpired() { group.cancelAll() }
            try await group.next()
        }
    }
}

/// What comes first: the handler's end, or its lease's.
private final class HandlerEnd: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Bool, Never>)
        case over(isExpired: Bool)
    }

    private let state = Mutex(State.running)

    func come(isExpired: Bool) {
        let waiter: CheckedContinuation<Bool, Never>? = state.withLock { state in
            switch state {
            case .running:
                state = .over(isExpired: isExpired)
                return nil
            case .awaited(let continuation):
                state = .over(isExpired: isExpired)
                return continuation
            case .over: return nil
            }
        }
        waiter?.resume(returning: isExpired)
    }

    /// Waits for either; true where it was the lease's end. To be asked once.
    func isExpired() async -> Bool {
        await withCheckedContinuation { continuation in
            let known: Bool? = state.withLock { state in
                if case .over(let isExpired) = state { return isExpired }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
