import Logging
public import PandoDatabase
public import PandoMessaging
import PandoTelemetry
import ServiceLifecycle

/// One engine, empty and ready, as the conformance suite needs it.
public struct MessagingFixture: Sendable {
    /// Makes one process's messaging over the engine. Every call is another process of the same service.
    public typealias MakeMessaging = @Sendable (Messaging.Configuration, any TimeSource) throws -> Messaging

    /// Where effects go and what publishes.
    public let database: Database
    private let makeMessaging: MakeMessaging

    /// Describes an engine.
    ///
    /// - Parameters:
    ///   - database: Open, with no domain's tables yet; the suite makes one.
    ///   - makeMessaging: Makes one process's messaging.
    public init(database: Database, makeMessaging: @escaping MakeMessaging) {
        self.database = database
        self.makeMessaging = makeMessaging
    }

    /// The engine of the SQL outbox, over an SQLite file of its own.
    public static func sqlite() async throws -> MessagingFixture {
        let database = try await Database.open(.temporary())
        return MessagingFixture(database: database) { configuration, time in
            Messaging(
                database: database,
                metrics: MetricsRegistry(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                configuration: configuration,
                time: time
            )
        }
    }

    /// One process's messaging that looks for other processes' messages often.
    public func process(time: any TimeSource = SystemTime()) throws -> Messaging {
        var configuration = Messaging.Configuration()
        configuration.pollInterval = .milliseconds(20)
        return try makeMessaging(configuration, time)
    }

    /// Runs processes while `body` runs, then cancels them, as a crash would, and waits for their end.
    public func running<R: Sendable>(_ processes: Messaging..., body: () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { try await process.run() } }
            let result = try await body()
            group.cancelAll()
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) { throw error }
            }
            return result
        }
    }

    /// Runs a process while `body` runs, which is given what begins its graceful shutdown; returns when both ended.
    public func running<R: Sendable>(
        _ process: Messaging,
        withShutdown body: (_ shutDown: @escaping @Sendable () async -> Void) async throws -> R
    ) async throws -> R {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: process, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        async let ended: Void = group.run()
        let result = try await body { await group.triggerGracefulShutdown() }
        try await ended
        return result
    }

    // MARK: Effects

    /// Makes the table in which the suite's handlers leave their effects.
    func prepare() async throws {
        try await Messaging.migrate(database)
        try await database.migrate([
            DomainMigrations(
                domain: "conformance",
                [
                    Migration(1, "create effects") {
                        CreateTable("effects", sharding: .by("name")) {
                            Column("name", .text)
                            Column("number", .bigint)
                            Column("count", .bigint)
                            Column("place", .bigint)
                            PrimaryKey("name", "number")
                        }
                    }
                ]
            )
        ])
    }

    /// How often each number's effect has happened, in the order of their first commits.
    func effects(_ name: String) async throws -> [(number: Int, count: Int)] {
        try await database.read(.strong) { tx in
            try await tx.rows("SELECT number, count FROM effects WHERE name = \(name) ORDER BY place") { row in
                try (row.get(0, as: Int.self), row.get(1, as: Int.self))
            }
        }
    }
}

extension Transaction {
    /// Leaves an effect: counts how often a number was seen under a name.
    func leaveEffect(_ name: String, _ number: Int) async throws {
        try await execute(
            """
            INSERT INTO effects (name, number, count, place) VALUES (\(name), \(number), 1, \
            (SELECT coalesce(max(place), 0) + 1 FROM effects WHERE name = \(name))) \
            ON CONFLICT (name, number) DO UPDATE SET count = effects.count + 1
            """
        )
    }
}
