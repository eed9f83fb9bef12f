import PandoDatabase
import PandoTelemetry

extension EffectConsumer {
    /// Failing messages of one batch that are found and left out one after the other, before the batch is set aside.
    private static let maximumFailures = 8

    /// How far a batch was taken.
    struct Taken {
        /// Where the group's cursor is then; nil where another consumer has moved it.
        var last: Int64?
        /// Whether anything was set aside for a failure.
        var hasFailed: Bool
    }

    /// Handles what it can of a batch in one transaction.
    func take(_ batch: [DecodedMessage], after cursor: Int64) async throws -> Taken {
        var failed: Set<Int64> = []
        var isExact = false
        while failed.count < Self.maximumFailures {
            do {
                let tally = try await attempt(batch, after: cursor, without: failed, isExact: isExact)
                count(tally)
                return Taken(last: tally.last, hasFailed: !failed.isEmpty)
            } catch let failure as FailedMessage where context.isFault(of: failure.underlying) {
                if failure.isExact { failed.insert(failure.sequence) }
                isExact = true
            } catch let failure as FailedMessage {
                throw failure.underlying
            } catch  where context.isFault(of: error) {
                // The transaction took too long as a whole, or a handler of batches failed: nobody knows for which.
                if isExact { break }
                isExact = true
            }
        }
        return Taken(last: try await setAside(batch, after: cursor), hasFailed: true)
    }

    /// - Parameter isExact: Whether to wait for what a handler has enqueued before the next one runs, so that a failure is known
    ///   to be its own.
    private func attempt(
        _ batch: [DecodedMessage],
        after cursor: Int64,
        without failed: Set<Int64>,
        isExact: Bool
    ) async throws -> BatchTally {
        try await context.database.write { tx in
            // Another consumer was faster where the cursor has moved.
            guard try await queue.lockCursor(tx) == cursor else { return BatchTally() }
            let isExact = isExact || tx.engine == .sqlite
            var work = BatchTransaction(consumer: self, tx: tx, now: context.now, isExact: isExact)
            try await work.run(batch, after: cursor, without: failed)
            return work.tally
        }
    }

    private func count(_ tally: BatchTally) {
        context.counters.ok.increment(by: tally.ok)
        context.counters.dead.increment(by: tally.dead)
    }
}

/// A handler failed for one message of a batch.
private struct FailedMessage: Error {
    let sequence: Int64
    let underlying: any Error
    /// Whether no statement of a message before it can have been the one that failed.
    let isExact: Bool
}

/// What a batch's transaction did with its messages.
struct BatchTally: Sendable {
    /// Where it has moved the cursor; nil where it did nothing.
    var last: Int64?
    var ok = 0
    var dead = 0
}

/// A batch inside its transaction.
private struct BatchTransaction {
    let consumer: EffectConsumer
    let tx: Transaction
    let now: Instant
    let isExact: Bool
    var tally = BatchTally()
    /// What one call is to handle, where the handler takes batches.
    private var together: [any Message] = []

    init(consumer: EffectConsumer, tx: Transaction, now: Instant, isExact: Bool) {
        self.consumer = consumer
        self.tx = tx
        self.now = now
        self.isExact = isExact
    }

    /// Handles messages in order until they or the batch's time are used up, and moves the cursor as far.
    ///
    /// - Parameter failed: Those that are known to fail are set aside, and with them what waits for their keys.
    mutating func run(_ batch: [DecodedMessage], after cursor: Int64, without failed: Set<Int64>) async throws {
        let queue = consumer.queue
        let hasAside = failed.isEmpty ? try await queue.hasAside(tx) : true
        let begun = ContinuousClock.now
        var last = cursor
        for decoded in batch {
            let stored = decoded.stored
            last = stored.sequence
            if try await mustWait(stored, hasFailed: failed.contains(stored.sequence), hasAside: hasAside) {
                try await queue.setAside(tx, stored, now: now)
            } else {
                try await take(decoded)
                if consumer.handler.unit == .message, isTimeUp(since: begun) { break }
            }
        }
        if !together.isEmpty { try await consumer.handler.handle(together, tx) }
        try await queue.advance(tx, to: last)
        tally.last = last
    }

    /// Whether a message is not to be handled with this batch: it is delayed, fails, or its key is held up.
    private func mustWait(_ stored: StoredMessage, hasFailed: Bool, hasAside: Bool) async throws -> Bool {
        if hasFailed || stored.dueAt.map({ $0 > now }) ?? false { return true }
        guard hasAside, let key = stored.key else { return false }
        return try await consumer.queue.isHeldUp(tx, key: key, now: now)
    }

    /// Whether the rest is left to the next batch: requests that write come before messages.
    private func isTimeUp(since begun: ContinuousClock.Instant) -> Bool {
        let (taken, limit) = (begun.duration(to: .now), consumer.context.configuration.batchTime)
        return taken >= limit || (taken >= limit / 5 && tx.othersWait)
    }

    private mutating func take(_ decoded: DecodedMessage) async throws {
        switch (decoded.message, consumer.handler.unit) {
        case (.failure(let error), _):
            try await consumer.queue.bury(tx, decoded.stored, attempts: 0, reason: reason(of: error), now: now)
            tally.dead += 1
        case (.success(let message), .batch):
            together.append(message)
            tally.ok += 1
        case (.success(let message), .message):
            do {
                try await consumer.context.traced(decoded.stored) {
                    try await consumer.handler.handle([message], tx)
                }
                if isExact { try await tx.system.flush() }
            } catch {
                throw FailedMessage(sequence: decoded.stored.sequence, underlying: error, isExact: isExact)
            }
            tally.ok += 1
        }
    }
}
