import PandoDatabase
import PandoTelemetry

extension EffectConsumer {
    /// Failing messages of one batch that are found and left out one after the other, before the batch is set aside.
    private static let maximumFailures = 8

    /// Handles what it can of a batch in one transaction; returns whether it has set anything aside for a failure.
    func take(_ head: GroupQueue.Head) async throws -> Bool {
        let messages = head.messages.map { stored in Result { try handler.decode(stored.payload) } }
        var failed: Set<Int64> = []
        while failed.count < Self.maximumFailures {
            do {
                count(try await attempt(head, messages, without: failed))
                return !failed.isEmpty
            } catch let failure as FailedMessage where context.isFault(of: failure.underlying) {
                failed.insert(failure.sequence)
            } catch let failure as FailedMessage {
                throw failure.underlying
            } catch  where context.isFault(of: error) {
                // The transaction took too long as a whole, or a handler of batches failed: nobody knows for which.
                break
            }
        }
        try await setAside(head)
        return true
    }

    private func attempt(
        _ head: GroupQueue.Head,
        _ messages: [Result<any Message, any Error>],
        without failed: Set<Int64>
    ) async throws -> BatchTally {
        try await context.database.write { tx in
            // Another consumer was faster where the cursor has moved.
            guard try await queue.cursor(tx) == head.cursor else { return BatchTally() }
            var batch = BatchTransaction(consumer: self, tx: tx, now: context.now)
            try await batch.run(head, messages, without: failed)
            return batch.tally
        }
    }

    private func count(_ tally: BatchTally) {
        context.counters.ok.increment(by: tally.ok)
        context.counters.duplicate.increment(by: tally.duplicate)
        context.counters.dead.increment(by: tally.dead)
    }
}

/// A handler failed for one message of a batch.
private struct FailedMessage: Error {
    let sequence: Int64
    let underlying: any Error
}

/// What a batch's transaction did with its messages.
struct BatchTally: Sendable {
    var ok = 0
    var duplicate = 0
    var dead = 0
}

/// A batch inside its transaction.
private struct BatchTransaction {
    let consumer: EffectConsumer
    let tx: Transaction
    let now: Instant
    var tally = BatchTally()
    /// What one call is to handle, where the handler takes batches.
    private var fresh: [any Message] = []

    init(consumer: EffectConsumer, tx: Transaction, now: Instant) {
        self.consumer = consumer
        self.tx = tx
        self.now = now
    }

    /// Handles messages in order until they or the batch's time are used up, and moves the cursor as far.
    ///
    /// - Parameter failed: Those that are known to fail are set aside, and with them what waits for their keys.
    mutating func run(
        _ head: GroupQueue.Head,
        _ messages: [Result<any Message, any Error>],
        without failed: Set<Int64>
    ) async throws {
        let queue = consumer.queue
        let hasAside = failed.isEmpty ? try await queue.hasAside(tx) : true
        let begun = ContinuousClock.now
        var last = head.cursor
        for (stored, message) in zip(head.messages, messages) {
            last = stored.sequence
            if let due = stored.dueAt, due > now {
                try await queue.setAside(tx, stored, until: due)
            } else if failed.contains(stored.sequence) {
                try await queue.setAside(tx, stored, until: now)
            } else if hasAside, let key = stored.key, try await queue.isHeldUp(tx, key: key, now: now) {
                try await queue.setAside(tx, stored, until: now)
            } else {
                try await handle(stored, message)
            }
            if consumer.handler.unit == .message, isTimeUp(since: begun) { break }
        }
        if !fresh.isEmpty { try await consumer.handler.handle(fresh, tx) }
        _ = try await queue.advance(tx, from: head.cursor, to: last)
    }

    /// Whether the rest is left to the next batch: requests that write come before messages.
    private func isTimeUp(since begun: ContinuousClock.Instant) -> Bool {
        let (taken, limit) = (begun.duration(to: .now), consumer.context.configuration.batchTime)
        return taken >= limit || (taken >= limit / 5 && tx.othersWait)
    }

    private mutating func handle(_ stored: StoredMessage, _ message: Result<any Message, any Error>) async throws {
        let queue = consumer.queue
        switch message {
        case .failure(let error):
            try await queue.bury(tx, stored, attempts: 0, reason: reason(of: error), now: now)
            tally.dead += 1
        case .success(let message):
            guard try await Inbox.record(tx, group: queue.group, stored.id, now: now) else {
                tally.duplicate += 1
                return
            }
            tally.ok += 1
            switch consumer.handler.unit {
            case .batch: fresh.append(message)
            case .message:
                do {
                    try await consumer.context.traced(stored) { try await consumer.handler.handle([message], tx) }
                } catch {
                    throw FailedMessage(sequence: stored.sequence, underlying: error)
                }
            }
        }
    }
}
