import PandoDatabase
import Testing

@testable import PandoMessaging

/// Consumers of one group look at their clocks before they wait for each other, so that the later one may come with the earlier
/// time; the order of a key's messages holds all the same.
@Suite(.timeLimit(.minutes(1))) struct KeyOrderTests {
    private struct Step: Message {
        static let topic = "steps"
        let number: Int
    }

    private let one = GroupQueue(topic: Step.topic, group: "group", owner: Identifier())
    private let other = GroupQueue(topic: Step.topic, group: "group", owner: Identifier())
    private let now = Instant.now

    private func open(_ setUp: @escaping @Sendable (Transaction) async throws -> Void) async throws -> Database {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        try await database.write { tx in try await one.register(tx, start: .earliest, now: now) }
        try await database.write { tx in try await setUp(tx) }
        return database
    }

    private func number(_ message: StoredMessage) throws -> Int {
        try Step(encoded: message.payload).number
    }

    @Test func aLeaseByAClockThatIsBehindKeepsTheOrder() async throws {
        let database = try await open { tx in
            for number in 1...3 { try await tx.publish(Step(number: number), key: "a") }
        }
        // The first consumer sets two messages aside and is done with the first of them.
        try await database.write { tx in
            let pulled = try await one.pull(tx, limit: 2, asideLimit: 10, now: now)
            #expect(pulled == 2)
            let leased = try await one.lease(tx, limit: 10, now: now, until: now + .seconds(30))
            #expect(try leased.map(number) == [1])
            let acknowledged = try await one.acknowledge(tx, leased)
            #expect(acknowledged == [true])
        }
        // The other one has waited for that since an hour ago, by its clock.
        let early = now - .seconds(3600)
        try await database.write { tx in
            let pulledByOther = try await other.pull(tx, limit: 2, asideLimit: 10, now: early)
            #expect(pulledByOther == 1)
            let leasedByOther = try await other.lease(tx, limit: 10, now: early, until: now + .seconds(30))
            #expect(leasedByOther.isEmpty)
        }
        try await database.write { tx in
            let leased = try await other.lease(tx, limit: 10, now: now, until: now + .seconds(30))
            #expect(try leased.map(number) == [2])
        }
        await database.close()
    }

    @Test func aBatchByAClockThatIsBehindKeepsTheOrder() async throws {
        let database = try await open { tx in
            try await tx.publish(Step(number: 1), key: "a")
            try await tx.publish(Step(number: 2), key: "late", after: .seconds(7200))
        }
        try await database.write { tx in
            let aside = try await one.pull(tx, limit: 2, asideLimit: 10, now: now)
            #expect(aside == 2)
            let early = now - .seconds(3600)
            let isHeldUp = try await other.isHeldUp(tx, key: "a", now: early)
            #expect(isHeldUp)
            // The control: who is merely delayed holds nobody up, until it is due.
            let isHeldUpByDelay = try await other.isHeldUp(tx, key: "late", now: now)
            #expect(!isHeldUpByDelay)
            let isHeldUpWhenDue = try await other.isHeldUp(tx, key: "late", now: now + .seconds(7300))
            #expect(isHeldUpWhenDue)
        }
        await database.close()
    }

    @Test func attemptsOfADelayedMessageCountFromOne() async throws {
        let database = try await open { tx in
            try await tx.publish(Step(number: 1), key: "a", after: .seconds(3600))
            try await tx.publish(Step(number: 2), key: "a")
        }
        let due = now + .seconds(7200)
        try await database.write { tx in
            let aside = try await one.pull(tx, limit: 2, asideLimit: 10, now: now)
            #expect(aside == 2)
            let second = try await one.lease(tx, limit: 10, now: now, until: due).map(number)
            #expect(second == [2])
            let delayed = try await one.lease(tx, limit: 10, now: due, until: due + .seconds(30))
            // The lease of the second message has run out by then, and the first one is its key's first.
            #expect(try delayed.map(number) == [1])
            #expect(delayed.map(\.attempt) == [1])
            for message in delayed { _ = try await one.release(tx, message, now: due) }
            let again = try await one.lease(tx, limit: 10, now: due, until: due + .seconds(30))
            #expect(again.map(\.attempt) == [1])
        }
        await database.close()
    }
}
