public import Foundation
public import PandoDatabase
public import PandoMessaging

extension DomainBuilder {
    /// Handles messages with an effect on the domain's tables, exactly once for each message and group. The handler's
    /// statements may touch the domain's own tables only.
    ///
    /// See `Messaging.consume`.
    ///
    /// - Throws: `MessagingError`.
    public mutating func consume<M: Message>(
        _ type: M.Type,
        as group: String,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable (M, Transaction) async throws -> Void
    ) throws {
        try assembly.claim(group: group, of: M.topic, domain: name)
        try messaging.consume(type, as: group, configuration: configuration, handler)
    }

    /// As ``consume(_:as:configuration:_:)``, with several messages in one call where several wait.
    ///
    /// - Throws: `MessagingError`.
    public mutating func consumeBatch<M: Message>(
        _ type: M.Type,
        as group: String,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable ([M], Transaction) async throws -> Void
    ) throws {
        try assembly.claim(group: group, of: M.topic, domain: name)
        try messaging.consumeBatch(type, as: group, configuration: configuration, handler)
    }

    /// Handles messages with an effect outside the database, at least once for each message and group.
    ///
    /// See `Messaging.deliver`.
    ///
    /// - Throws: `MessagingError`.
    public mutating func deliver<M: Message>(
        _ type: M.Type,
        as group: String,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        _ handler: @escaping @Sendable (Delivery<M>) async throws -> Void
    ) throws {
        try assembly.claim(group: group, of: M.topic, domain: name)
        try messaging.deliver(type, as: group, configuration: configuration, handler)
    }

    /// Runs something on the domain's tables at the times of a cron expression, once for all copies of the service.
    ///
    /// See `Messaging.schedule`.
    ///
    /// - Throws: `MessagingError`.
    public mutating func schedule(
        _ name: String,
        cron: String,
        timeZone: TimeZone = .gmt,
        missed: MissedRuns = .runOnce,
        _ handler: @escaping @Sendable (Transaction) async throws -> Void
    ) throws {
        try assembly.claim(schedule: name, domain: self.name)
        try messaging.schedule(name, cron: cron, timeZone: timeZone, missed: missed, handler)
    }

    /// Each domain consumes through a handle of its own, so that its handlers are held to its tables.
    private var messaging: Messaging {
        if let messaging = parts.messaging { return messaging }
        let messaging = assembly.makeMessaging(on: database)
        parts.messaging = messaging
        return messaging
    }
}
