import PandoDatabase
import PandoTelemetry
import Testing

@testable import PandoEvents

@Suite struct EventStoreTests {
    private let stream = StreamID(Account.self, "a")

    @Test func appendsInOrderAndReadsBack() async throws {
        let fixture = try await Fixture()
        let cause = EventCause(correlationID: Identifier(), causationID: Identifier())
        let result = try await fixture.bank.write { tx in
            try await fixture.store.append(
                [AccountEvent.deposited(amount: 5), .closed],
                to: stream,
                expecting: .none,
                cause: cause,
                in: tx
            )
        }
        #expect(result == AppendResult(version: 2, isRepeat: false))
        let events = try await fixture.bank.read { tx in try await fixture.store.events(of: stream, in: tx) }
        #expect(events.map(\.version) == [1, 2])
        #expect(try await fixture.ordinals(of: events) == [1, 2])
        #expect(events.map(\.eventType) == ["deposited", "closed"])
        #expect(events.allSatisfy { $0.cause == cause && $0.schemaVersion == 1 })
        #expect(try events.map { try $0.decode(AccountEvent.self) } == [.deposited(amount: 5), .closed])
        #expect(events[0].payload == #"{"deposited":{"amount":5}}"#)
    }

    @Test(arguments: [
        (ExpectedVersion.none, false), (.version(1), true), (.version(2), false), (.version(0), false), (.any, true),
    ])
    func checksTheExpectedVersion(_ expected: ExpectedVersion, _ isAccepted: Bool) async throws {
        let fixture = try await Fixture()
        try await append([.deposited(amount: 1)], .any, fixture)
        let code = await EventsError.code { try await append([.closed], expected, fixture) }
        #expect(code == (isAccepted ? nil : .versionConflict(stream: stream, expected: expected, actual: 1)))
        #expect(
            fixture.metrics.exposition().contains(
                "pando_events_appended_total{category=\"account\"} \(isAccepted ? 2 : 1)"
            )
        )
    }

    @Test func repeatsReturnTheFirstResult() async throws {
        let fixture = try await Fixture()
        let events = [NewEvent(AccountEvent.deposited(amount: 5)), NewEvent(AccountEvent.closed)]
        let first = try await append(events, .none, fixture)
        try await append([.deposited(amount: 9)], .any, fixture)
        let second = try await append(events, .none, fixture)
        #expect(second == AppendResult(version: first.version, isRepeat: true))
        #expect(try await count(fixture) == 3)
    }

    @Test func anEventThatCannotBeEncodedAppendsNothing() async throws {
        enum Measured: DomainEvent {
            case weight(Double)
            var eventType: String { "weight" }
        }
        let fixture = try await Fixture()
        let event = NewEvent(Measured.weight(.infinity))
        await #expect(throws: EncodingError.self) {
            try await fixture.bank.write { tx in
                try await fixture.store.append([event], to: StreamID(category: "m", key: "1"), expecting: .none, in: tx)
            }
        }
        #expect(try await count(fixture) == 0)
    }

    @Test func reusedIDsAreRefused() async throws {
        let fixture = try await Fixture()
        let event = NewEvent(AccountEvent.deposited(amount: 5))
        try await append([event], .none, fixture)
        let reused = EventsError.Code.eventIDReused(event.id.description)
        let other = NewEvent(AccountEvent.deposited(amount: 6), id: event.id)
        #expect(await EventsError.code { try await append([other], .any, fixture) } == reused)
        let more = [event, NewEvent(AccountEvent.closed)]
        #expect(await EventsError.code { try await append(more, .any, fixture) } != nil)
        let elsewhere = StreamID(Account.self, "b")
        #expect(await EventsError.code { try await append([event], .any, fixture, to: elsewhere) } == reused)
        #expect(await EventsError.code { try await append([event, event], .any, fixture) } == .invalidAppend)
        #expect(try await count(fixture) == 1)
    }

    @Test func badKeysAreRefused() async throws {
        let fixture = try await Fixture()
        for key in ["", "a\u{0}", String(repeating: "가", count: 67)] {
            let bad = StreamID(Account.self, key)
            #expect(await EventsError.code { try await append([.closed], .any, fixture, to: bad) } == .invalidAppend)
        }
    }

    @Test func eventsTakeTheCauseOfTheirTask() async throws {
        let fixture = try await Fixture()
        let cause = EventCause(correlationID: Identifier(), causationID: Identifier())
        try await EventCause.$current.withValue(cause) { try await append([.closed], .any, fixture) }
        let events = try await fixture.bank.read { try await fixture.store.events(of: stream, in: $0) }
        #expect(events.map(\.cause) == [cause])
    }

    @Test func rolledBackAppendsLeaveNoGap() async throws {
        struct Stop: Error {}
        let fixture = try await Fixture()
        try await append([.deposited(amount: 1)], .any, fixture)
        await #expect(throws: Stop.self) {
            try await fixture.bank.write { tx in
                try await fixture.store.append([AccountEvent.closed], to: stream, expecting: .any, in: tx)
                throw Stop()
            }
        }
        try await append([.deposited(amount: 2)], .any, fixture)
        let events = try await fixture.bank.read { tx in try await fixture.store.events(after: 0, limit: 10, in: tx) }
        #expect(try await fixture.ordinals(of: events) == [1, 2])
        #expect(events.map(\.version) == [1, 2])
    }

    @Test(.timeLimit(.minutes(1))) func concurrentWritersAgree() async throws {
        let fixture = try await Fixture()
        let shared = (0..<8).map { _ in NewEvent(AccountEvent.deposited(amount: 1)) }
        let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    var accepted = 0
                    for event in shared {
                        // Everyone appends the same ids, and races for the same versions under ids of their own.
                        try await append([event], .any, fixture)
                        let version = try await fixture.bank.read {
                            try await fixture.store.currentVersion(of: stream, in: $0)
                        }
                        do {
                            try await append([.withdrawn(amount: writer)], .version(version), fixture)
                            accepted += 1
                        } catch let error as EventsError {
                            guard case .versionConflict(_, _, let actual) = error.code else { throw error }
                            #expect(actual > version)
                        }
                    }
                    return accepted
                }
            }
            return try await group.reduce(0, +)
        }
        let events = try await fixture.bank.read { tx in try await fixture.store.events(after: 0, limit: 1000, in: tx) }
        #expect(events.count == shared.count + accepted)
        #expect(try await fixture.ordinals(of: events) == Array(1...events.count))
        #expect(events.map(\.version) == Array(1...events.count))
        #expect(Set(events.map(\.id)).count == events.count)
    }

    // MARK: Steps

    @discardableResult
    private func append(
        _ events: [NewEvent<AccountEvent>],
        _ expected: ExpectedVersion,
        _ fixture: Fixture,
        to other: StreamID? = nil
    ) async throws -> AppendResult {
        try await fixture.bank.write { tx in
            try await fixture.store.append(events, to: other ?? stream, expecting: expected, in: tx)
        }
    }

    private func append(
        _ events: [AccountEvent],
        _ expected: ExpectedVersion,
        _ fixture: Fixture,
        to other: StreamID? = nil
    ) async throws {
        try await fixture.bank.write { tx in
            _ = try await fixture.store.append(events, to: other ?? stream, expecting: expected, in: tx)
        }
    }

    private func count(_ fixture: Fixture) async throws -> Int {
        try await fixture.ordinal(of: .max)
    }
}
