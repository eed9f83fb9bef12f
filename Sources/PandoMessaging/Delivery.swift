public import PandoDatabase
import PandoTelemetry
import Synchronization

/// One attempt to hand a message to a `deliver` handler, whose effects are outside the database.
///
/// A handler that returns has settled its delivery: it is acknowledged unless the handler said ``retry(after:reason:)`` or
/// ``giveUp(reason:)`` before. A handler that throws makes the message be retried by the group's policy. The delivery
/// belongs to the handler until ``expiresAt``; then the handler's task is cancelled and another may get the message. Give
/// the outside world ``id``, so that it can tell a second delivery from a first.
public struct Delivery<M: Message>: Sendable {
    /// The message.
    public let message: M
    /// The message's identifier, the same at every attempt.
    public let id: Identifier
    /// The key it was published with.
    public let key: String?
    /// The number of this attempt, from 1.
    public let attempt: Int
    /// When it was published.
    public let publishedAt: Instant
    let lease: DeliveryLease

    /// When the delivery stops being this handler's.
    public var expiresAt: Instant { lease.expiresAt }

    /// Done, durably: the message is not delivered to this group again.
    ///
    /// - Throws: ``MessagingError`` with code `leaseLost` where it was settled before or its time is over: another
    ///   handler may have got it. `DatabaseError`, after which it may have happened.
    public func acknowledge() async throws {
        try await lease.acknowledge()
    }

    /// To be delivered again, as one more attempt, after a wait; as a dead letter where this was the last attempt.
    ///
    /// - Parameters:
    ///   - delay: How long to wait; by the group's policy where nil. At most 30 days.
    ///   - reason: Why, for the operators.
    /// - Throws: As ``acknowledge()``.
    public func retry(after delay: Duration? = nil, reason: String) async throws {
        try await lease.retry(after: delay, reason: reason)
    }

    /// To the dead letters at once: no retry can help.
    ///
    /// - Throws: As ``acknowledge()``.
    public func giveUp(reason: String) async throws {
        try await lease.giveUp(reason: reason)
    }

    /// Keeps the delivery for longer, from now. Call it again and again during work of unknown length.
    ///
    /// - Parameter duration: 100 ms to 12 h.
    /// - Throws: As ``acknowledge()``.
    public func extend(by duration: Duration) async throws {
        precondition((.milliseconds(100) ... .seconds(12 * 3600)).contains(duration), "a lease of \(duration)")
        try await lease.extend(by: duration)
    }
}

/// What a delivery's handler and its runner share: whether the delivery is settled, and how long it lasts.
final class DeliveryLease: Sendable {
    private struct State {
        var isSettled = false
        var expiresAt: Instant
    }

    let stored: StoredMessage
    private let consumer: DeliveryConsumer
    private let state: Mutex<State>

    init(_ stored: StoredMessage, expiresAt: Instant, consumer: DeliveryConsumer) {
        self.stored = stored
        self.consumer = consumer
        state = Mutex(State(expiresAt: expiresAt))
    }

    private var context: GroupContext { consumer.context }
    var expiresAt: Instant { state.withLock { $0.expiresAt } }
    var isSettled: Bool { state.withLock { $0.isSettled } }

    func acknowledge() async throws {
        try begin()
        // A cancelled handler whose time is over: the message may be another's. Where the process ends, what was done is
        // noted all the same.
        let isLate = Task.isCancelled && context.now >= expiresAt
        guard try await isLate ? false : consumer.acknowledgements.acknowledge(stored) else {
            context.counters.lost.increment()
            throw Self.lost(stored, "its lease ran out")
        }
        context.counters.ok.increment()
    }

    func retry(after delay: Duration?, reason: String) async throws {
        try begin()
        try await context.fail(stored, Reason(description: reason), after: delay)
    }

    func giveUp(reason: String) async throws {
        try begin()
        try await context.database.write { tx in
            try await context.giveUp(tx, stored, attempts: stored.attempt, reason: reason)
        }
    }

    func extend(by duration: Duration) async throws {
        guard !isSettled else { throw Self.lost(stored, "it was settled before") }
        let until = context.now + duration
        let held = try await context.database.write { tx in
            try await context.queue.extend(tx, stored, until: until)
        }
        guard held else { throw Self.lost(stored, "its lease ran out") }
        state.withLock { $0.expiresAt = until }
        consumer.watch.leaseEnds(at: until)
    }

    /// Takes the right to settle, once.
    private func begin() throws {
        let isFirst = state.withLock { state in
            defer { state.isSettled = true }
            return !state.isSettled
        }
        guard isFirst else { throw Self.lost(stored, "it was settled before") }
    }

    private static func lost(_ stored: StoredMessage, _ why: String) -> MessagingError {
        MessagingError(.leaseLost, "message \(stored.id): \(why)")
    }

    private struct Reason: Error, CustomStringConvertible {
        let description: String
    }
}
