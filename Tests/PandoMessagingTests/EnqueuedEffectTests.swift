import Logging
import PandoDatabase
import PandoMessaging
import PandoMessagingTesting
import PandoTelemetry
import Testing

/// Handlers that do not wait for their statements: a failure must still be found to be the message's whose it is.
@Suite(.timeLimit(.minutes(1))) struct EnqueuedEffectTests {
    private struct Number: Message {
        static let topic = "number"
        let value: Int
    }

    @Test func failingEnqueuedEffectFailsNoNeighbour() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        try await database.migrate([
            DomainMigrations(
                domain: "sums",
                [
                    Migration(1, "create a table") {
                        CreateTable("numbers", sharding: .reference) {
                            Column("value", .bigint)
                            PrimaryKey("value")
                        }
                    }
                ]
            )
        ])
        try await database.domain("sums").write { tx in try await tx.execute("INSERT INTO numbers (value) VALUES (13)")
        }
        let messaging = Messaging(
            database: database,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var once = ConsumerConfiguration()
        once.retry.maximumAttempts = 1
        try messaging.consume(Number.self, as: "sums", in: "sums", configuration: once) { number, tx in
            try await tx.enqueue("INSERT INTO numbers (value) VALUES (\(number.value))")
        }
        let fixture = MessagingFixture(database: database) { _, _ in messaging }
        let letters = try await fixture.running(messaging) {
            // The first batch is handled one by one; what matters comes after it.
            for (values, rows) in [(0...1, 3), (2...40, 41)] {
                try await database.write { tx in for value in values { try await tx.publish(Number(value: value)) } }
                while try await Self.count(database) < rows { try await Task.sleep(for: .milliseconds(5)) }
            }
            while try await messaging.deadLetters.count() == 0 { try await Task.sleep(for: .milliseconds(5)) }
            return try await messaging.deadLetters.list()
        }
        #expect(try letters.map { try Number(encoded: $0.payload).value } == [13])
        #expect(try await Self.count(database) == 41)
        await database.close()
    }

    private static func count(_ database: Database) async throws -> Int {
        try await database.read { tx in try await tx.first("SELECT count(*) FROM numbers", as: Int.self) ?? 0 }
    }
}
