import Logging
import PandoDatabase
import PandoMessaging
import PandoMessagingTesting
import PandoTelemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct DomainBoundaryTests {
    private struct Tick: Message {
        static let topic = "tick"
    }

    @Test func aHandlerTouchesItsOwnDomainsTablesOnly() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        try await database.migrate(
            ["first", "second"].map { domain in
                DomainMigrations(
                    domain: domain,
                    [
                        Migration(1, "create a table") {
                            CreateTable("\(domain)_things", sharding: .reference) {
                                Column("id", .identifier)
                                PrimaryKey("id")
                            }
                        }
                    ]
                )
            }
        )
        let messaging = Messaging(
            database: database,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var once = ConsumerConfiguration()
        once.retry.maximumAttempts = 1
        let done = Journal<String>()
        try messaging.consume(Tick.self, as: "good", in: "first") { _, tx in
            try await tx.execute("INSERT INTO first_things (id) VALUES (\(Identifier()))")
            tx.afterCommit { done.append("good") }
        }
        try messaging.consume(Tick.self, as: "bad", in: "first", configuration: once) { _, tx in
            try await tx.execute("INSERT INTO second_things (id) VALUES (\(Identifier()))")
        }
        try await database.write { tx in _ = try await tx.publish(Tick()) }
        let fixture = MessagingFixture(database: database) { _, _ in messaging }
        let letters = try await fixture.running(messaging) {
            try await done.wait(forCount: 1)
            while try await messaging.deadLetters.count() == 0 { try await Task.sleep(for: .milliseconds(5)) }
            return try await messaging.deadLetters.list()
        }
        #expect(letters.map(\.group) == ["bad"])
        #expect(letters[0].reason.contains("second"), "\(letters[0].reason)")
    }
}
