import Logging
import PandoDatabase
import PandoTelemetry
import Tracing

/// What the consumer of one topic in one group works with.
struct GroupContext: Sendable {
    let database: Database
    let queue: GroupQueue
    let configuration: ConsumerConfiguration
    let loop: WorkLoop
    let counters: GroupCounters
    let traces: TraceStore?

    var now: Instant { loop.time.now }

    /// Whether an error counts as the message's: the database's troubles and the end of the process do not.
    func isFault(of error: any Error) -> Bool {
        !isDatabaseTrouble(error) && !(error is CancellationError && Task.isCancelled)
    }

    /// Runs a handler in a span that continues the trace of the message's publisher, where that is recorded.
    func traced<R>(_ message: StoredMessage, _ body: () async throws -> R) async rethrows -> R {
        guard let traces, let stored = message.headers else { return try await body() }
        let headers = MessageHeaders(stored: stored)
        let parent = headers[MessageHeaders.traceparent].flatMap {
            TraceContext(traceparent: $0, tracestate: headers[MessageHeaders.tracestate].map { [$0] } ?? [])
        }
        guard let parent else { return try await body() }
        return try await traces.withRootSpan("consume \(queue.topic)", parent: parent, kind: .consumer) { span in
            span.setAttribute("messaging.destination.name", queue.topic)
            span.setAttribute("messaging.consumer.group.name", queue.group)
            span.setAttribute("messaging.message.id", "\(message.id)")
            return try await body()
        }
    }

    /// Leases messages aside that are due, and gives up those whose attempts are used up: each ended with the process,
    /// or with a handler that outlived its lease, since any other end settles the message.
    func lease(limit: Int, pulling: Bool) async throws -> [StoredMessage] {
        let (now, lease) = (now, configuration.lease)
        return try await database.write(isolation: .readCommitted) { tx in
            if pulling {
                _ = try await queue.pull(tx, limit: limit, asideLimit: configuration.asideLimit, now: now)
            }
            var leased: [StoredMessage] = []
            for message in try await queue.lease(tx, limit: limit, now: now, until: now + lease) {
                if message.attempt <= configuration.retry.maximumAttempts {
                    leased.append(message)
                } else {
                    let reason = "none of its attempts came to an end: the process ended or the lease ran out"
                    try await giveUp(tx, message, attempts: message.attempt - 1, reason: reason)
                }
            }
            return leased
        }
    }

    /// Gives leased messages back that were not handled, when it is time to stop.
    func release(_ messages: [StoredMessage]) async throws {
        let now = now
        // Awaited right here, and one transaction long: a task of its own, since a cancelled one cannot write.
        try await Task {
            try await database.write(isolation: .readCommitted) { tx in
                for message in messages { _ = try await queue.release(tx, message, now: now) }
            }
        }.value
    }

    /// Settles a leased message whose handler failed: tries it again later, or gives it up.
    func fail(_ message: StoredMessage, _ error: any Error, after delay: Duration? = nil) async throws {
        let text = reason(of: error)
        let policy = configuration.retry
        let wait = delay ?? policy.delay(afterAttempt: message.attempt, random: .random(in: 0..<1))
        try await database.write(isolation: .readCommitted) { tx in
            if message.attempt >= policy.maximumAttempts {
                try await giveUp(tx, message, attempts: message.attempt, reason: text)
            } else if try await queue.retry(tx, message, at: now + wait, reason: text) {
                tx.afterCommit { counters.retried.increment() }
            }
        }
    }

    /// Gives up a leased message at once, however many attempts are left.
    func giveUp(_ tx: Transaction, _ message: StoredMessage, attempts: Int, reason: String) async throws {
        guard try await queue.acknowledge(tx, message) else { return }
        try await queue.bury(tx, message, attempts: attempts, reason: reason, now: now)
        tx.afterCommit { [logger = loop.logger, queue, counters] in
            counters.dead.increment()
            logger.warning(
                "messaging: a message was given up",
                metadata: [
                    "messaging.topic": "\(queue.topic)", "messaging.group": "\(queue.group)",
                    "messaging.id": "\(message.id)", "messaging.attempts": "\(attempts)", "error": "\(reason)",
                ]
            )
        }
    }
}
