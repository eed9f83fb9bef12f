public import Foundation
public import PandoDatabase
import Synchronization

extension Messaging {
    /// Handles the messages of a topic with an effect in the database, exactly once for each message and group.
    ///
    /// The effect and the note that it has happened commit together. Handlers of several messages share a transaction
    /// where none fails, so a handler may run again, with no trace of the first time in the database: let it have no effect
    /// but through the transaction, and see ``deliver(_:as:configuration:_:)`` for the rest. Messages of one key are
    /// handled in the order of their commits. Keep handlers short: other writers wait for them.
    ///
    /// - Parameters:
    ///   - type: The message's type, which names the topic.
    ///   - group: Every group gets every message; the processes that share a group's name share its messages.
    ///   - domain: Whose tables the handler may touch; any domain's where nil.
    ///   - configuration: Batches, retries, where a new group begins.
    ///   - handler: The effect. Where it throws, the message is retried and at last given up.
    /// - Throws: ``MessagingError``: `invalidName`, `invalidConfiguration`, `unsupported`, `duplicate`.
    public func consume<M: Message>(
        _ type: M.Type,
        as group: String,
        in domain: String? = nil,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable (M, Transaction) async throws -> Void
    ) throws {
        let handler = EffectHandler(each: handler)
        try subscribe(M.topic, group, domain, configuration) { context in
            try await EffectConsumer(context: context, handler: handler).run()
        }
    }

    /// As ``consume(_:as:in:configuration:_:)``, with up to ``ConsumerConfiguration/batchSize`` messages in one call.
    ///
    /// Where the call fails, its messages are handled again in calls of one message each, so that those which can be
    /// handled are.
    public func consumeBatch<M: Message>(
        _ type: M.Type,
        as group: String,
        in domain: String? = nil,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable ([M], Transaction) async throws -> Void
    ) throws {
        let handler = EffectHandler(batch: handler)
        try subscribe(M.topic, group, domain, configuration) { context in
            try await EffectConsumer(context: context, handler: handler).run()
        }
    }

    /// Handles the messages of a topic with an effect outside the database, at least once for each message and group.
    ///
    /// Up to ``ConsumerConfiguration/concurrency`` handlers run at a time in each process, never two for one key.
    ///
    /// - Parameters:
    ///   - type: The message's type, which names the topic.
    ///   - group: Every group gets every message; the processes that share a group's name share its messages.
    ///   - configuration: Concurrency, lease, retries, where a new group begins.
    ///   - handler: The effect. Where it returns, the message is done; where it throws, it is retried.
    /// - Throws: ``MessagingError``: `invalidName`, `invalidConfiguration`, `unsupported`, `duplicate`.
    public func deliver<M: Message>(
        _ type: M.Type,
        as group: String,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable (Delivery<M>) async throws -> Void
    ) throws {
        try subscribe(M.topic, group, nil, configuration) { context in
            try await DeliveryConsumer(context: context) { lease in
                let stored = lease.stored
                let message: M
                do {
                    message = try DecodedMessages.process.message(of: stored)
                } catch {
                    throw UndecodableMessage(underlying: error)
                }
                let delivery = Delivery(
                    message: message,
                    id: stored.id,
                    key: stored.key,
                    attempt: stored.attempt,
                    publishedAt: stored.publishedAt,
                    lease: lease
                )
                try await handler(delivery)
            }.run()
        }
    }

    /// Runs something at times given by a cron expression, once for all copies of the service.
    ///
    /// The handler's effect commits together with the note that this time has been done, so it happens exactly once; for
    /// an effect outside the database publish a message and ``deliver(_:as:configuration:_:)`` it. Where the handler
    /// throws, the same time is tried again, up to 12 times over about half an hour.
    ///
    /// - Parameters:
    ///   - name: Unique in the program: 1 to 100 of `a`–`z`, `0`–`9`, `.`, `_`, `-`.
    ///   - cron: See ``CronExpression``. Where it changes, the schedule begins anew.
    ///   - timeZone: Whose wall clock the expression means; UTC unless given.
    ///   - missed: What to do about times at which no copy was running.
    ///   - domain: Whose tables the handler may touch; any domain's where nil.
    ///   - handler: What to do.
    /// - Throws: ``MessagingError``: `invalidName`, `invalidSchedule`, `duplicate`.
    public func schedule(
        _ name: String,
        cron: String,
        timeZone: TimeZone = .gmt,
        missed: MissedRuns = .runOnce,
        in domain: String? = nil,
        _ handler: @escaping @Sendable (Transaction) async throws -> Void
    ) throws {
        guard isValidName(name) else {
            throw MessagingError(.invalidName, "schedule “\(name)”: 1 to 100 of a-z, 0-9, '.', '_', '-'")
        }
        let expression = try CronExpression(cron, timeZone: timeZone)
        let schedule = Schedule(
            name: name,
            cron: expression,
            missed: missed,
            database: domain.map(database.domain) ?? database,
            handler: handler
        )
        try state.withLock { state in
            precondition(!state.isRunning, "schedule \(name) is registered after run() has begun")
            guard !state.schedules.contains(where: { $0.name == name }) else {
                throw MessagingError(.duplicate, "schedule \(name) is registered twice")
            }
            state.schedules.append(schedule)
        }
    }

    private func subscribe(
        _ topic: String,
        _ group: String,
        _ domain: String?,
        _ configuration: ConsumerConfiguration,
        _ run: @escaping Consumer
    ) throws {
        let name = "\(group) of topic \(topic)"
        guard isValidName(topic), isValidName(group) else {
            throw MessagingError(.invalidName, "consumer \(name): names are 1 to 100 of a-z, 0-9, '.', '_', '-'")
        }
        try configuration.validate(for: name)
        try capabilities.require(configuration.requires, for: name)
        try state.withLock { state in
            precondition(!state.isRunning, "consumer \(name) is registered after run() has begun")
            guard !state.subscriptions.contains(where: { $0.topic == topic && $0.group == group }) else {
                throw MessagingError(.duplicate, "consumer \(name) is registered twice")
            }
            state.subscriptions.append(
                Subscription(
                    topic: topic,
                    group: group,
                    database: domain.map(database.domain) ?? database,
                    configuration: configuration,
                    run: run
                )
            )
        }
    }
}
