import Logging
import PandoDatabase
import PandoMessaging
import PandoTelemetry
import Testing

@Suite struct ConsumerConfigurationTests {
    private struct Ping: Message {
        static let topic = "ping"
    }

    private struct Misnamed: Message {
        static let topic = "Ping Pong"
    }

    private func messaging() async throws -> Messaging {
        Messaging(
            database: try await Database.open(.temporary()),
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static let faults: [(String, @Sendable (inout ConsumerConfiguration) -> Void)] = [
        ("batchSize", { $0.batchSize = 0 }),
        ("batchTime", { $0.batchTime = .seconds(2) }),
        ("concurrency", { $0.concurrency = 2000 }),
        ("lease", { $0.lease = .milliseconds(1) }),
        ("asideLimit", { $0.asideLimit = 0 }),
        ("retry.maximumAttempts", { $0.retry.maximumAttempts = 0 }),
        ("retry.initialDelay", { $0.retry.initialDelay = .zero }),
        ("retry.maximumDelay", { $0.retry.maximumDelay = .milliseconds(1) }),
        ("retry.multiplier", { $0.retry.multiplier = 0.5 }),
        ("retry.jitter", { $0.retry.jitter = 2 }),
    ]

    @Test func aValueOutOfRangeIsNamed() async throws {
        let messaging = try await messaging()
        for (name, spoil) in Self.faults {
            var configuration = ConsumerConfiguration()
            spoil(&configuration)
            let error = #expect(throws: MessagingError.self) {
                try messaging.consume(Ping.self, as: "group", configuration: configuration) { _, _ in }
            }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("group of topic ping: \(name) ") == true, "\(error?.message ?? "")")
        }
    }

    @Test func namesThatNotEveryEngineCanCarryAreRefused() async throws {
        let messaging = try await messaging()
        for group in ["", "Group", "a b", "ü", String(repeating: "a", count: 101)] {
            let error = #expect(throws: MessagingError.self) {
                try messaging.deliver(Ping.self, as: group) { _ in }
            }
            #expect(error?.code == .invalidName)
        }
        #expect(throws: MessagingError.self) { try messaging.deliver(Misnamed.self, as: "group") { _ in } }
        #expect(throws: MessagingError.self) { try messaging.schedule("Nightly", cron: "@daily") { _ in } }
    }

    @Test func theSameNameTwiceIsRefused() async throws {
        let messaging = try await messaging()
        try messaging.consume(Ping.self, as: "group") { _, _ in }
        try messaging.schedule("nightly", cron: "@daily") { _ in }
        let consumer = #expect(throws: MessagingError.self) { try messaging.deliver(Ping.self, as: "group") { _ in } }
        let schedule = #expect(throws: MessagingError.self) {
            try messaging.schedule("nightly", cron: "@daily") { _ in }
        }
        #expect(consumer?.code == .duplicate)
        #expect(schedule?.code == .duplicate)
    }

    @Test func aShortInboxIsRefused() async throws {
        var configuration = Messaging.Configuration()
        configuration.inboxRetention = .seconds(300)
        let messaging = Messaging(
            database: try await Database.open(.temporary()),
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            configuration: configuration
        )
        let error = await #expect(throws: MessagingError.self) { try await messaging.run() }
        #expect(error?.message.contains("inboxRetention") == true)
    }
}
