import PandoDatabase
import PandoTelemetry

/// Runs `consume` and `consumeBatch`: handlers whose effects are in the database.
///
/// The common case needs no lease: one transaction checks the group's cursor, runs the handlers of a batch, notes the
/// messages in the inbox and moves the cursor. It happens as a whole or not at all, whatever dies, and two processes
/// that try it at once find out at the cursor. A message whose handler fails is set aside, while the batch is done again
/// without it; it is then leased, tried, retried and given up on its own. So one failing message fails no neighbour.
///
/// The first batch after a start is set aside as a whole: leases count attempts durably before a handler runs, so that a
/// message which kills the process is given up in the end.
struct EffectConsumer: Sendable {
    let context: GroupContext
    let handler: EffectHandler

    var queue: GroupQueue { context.queue }

    /// Consumes until it is time to stop.
    func run() async throws {
        var isFirst = true
        try await context.loop.run {
            let head = try await head()
            var asideIsDue = head.isAsideDue
            if !head.messages.isEmpty {
                if isFirst {
                    try await setAside(head)
                    asideIsDue = true
                } else {
                    asideIsDue = try await take(head) || asideIsDue
                }
            }
            isFirst = false
            let handledAside = asideIsDue ? try await handleAside() : false
            return handledAside || !head.messages.isEmpty ? .worked : .idle(until: head.nextDue)
        }
    }

    private func head() async throws -> GroupQueue.Head {
        let (configuration, now) = (context.configuration, context.now)
        return try await context.database.read(.strong) { tx in
            try await queue.head(tx, limit: configuration.batchSize, asideLimit: configuration.asideLimit, now: now)
        }
    }

    /// Sets a batch aside, so that each of its messages is tried on its own.
    func setAside(_ head: GroupQueue.Head) async throws {
        let now = context.now
        try await context.database.write { tx in
            guard try await queue.cursor(tx) == head.cursor, let last = head.messages.last else { return }
            for stored in head.messages { try await queue.setAside(tx, stored, until: max(stored.dueAt ?? now, now)) }
            _ = try await queue.advance(tx, from: head.cursor, to: last.sequence)
        }
    }

    // MARK: One by one

    /// Leases messages aside that are due, one at a time, so that only what is begun counts as an attempt, and handles
    /// each in a transaction of its own. As many as a batch has; false where there are none.
    private func handleAside() async throws -> Bool {
        for count in 0..<context.configuration.batchSize {
            if context.loop.stop.isStopping || Task.isCancelled { return count > 0 }
            guard let message = try await context.lease(limit: 1, pulling: false).first else { return count > 0 }
            try await handle(message)
        }
        return true
    }

    private enum Outcome { case ok, duplicate, lost }

    private func handle(_ stored: StoredMessage) async throws {
        let message: any Message
        do {
            message = try handler.decode(stored.payload)
        } catch {
            let text = reason(of: error)
            return try await context.database.write { tx in
                try await context.giveUp(tx, stored, attempts: 0, reason: text)
            }
        }
        do {
            switch try await attempt(stored, message) {
            case .ok: context.counters.ok.increment()
            case .duplicate: context.counters.duplicate.increment()
            case .lost: context.counters.lost.increment()
            }
        } catch  where context.isFault(of: error) {
            try await context.fail(stored, error)
        }
    }

    /// The effect, its note in the inbox and the end of the lease, in one transaction.
    private func attempt(_ stored: StoredMessage, _ message: any Message) async throws -> Outcome {
        let now = context.now
        return try await context.database.write { tx in
            guard try await queue.acknowledge(tx, stored) else { return .lost }
            guard try await Inbox.record(tx, group: queue.group, stored.id, now: now) else { return .duplicate }
            try await context.traced(stored) { try await handler.handle([message], tx) }
            return .ok
        }
    }
}
