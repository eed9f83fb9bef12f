import Logging
import PandoDatabase
import PandoMessagingTesting
import PandoTelemetry
import Testing

@testable import PandoMessaging

@Suite(.timeLimit(.minutes(1))) struct SweeperTests {
    private struct Tick: Message {
        static let topic = "tick"
        let number: Int
    }

    private let time = ManualTime()

    private func sweeper(_ database: Database) -> Sweeper {
        let stop = StopSignal()
        let loop = WorkLoop(
            name: "test",
            bell: stop.makeBell(),
            stop: stop,
            time: time,
            pollInterval: .seconds(1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return Sweeper(
            database: database,
            loop: loop,
            retention: .seconds(3600),
            inboxRetention: .seconds(7 * 86_400)
        )
    }

    /// The numbers in the messages of the log, in its order.
    private func messages(_ database: Database) async throws -> [Int] {
        try await stored(database).map { try Tick(encoded: $0.payload).number }
    }

    private func stored(_ database: Database) async throws -> [StoredMessage] {
        try await database.read { tx in
            try await tx.system.rows(
                "SELECT \(raw: StoredMessage.columns) FROM pando_messages m ORDER BY m.sequence",
                StoredMessage.init
            )
        }
    }

    /// A database with ten messages of which a group has taken the first eight.
    private func prepared() async throws -> (Database, GroupQueue) {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        let queue = GroupQueue(topic: Tick.topic, group: "group", owner: Identifier())
        let now = time.now
        try await database.write { tx in
            for number in 1...10 { try await tx.publish(Tick(number: number)) }
            try await queue.register(tx, start: .earliest, now: now)
        }
        try await advance(queue, past: 8, in: database)
        return (database, queue)
    }

    private func advance(_ queue: GroupQueue, past number: Int, in database: Database) async throws {
        let sequence = try await stored(database)[number - 1].sequence
        try await database.write { tx in try await queue.advance(tx, to: sequence) }
    }

    @Test func whatGroupsAreDoneWithGoesAfterItsTime() async throws {
        let (database, _) = try await prepared()
        try await sweeper(database).sweep()
        #expect(try await messages(database).count == 10)
        time.advance(by: .seconds(2 * 3600))
        try await sweeper(database).sweep()
        #expect(try await messages(database) == [9, 10])
    }

    @Test func whatIsAsideStays() async throws {
        let (database, queue) = try await prepared()
        let now = time.now
        let third = try await stored(database)[2]
        try await database.write { tx in try await queue.setAside(tx, third, now: now) }
        time.advance(by: .seconds(2 * 3600))
        try await sweeper(database).sweep()
        #expect(try await messages(database) == [3, 9, 10])
    }

    @Test func theNewestStaysSoThatNumbersGoOn() async throws {
        let (database, queue) = try await prepared()
        try await advance(queue, past: 10, in: database)
        time.advance(by: .seconds(2 * 3600))
        try await sweeper(database).sweep()
        #expect(try await messages(database) == [10])
        try await database.write { tx in _ = try await tx.publish(Tick(number: 11)) }
        #expect(try await messages(database) == [10, 11])
    }

    @Test func aRemovedGroupHoldsNothingBack() async throws {
        let (database, _) = try await prepared()
        let messaging = Messaging(
            database: database,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(try await messaging.removeGroup("group", of: Tick.topic))
        #expect(try await !messaging.removeGroup("group", of: Tick.topic))
        time.advance(by: .seconds(2 * 3600))
        try await sweeper(database).sweep()
        #expect(try await messages(database) == [10])
    }

    @Test func theInboxRemembersForSevenDaysFromTheEffect() async throws {
        let (database, _) = try await prepared()
        let early = Identifier()
        let late = Identifier()
        let now = time.now
        try await database.write { tx in
            _ = try await Inbox.record(tx, group: "group", early, now: now)
            _ = try await Inbox.record(tx, group: "group", late, now: now + .seconds(86_400))
        }
        time.advance(by: .seconds(7 * 86_400 + 3600))
        try await sweeper(database).sweep()
        let left = try await database.read { tx in
            try await tx.system.all("SELECT message_id FROM pando_message_inbox", as: Identifier.self)
        }
        #expect(left == [late])
    }

    @Test func aDeadLetterIsReplayedThoughTheLogHasForgottenIt() async throws {
        let (database, queue) = try await prepared()
        let now = time.now
        let third = try await stored(database)[2]
        try await database.write { tx in try await queue.bury(tx, third, attempts: 1, reason: "test", now: now) }
        time.advance(by: .seconds(2 * 3600))
        try await sweeper(database).sweep()
        #expect(try await messages(database) == [9, 10])
        #expect(try await DeadLetters(database: database, time: time).replay() == 1)
        #expect(try await messages(database) == [3, 9, 10])
        let later = time.now
        let leased = try await database.write { tx in
            try await queue.lease(tx, limit: 10, now: later, until: later + .seconds(30))
        }
        #expect(leased.map(\.sequence) == [third.sequence])
        #expect(try Tick(encoded: leased[0].payload).number == 3)
    }
}
