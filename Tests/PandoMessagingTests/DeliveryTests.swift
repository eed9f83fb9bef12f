import Logging
import PandoDatabase
import PandoMessagingTesting
import PandoTelemetry
import Testing

@testable import PandoMessaging

@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
    private struct Tick: Message {
        static let topic = "delivery-tick"
        let number: Int
    }

    /// A class, so that one decoded message can be told from another.
    private final class Tock: Message {
        static let topic = "delivery-tock"
        let number: Int

        init(number: Int) { self.number = number }
    }

    @Test func deliveriesThatEndTogetherShareATransaction() async throws {
        let metrics = MetricsRegistry()
        let database = try await Database.open(.temporary(), metrics: metrics)
        try await Messaging.migrate(database)
        let messaging = Messaging(
            database: database,
            metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let count = 64
        var configuration = ConsumerConfiguration()
        configuration.concurrency = count
        let (begun, released) = (Journal<Int>(), Journal<Int>())
        try messaging.deliver(Tick.self, as: "group", configuration: configuration) { delivery in
            begun.append(delivery.message.number)
            try await released.wait(forCount: 1)
        }
        try await MessagingFixture(database: database) { _, _ in messaging }.running(messaging) {
            try await database.write { tx in
                for number in 0..<count { try await tx.publish(Tick(number: number)) }
            }
            try await begun.wait(forCount: count)
            let before = try committed(metrics)
            released.append(1)
            let done = #"pando_messages_processed_total{topic="delivery-tick",group="group",outcome="ok"} \#(count)"#
            while !metrics.exposition().contains(done) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try committed(metrics) - before < count)
        }
        await database.close()
    }

    private func committed(_ metrics: MetricsRegistry) throws -> Int {
        let text = metrics.exposition()
        return try #require(
            text.firstMatch(of: /pando_database_transactions_total\{outcome="committed"\} (\d+)/).flatMap { Int($0.1) }
        )
    }

    @Test func aMessageIsDecodedOnceForTheGroupsOfAProcess() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        try await database.write { tx in
            for number in 0...DecodedMessages.limit { try await tx.publish(Tock(number: number)) }
        }
        let stored = try await database.read { tx in
            try await GroupQueue(topic: Tock.topic, group: "group", owner: Identifier())
                .messages(tx, after: 0, limit: DecodedMessages.limit + 1)
        }
        let messages = DecodedMessages()
        try await PublishSignals.process.listening(to: Tock.topic, with: Doorbell()) {
            let alone = try (
                messages.message(of: stored[0], as: Tock.self), messages.message(of: stored[0], as: Tock.self)
            )
            #expect(alone.0 !== alone.1, "kept for nobody")
            try await PublishSignals.process.listening(to: Tock.topic, with: Doorbell()) {
                let first: Tock = try messages.message(of: stored[0])
                #expect(try messages.message(of: stored[0], as: Tock.self) === first)
                for (number, one) in stored.enumerated() {
                    #expect(try messages.message(of: one, as: Tock.self).number == number)
                }
                #expect(try messages.message(of: stored[0], as: Tock.self) !== first, "no bound")
            }
        }
        await database.close()
    }
}
