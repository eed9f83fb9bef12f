import PandoDatabase
import PandoTelemetry

/// Runs `consume` and `consumeBatch`: handlers whose effects are in the database.
///
/// The common case needs no lease: one transaction checks the group's cursor, runs the handlers of a batch and moves the
/// cursor, which is the note that their effects have happened. It happens as a whole or not at all, whatever dies, and two
/// processes that try it at once find out at the cursor. A message whose handler fails is set aside, while the batch is done again
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
        var ahead = ReadAhead()
        try await context.loop.run {
            let place = try await look(&ahead)
            var asideIsDue = place.isAsideDue
            let batch = place.mayTake ? Array(ahead.messages.prefix(context.configuration.batchSize)) : []
            if !batch.isEmpty {
                // In its first batch a new process meets whatever killed the one before.
                asideIsDue = try await (isFirst ? setAside(batch, &ahead) : take(batch, &ahead)) || asideIsDue
            }
            isFirst = false
            let handledAside = asideIsDue ? try await handleAside() : false
            if handledAside || !batch.isEmpty { return .worked }
            return try await place.isUnsettled ? .unsettled() : .idle(until: place.nextDue)
        }
    }

    /// Looks where the group stands, and reads on where nothing is left of what was read before.
    private func look(_ ahead: inout ReadAhead) async throws -> GroupQueue.Place {
        let (configuration, now, before) = (context.configuration, context.now, ahead)
        let (place, stored) = try await context.database.read(.strong) { tx in
            var place = try await queue.place(tx, asideLimit: configuration.asideLimit, now: now)
            let isEmpty = before.messages.isEmpty || before.cursor != place.cursor
            guard isEmpty, place.mayTake else { return (place, [StoredMessage]()) }
            let stored = try await queue.messages(tx, after: place.cursor, limit: configuration.batchSize)
            if stored.isEmpty { place.isUnsettled = try await queue.isUnsettled(tx, after: place.cursor) }
            return (place, stored)
        }
        ahead.follow(place.cursor)
        ahead.append(decode(stored))
        return place
    }

    /// Takes a batch, and meanwhile reads on where the log seems to have more.
    private func take(_ batch: [DecodedMessage], _ ahead: inout ReadAhead) async throws -> Bool {
        let size = context.configuration.batchSize
        let readsOn = ahead.messages.count >= size && ahead.messages.count < 2 * size
        async let more = readsOn ? read(after: ahead.messages.last?.stored.sequence ?? 0) : []
        let taken = try await take(batch, after: ahead.cursor)
        ahead.append(try await more)
        if let last = taken.last { ahead.advance(to: last) } else { ahead = ReadAhead() }
        return taken.hasFailed
    }

    private func read(after sequence: Int64) async throws -> [DecodedMessage] {
        let limit = context.configuration.batchSize
        return decode(
            try await context.database.read(.strong) { tx in
                try await queue.messages(tx, after: sequence, limit: limit)
            }
        )
    }

    private func decode(_ stored: [StoredMessage]) -> [DecodedMessage] {
        stored.map { stored in
            DecodedMessage(stored: stored, message: Result { try handler.decode(stored) })
        }
    }

    private func setAside(_ batch: [DecodedMessage], _ ahead: inout ReadAhead) async throws -> Bool {
        if let last = try await setAside(batch, after: ahead.cursor) { ahead.advance(to: last) }
        return true
    }

    /// Sets a batch aside, so that each of its messages is tried on its own.
    ///
    /// - Returns: Where the cursor is then; nil where another consumer has moved it.
    func setAside(_ batch: [DecodedMessage], after cursor: Int64) async throws -> Int64? {
        let now = context.now
        return try await context.database.write(isolation: .readCommitted) { tx in
            guard try await queue.lockCursor(tx) == cursor, let last = batch.last?.stored.sequence else { return nil }
            for stored in batch.map(\.stored) {
                try await queue.setAside(tx, stored, now: now)
            }
            try await queue.advance(tx, to: last)
            return last
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
            message = try handler.decode(stored)
        } catch {
            let text = reason(of: error)
            return try await context.database.write(isolation: .readCommitted) { tx in
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
