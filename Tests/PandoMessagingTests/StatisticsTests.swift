import Logging
import PandoDatabase
import PandoMessaging
import PandoMessagingTesting
import PandoTelemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct StatisticsTests {
    private struct Tick: Message {
        static let topic = "tick"
        let number: Int
    }

    private struct Unlucky: Error {}

    @Test func groupsAreMeasuredAndExposed() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        let metrics = MetricsRegistry()
        var configuration = Messaging.Configuration()
        configuration.sampleInterval = .milliseconds(100)
        let messaging = Messaging(
            database: database,
            metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            configuration: configuration
        )
        var once = ConsumerConfiguration()
        once.retry.maximumAttempts = 1
        let seen = Journal<Int>()
        try messaging.consume(Tick.self, as: "good", configuration: once) { tick, tx in
            if tick.number == 2 { throw Unlucky() }
            tx.afterCommit { seen.append(tick.number) }
        }
        let fixture = MessagingFixture(database: database) { _, _ in messaging }
        try await fixture.running(messaging) {
            try await database.write { tx in
                for number in 1...3 { try await tx.publish(Tick(number: number)) }
                try await tx.publish(Tick(number: 4), after: .seconds(3600))
            }
            try await seen.wait(forCount: 2)
            // Counters follow the commit and gauges are sampled, so both are waited for.
            let lines = [
                #"pando_messages_processed_total{topic="tick",group="good",outcome="ok"} 2"#,
                #"pando_messages_processed_total{topic="tick",group="good",outcome="dead"} 1"#,
                #"pando_messages_ready{topic="tick",group="good"} 0"#,
                #"pando_messages_pending{topic="tick",group="good"} 1"#,
                #"pando_messages_dead{topic="tick",group="good"} 1"#,
                #"pando_messages_oldest_age_seconds{topic="tick",group="good"}"#,
            ]
            while !lines.allSatisfy(metrics.exposition().contains) { try await Task.sleep(for: .milliseconds(20)) }
        }
        let group = try #require(try await messaging.statistics().first)
        #expect(group.topic == "tick" && group.group == "good")
        #expect(group.ready == 0 && group.pending == 1 && group.dead == 1)
        #expect(group.oldest != nil)
    }

    @Test func aTraceGoesOnInTheConsumer() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        let traces = TraceStore()
        let messaging = Messaging(
            database: database,
            metrics: MetricsRegistry(),
            traces: traces,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let seen = Journal<Int>()
        try messaging.consume(Tick.self, as: "effects") { tick, tx in tx.afterCommit { seen.append(tick.number) } }
        try messaging.deliver(Tick.self, as: "deliveries") { delivery in seen.append(delivery.message.number) }
        let id = try await traces.withRootSpan("POST /ticks") { span in
            _ = try await database.write { tx in try await tx.publish(Tick(number: 1)) }
            return span.traceID
        }
        let fixture = MessagingFixture(database: database) { _, _ in messaging }
        try await fixture.running(messaging) {
            try await seen.wait(forCount: 2)
            while traces.recentTraces.filter({ $0.id == id }).count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        }
        let names = traces.recentTraces.filter { $0.id == id }.map { $0.spans[0].name }
        #expect(Set(names) == ["POST /ticks", "consume tick"])
    }
}
