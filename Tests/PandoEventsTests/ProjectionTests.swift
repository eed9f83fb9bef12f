import Foundation
import PandoDatabase
import PandoTelemetry
import Synchronization
import TestSupport
import Testing

@testable import PandoEvents

@Suite(.timeLimit(.minutes(1))) struct ProjectionTests {
    private struct Crash: Error {}

    @Test func everyEventTakesEffectOnce() async throws {
        let fixture = try await Fixture()
        let balances = BalanceProjection()
        let projections = fixture.projections([.projection(balances, on: fixture.bank)], batch: 7)
        try await projections.prepare()
        for account in ["a", "b", "c"] { try await fixture.deposit(20, to: account) }
        try await projections.catchUp()
        try await projections.catchUp()
        #expect(try await balances.read(fixture.bank) == (60, 60))
        let status = try await projections.status()
        #expect(status.map(\.state) == [.live])
        #expect(status.first?.lag == 0)
        #expect(try await fixture.ordinal(of: try #require(status.first?.position)) == 60)
    }

    /// A crash between any two steps: what is there is what the checkpoint says, and the end is as if nothing had happened.
    @Test(arguments: [21, 22, 23, 24, 25, 26] as [UInt64]) func checkpointAndEffectNeverDiverge(seed: UInt64)
        async throws
    {
        let fixture = try await Fixture()
        let random = Mutex(SeededGenerator(seed: seed))
        let balances = BalanceProjection { _, _ in
            if random.withLock({ UInt64.random(in: 0..<25, using: &$0) }) == 0 { throw Crash() }
        }
        let model = ReadModel.projection(balances, on: fixture.bank)
        try await fixture.projections([model]).prepare()
        for account in 0..<10 { try await fixture.deposit(10, to: "\(account)") }
        var crashes = 0
        while true {
            // A new instance each time: nothing but the database is left of the one before.
            let projections = fixture.projections([model], batch: 8)
            do {
                try await projections.catchUp()
                break
            } catch {
                crashes += 1
            }
            let position = try #require(try await projections.status().first?.position)
            let done = try await fixture.ordinal(of: position)
            #expect(try await balances.read(fixture.bank).events == done, "seed \(seed)")
        }
        #expect(crashes > 0, "seed \(seed)")
        #expect(try await balances.read(fixture.bank) == (100, 100), "seed \(seed)")
    }

    @Test func followsCommits() async throws {
        let fixture = try await Fixture()
        let balances = BalanceProjection()
        let projections = fixture.projections([.projection(balances, on: fixture.bank)])
        try await projections.prepare()
        try await running(projections) {
            for count in 1...20 {
                try await fixture.deposit(1)
                try await until { try await balances.read(fixture.bank).events == count }
            }
        }
    }

    /// With a poll that never comes, so that only what the database tells can wake the projection.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["PANDO_TEST_DATABASE"]?.isEmpty == false))
    func hearsOfCommitsOfOtherProcesses() async throws {
        let configuration = try Database.Configuration.temporary()
        let (writing, following) = (try await Fixture(configuration), try await Fixture(configuration))
        let balances = BalanceProjection()
        let projections = following.projections([.projection(balances, on: following.bank)], poll: .seconds(3600))
        try await projections.prepare()
        try await running(projections) {
            for count in 1...20 {
                try await writing.deposit(1)
                try await until { try await balances.read(following.bank).events == count }
            }
        }
    }

    @Test func stopsAtAFailureSaysSoAndGoesOnWhenItIsMended() async throws {
        let fixture = try await Fixture()
        let isBroken = Flag(true)
        let bad = Mutex(0)
        let balances = BalanceProjection { step, event in
            if step == .halfway, event.position == bad.withLock({ $0 }), isBroken.isSet { throw Crash() }
        }
        let projections = fixture.projections([.projection(balances, on: fixture.bank)])
        try await projections.prepare()
        try await fixture.deposit(10)
        let (fifth, sixth) = (try await fixture.position(of: 5), try await fixture.position(of: 6))
        bad.withLock { $0 = sixth }
        try await running(projections) {
            try await until { try await projections.status().first?.attempts ?? 0 >= 2 }
            let status = try #require(try await projections.status().first)
            #expect(status.state == .failed && status.position == fifth && status.lag == 5)
            #expect(status.failure?.contains("position \(sixth)") == true && status.failure?.contains("Crash") == true)
            #expect(projections.failures["balances"]?.contains("position \(sixth)") == true)
            #expect(fixture.metrics.exposition().contains("pando_projection_failed{projection=\"balances\"} 1"))
            #expect(try await balances.read(fixture.bank).events == 5)
            let health = HealthRegistry()
            projections.addCheck(to: health)
            let check = await health.report().checks.first { $0.name == "projections" }
            #expect(check?.isHealthy == false && check?.isRequired == false)
            isBroken.isSet = false
            try await until { try await balances.read(fixture.bank).events == 10 }
            try await until { projections.failures.isEmpty }
            #expect(try await projections.status().first?.state == .live)
        }
        #expect(fixture.metrics.exposition().contains("pando_projection_failed{projection=\"balances\"} 0"))
    }

    /// Statements that nobody waits for fail later than at their event: it is found all the same.
    @Test func failureOfAnEnqueuedStatementIsFoundAtItsEvent() async throws {
        struct Enqueuing: Projection {
            let name = "enqueued"
            let tables = ["balances"]
            let events = EventSelection.all

            func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
                // Every key but that of the sixth event is a new one.
                let key = event.version == 6 ? 3 : event.version
                try await tx.enqueue(
                    "INSERT INTO \(raw: tables["balances"]) (account, balance, events) VALUES (\("\(key)"), 0, 1)"
                )
            }
        }
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(Enqueuing(), on: fixture.bank)])
        try await projections.prepare()
        try await fixture.deposit(10)
        let error = await #expect(throws: EventsError.self) { try await projections.catchUp() }
        let sixth = try await fixture.position(of: 6)
        #expect(error?.description.contains("position \(sixth)") == true, "\(String(describing: error))")
        let status = try #require(try await projections.status().first)
        #expect(try await fixture.ordinal(of: status.position) == 5)
    }

    @Test func twoProcessesDoNotDoItTwice() async throws {
        let fixture = try await Fixture()
        let balances = BalanceProjection()
        let model = ReadModel.projection(balances, on: fixture.bank)
        let copies = (0..<3).map { _ in fixture.projections([model], batch: 5) }
        try await copies[0].prepare()
        try await running(copies[0], copies[1], copies[2]) {
            for _ in 0..<20 { try await fixture.deposit(10) }
            try await copies[0].rebuild("balances")
            try await until { try await balances.read(fixture.bank).events >= 200 }
        }
        #expect(try await balances.read(fixture.bank) == (200, 200))
    }

    @Test func unmatchedEventsDoNotHoldItBack() async throws {
        struct Closings: Projection {
            let name = "closings"
            let events = EventSelection.events(of: Account.self, ["closed"])
            func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
                #expect(event.eventType == "closed")
            }
        }
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(Closings(), on: fixture.bank)])
        try await projections.prepare()
        for _ in 0..<11 { try await fixture.deposit(1000) }
        try await projections.catchUp()
        let status = try #require(try await projections.status().first)
        #expect(status.lag == 0)
        #expect(11_000 - (try await fixture.ordinal(of: status.position)) < 10_000)
    }

    @Test func followersThatHaveNothingToDoWriteNothing() async throws {
        let fixture = try await Fixture()
        let model = ReadModel.projection(BalanceProjection(), on: fixture.bank)
        try await fixture.projections([model]).prepare()
        let before = fixture.database.position
        for state in [ProjectionRecord.State.live, .building] {
            let lane = ProjectionLane(model: KeptModel(model, fixture.store), state: state, batch: 10)
            #expect(try await lane.step(scanned: 0).isIdle)
        }
        #expect(fixture.database.position == before)
    }

    @Test func missingTablesAreNamed() async throws {
        struct Lost: Projection {
            let name = "lost"
            let tables = ["nowhere"]
            let events = EventSelection.all
            func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {}
        }
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(Lost(), on: fixture.bank)])
        #expect(await EventsError.code { try await projections.prepare() } == .invalidDeclaration)
        #expect(await EventsError.code { try await projections.rebuild("other") } == .unknownProjection("other"))
    }

    @Test func anotherDomainsTablesStayOutOfReach() async throws {
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(BalanceProjection(), on: fixture.database.domain("shop"))])
        #expect(await EventsError.code { try await projections.prepare() } == .invalidDeclaration)
    }
}
