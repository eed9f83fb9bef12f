import Logging
import PandoDatabase
import PandoTelemetry
import Synchronization

/// Runs `deliver`: handlers whose effects are outside the database, several at a time.
///
/// A message is leased when there is a handler free for it, so its time begins when its handler does. Handlers that end at
/// the same time are acknowledged in one transaction.
struct DeliveryConsumer: Sendable {
    let context: GroupContext
    let acknowledgements: Acknowledgements
    let watch: LeaseWatch
    /// Decodes and runs the author's handler; throws ``UndecodableMessage`` where the payload does not decode.
    let handle: @Sendable (DeliveryLease) async throws -> Void

    init(context: GroupContext, handle: @escaping @Sendable (DeliveryLease) async throws -> Void) {
        self.context = context
        self.handle = handle
        acknowledgements = Acknowledgements(context: context)
        watch = LeaseWatch(time: context.loop.time, longest: context.configuration.lease)
    }

    private var queue: GroupQueue { context.queue }

    /// Delivers until it is time to stop, then lets the handlers that run finish.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            defer { group.cancelAll() }
            try await deliver()
        }
    }

    private func deliver() async throws {
        let running = RunningCount()
        try await withThrowingDiscardingTaskGroup { group in
            try await context.loop.run {
                let free = context.configuration.concurrency - running.value
                guard free > 0 else { return .idle(until: nil) }
                let (place, hasMore) = try await place()
                guard place.isAsideDue || hasMore else {
                    return try await place.isUnsettled ? .unsettled() : .idle(until: place.nextDue)
                }
                let leased = try await context.lease(limit: min(free, context.configuration.batchSize), pulling: true)
                for message in leased {
                    running.add(1)
                    let lease = DeliveryLease(
                        message,
                        expiresAt: context.now + context.configuration.lease,
                        consumer: self
                    )
                    if message.isSuspect {
                        await deliver(lease)
                        running.add(-1)
                    } else {
                        group.addTask {
                            await deliver(lease)
                            running.add(-1)
                            context.loop.bell.ring()
                        }
                    }
                }
                return leased.isEmpty ? .idle(until: place.nextDue) : .worked
            }
        }
    }

    /// Where the group stands, and whether it may take something from the log.
    private func place() async throws -> (GroupQueue.Place, hasMore: Bool) {
        let now = context.now
        return try await context.database.read(.strong) { tx in
            var place = try await queue.place(tx, asideLimit: context.configuration.asideLimit, now: now)
            guard place.mayTake else { return (place, false) }
            if let newest = try await queue.newest(tx), newest > place.cursor { return (place, true) }
            place.isUnsettled = try await queue.isUnsettled(tx, after: place.cursor)
            return (place, false)
        }
    }

    /// Runs one handler within its lease and settles what it left unsettled.
    private func deliver(_ lease: DeliveryLease) async {
        do {
            do {
                try await watch.run(lease) {
                    try await context.traced(lease.stored) { try await handle(lease) }
                }
                if !lease.isSettled { try await lease.acknowledge() }
            } catch let error as UndecodableMessage {
                try await lease.giveUp(reason: reason(of: error.underlying))
            } catch  where !lease.isSettled {
                try await settle(lease, after: error)
            }
        } catch {
            // The lease runs out and the message is delivered again: nothing is lost.
            context.loop.logger.log(
                level: context.loop.isTold(error) ? .debug : .warning,
                "messaging: a delivery could not be settled",
                metadata: [
                    "messaging.group": "\(queue.group)", "messaging.id": "\(lease.stored.id)", "error": "\(error)",
                ]
            )
        }
    }

    private func settle(_ lease: DeliveryLease, after error: any Error) async throws {
        if error is CancellationError, Task.isCancelled {
            try await context.release([lease.stored])
        } else {
            try await lease.retry(after: nil, reason: reason(of: error))
        }
    }
}

/// The payload is not of the handler's type.
struct UndecodableMessage: Error {
    let underlying: any Error
}

/// How many handlers run.
private final class RunningCount: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .acquiring) }

    func add(_ amount: Int) { count.wrappingAdd(amount, ordering: .acquiringAndReleasing) }
}
