public import Logging
public import PandoDatabase
public import PandoTelemetry
public import ServiceLifecycle
import Synchronization

/// The consumers and schedules of one process.
///
/// ```swift
/// let messaging = Messaging(database: database, metrics: metrics, logger: logger)
/// try messaging.consume(ReservationConfirmed.self, as: "stock") { event, tx in
///     try await tx.execute("UPDATE rooms SET free = free - 1 WHERE id = \(event.room)")
/// }
/// try messaging.deliver(ReservationConfirmed.self, as: "confirmation-mail") { delivery in
///     try await mailer.send(…, messageID: delivery.id)
/// }
/// try messaging.schedule("nightly-report", cron: "0 3 * * *") { tx in … }
/// ```
///
/// Register everything, then ``run()``: on graceful shutdown it takes nothing more, lets what is in hand finish, and
/// returns; where its task is cancelled, handlers are cancelled too, and what they had is delivered again.
///
/// | metric | meaning |
/// |---|---|
/// | `pando_messages_ready{topic,group}` | messages that could be delivered now |
/// | `pando_messages_pending{topic,group}` | in delivery, delayed, or waiting for a retry |
/// | `pando_messages_oldest_age_seconds{topic,group}` | age of the oldest that the group is not done with |
/// | `pando_messages_dead{topic,group}` | given up |
/// | `pando_messages_processed_total{topic,group,outcome}` | by outcome: ok, duplicate, retried, dead, lost |
/// | `pando_schedule_runs_total{schedule,outcome}` | by outcome: ok, retried, missed, given_up |
public final class Messaging: Service {
    typealias Consumer = @Sendable (GroupContext) async throws -> Void

    /// One group's part in one topic.
    struct Subscription: Sendable {
        let topic: String
        let group: String
        /// The handle whose tables the handler may touch.
        let database: Database
        let configuration: ConsumerConfiguration
        let run: Consumer
    }

    struct State {
        var subscriptions: [Subscription] = []
        var schedules: [Schedule] = []
        var isRunning = false
    }

    /// What the engine can do.
    public let capabilities = MessagingCapabilities.sql
    /// The messages that consumers have given up.
    public let deadLetters: DeadLetters
    let database: Database
    let metrics: MetricsRegistry
    let gauges: MessagingMetrics
    let traces: TraceStore?
    let logger: Logger
    let configuration: Configuration
    let time: any TimeSource
    let state = Mutex(State())

    /// Makes the messaging of a process.
    ///
    /// - Parameters:
    ///   - database: Where the messages and the effects are.
    ///   - metrics: Where the metrics go.
    ///   - traces: Where consumers continue the traces of publishers; nowhere if nil.
    ///   - logger: Given up messages, failing schedules and a failing database are its warnings.
    ///   - configuration: Intervals and retention.
    ///   - time: The wall clock.
    public init(
        database: Database,
        metrics: MetricsRegistry,
        traces: TraceStore? = nil,
        logger: Logger,
        configuration: Configuration = Configuration(),
        time: any TimeSource = SystemTime()
    ) {
        self.database = database
        self.metrics = metrics
        self.traces = traces
        self.logger = logger
        self.configuration = configuration
        self.time = time
        deadLetters = DeadLetters(database: database, time: time)
        gauges = MessagingMetrics(metrics)
    }

    /// Makes or updates the tables of messaging; to be done before anything is published or consumed.
    ///
    /// - Throws: `DatabaseError`; code `schemaMismatch` where a newer program has written the database.
    public static func migrate(_ database: Database) async throws {
        try await database.migrateSystem("messaging", MessageSchema.migrations)
    }

    /// Where every group stands that the database knows.
    ///
    /// - Throws: `DatabaseError`.
    public func statistics() async throws -> [GroupStatistics] {
        try await GroupStatistics.all(in: database, now: time.now)
    }

    /// Forgets a group that no program has any more, so that it does not keep messages from being deleted. Its dead
    /// letters stay.
    ///
    /// - Returns: Whether there was such a group.
    /// - Throws: `DatabaseError`.
    public func removeGroup(_ group: String, of topic: String) async throws -> Bool {
        try await database.write { tx in
            try await tx.system.execute(
                "DELETE FROM pando_message_deliveries WHERE topic = \(topic) AND group_name = \(group)"
            )
            return try await tx.system.execute(
                "DELETE FROM pando_message_groups WHERE topic = \(topic) AND group_name = \(group)"
            ) == 1
        }
    }
}
