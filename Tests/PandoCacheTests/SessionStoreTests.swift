import PandoDatabase
import PandoTelemetry
import Synchronization
import TestSupport
import Testing

@testable import PandoCache

@Suite(.timeLimit(.minutes(1))) struct SessionStoreTests {
    /// A wall clock that the test sets.
    private final class WallClock: Sendable {
        private let time = Mutex(Instant(microsecondsSince1970: 1_700_000_000_000_000))
        var now: Instant { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var isUp: Bool { state.load(ordering: .acquiring) }
        func raise() { state.store(true, ordering: .releasing) }
    }

    private struct World {
        let database: Database
        let store: SessionStore
        let wall = WallClock()
        let clock = ManualClock()

        init(
            _ configuration: Database.Configuration? = nil,
            change: (inout SessionStore.Configuration) -> Void = { _ in }
        ) async throws {
            database = try await Database.open(configuration ?? .temporary())
            var options = SessionStore.Configuration()
            options.idleTimeout = .seconds(3600)
            options.absoluteTimeout = .seconds(86_400)
            change(&options)
            store = try await SessionStore.open(
                database: database,
                configuration: options,
                clock: clock,
                now: { [wall] in wall.now }
            )
        }

        func rows() async throws -> Int {
            try await database.read { tx in
                try await tx.system.first("SELECT count(*) FROM pando_sessions", as: Int.self) ?? -1
            }
        }

        /// Commits so far.
        var commits: Int {
            let name = "pando_database_transactions_total{outcome=\"committed\"} "
            let line = database.metricsRegistry.exposition().split(separator: "\n").first { $0.hasPrefix(name) }
            return line.flatMap { Double($0.dropFirst(name.count)) }.map(Int.init) ?? 0
        }
    }

    @Test func aTokenFindsItsSessionAndNothingElseDoes() async throws {
        let world = try await World()
        let (session, token) = try await world.store.create(subject: "kim", data: ["lang": "ko"])
        let found = try await world.store.session(token: token.text)
        #expect(found?.id == session.id)
        #expect(found?.subject == "kim")
        #expect(found?.data == ["lang": "ko"])
        #expect(token.text.utf8.count == 43)
        for wrong in ["", "x", String(token.text.dropLast()), token.text + "A", String(token.text.reversed())] {
            #expect(try await world.store.session(token: wrong) == nil)
        }
        await world.database.close()
    }

    @Test func onlyTheHashOfATokenIsStored() async throws {
        let world = try await World()
        let (_, token) = try await world.store.create(subject: "kim")
        let stored = try await world.database.read { tx in
            try await tx.system.rows("SELECT token_hash FROM pando_sessions") { try $0.get(0, as: [UInt8].self) }
        }
        #expect(stored.first?.count == 32)
        #expect(stored.first != Array(token.text.utf8))
        #expect("\(token)" == "SessionToken(secret)")
        await world.database.close()
    }

    @Test func tokensAreBase64URLOfTheirBytes() {
        let zero = SessionToken(bytes: Array(repeating: 0, count: 32))
        #expect(zero.text == String(repeating: "A", count: 43))
        let counting = SessionToken(bytes: Array(0..<32))
        #expect(counting.text == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        let full = SessionToken(bytes: Array(repeating: 255, count: 32))
        #expect(full.text == String(repeating: "_", count: 42) + "8")
    }

    @Test func rotationKillsTheOldTokenAtOnce() async throws {
        let world = try await World()
        let (visitor, old) = try await world.store.create(subject: nil)
        _ = try await world.store.session(token: old.text)
        let (session, new) = try await world.store.rotate(visitor, subject: "kim")
        #expect(session.id != visitor.id)
        #expect(try await world.store.session(token: old.text) == nil)
        #expect(try await world.store.session(token: new.text)?.subject == "kim")
        let error = await #expect(throws: CacheError.self) { try await world.store.rotate(visitor, subject: "eve") }
        #expect(error?.code == .sessionEnded)
        await world.database.close()
    }

    @Test func anEndedSessionIsGoneForEveryLaterLookup() async throws {
        let world = try await World()
        for _ in 0..<20 {
            let (session, token) = try await world.store.create(subject: "kim")
            try await withThrowingTaskGroup { group in
                let ended = Flag()
                _ = try await world.store.session(token: token.text)
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<50 {
                            let wasEnded = ended.isUp
                            let found = try await world.store.session(token: token.text)
                            #expect(!wasEnded || found == nil)
                            await Task.yield()
                        }
                    }
                }
                group.addTask {
                    let wasThere = try await world.store.end(session)
                    #expect(wasThere)
                    ended.raise()
                }
                try await group.waitForAll()
            }
        }
        await world.database.close()
    }

    @Test func anIdleSessionExpiresAndABusyOneDoesNot() async throws {
        let world = try await World()
        let (_, idle) = try await world.store.create(subject: "idle")
        let (_, busy) = try await world.store.create(subject: "busy")
        for _ in 0..<4 {
            world.wall.advance(by: .seconds(1000))
            #expect(try await world.store.session(token: busy.text) != nil)
        }
        #expect(try await world.store.session(token: idle.text) == nil)
        await world.database.close()
    }

    @Test func noSessionOutlivesItsAbsoluteEnd() async throws {
        let world = try await World()
        let (_, token) = try await world.store.create(subject: "kim")
        for _ in 0..<47 {
            world.wall.advance(by: .seconds(1800))
            #expect(try await world.store.session(token: token.text) != nil)
        }
        world.wall.advance(by: .seconds(1800))
        #expect(try await world.store.session(token: token.text) == nil)
        await world.database.close()
    }

    @Test func aWallClockThatStepsBackEndsNoSession() async throws {
        let world = try await World()
        let (_, token) = try await world.store.create(subject: "kim")
        world.wall.advance(by: .seconds(-100_000))
        #expect(try await world.store.session(token: token.text) != nil)
        await world.database.close()
    }

    @Test func lookupsWriteNothingAndTouchesAreGathered() async throws {
        let world = try await World()
        let (_, token) = try await world.store.create(subject: "kim")
        let before = world.commits
        for _ in 0..<100 {
            world.wall.advance(by: .seconds(1))
            _ = try await world.store.session(token: token.text)
        }
        #expect(world.commits == before)
        try await world.store.flush()
        #expect(world.commits == before + 1)
        try await world.store.flush()
        #expect(world.commits == before + 1)
        await world.database.close()
    }

    @Test func sessionsSurviveARestartWithTheirPositionAndLastRequest() async throws {
        let file = try Database.Configuration.temporary()
        let first = try await World(file)
        let (session, token) = try await first.store.create(subject: "kim", data: ["a": "b"])
        try await first.store.advance(session, to: Position(timeline: 1, sequence: 99))
        try await first.store.advance(session, to: Position(timeline: 1, sequence: 7))
        first.wall.advance(by: .seconds(3000))
        _ = try await first.store.session(token: token.text)
        try await first.store.flush()
        await first.database.close()

        let second = try await World(file)
        second.wall.advance(by: .seconds(6000))
        let found = try await second.store.session(token: token.text)
        #expect(found?.id == session.id)
        #expect(found?.data == ["a": "b"])
        #expect(found?.position == Position(timeline: 1, sequence: 99))
        await second.database.close()
    }

    @Test func whatIsNotStoredYetSurvivesAReload() async throws {
        let world = try await World()
        let (session, token) = try await world.store.create(subject: "kim")
        _ = try await world.store.session(token: token.text)
        let cached = try #require(try await world.store.session(token: token.text))
        try await world.store.advance(cached, to: Position(timeline: 1, sequence: 50))
        world.store.cache.removeAll()
        let reloaded = try await world.store.session(token: token.text)
        #expect(reloaded?.id == session.id)
        #expect(reloaded?.position == Position(timeline: 1, sequence: 50))
        await world.database.close()
    }

    @Test func whatIsBeingStoredSurvivesAReload() async throws {
        let world = try await World()
        let (_, token) = try await world.store.create(subject: "kim")
        let cached = try #require(try await world.store.session(token: token.text))
        try await world.store.advance(cached, to: Position(timeline: 1, sequence: 50))
        let gate = Gate()
        async let blocker: Void = world.database.write { _ in await gate.wait() }
        await gate.waitForArrivals(1)
        async let flush: Void = world.store.flush()
        while world.store.pending.withLock({ !$0.waiting.isEmpty }) { await Task.yield() }
        world.store.cache.removeAll()
        let reloaded = try await world.store.session(token: token.text)
        #expect(reloaded?.position == Position(timeline: 1, sequence: 50))
        gate.open()
        _ = try await (blocker, flush)
        #expect(world.store.pending.withLock { $0.writing.isEmpty })
        await world.database.close()
    }

    @Test func anOlderCopyDoesNotMoveThePositionBack() async throws {
        let file = try Database.Configuration.temporary()
        let first = try await World(file)
        let (_, token) = try await first.store.create(subject: "kim")
        let older = try #require(try await first.store.session(token: token.text))
        first.store.cache.removeAll()
        let newer = try #require(try await first.store.session(token: token.text))
        try await first.store.advance(newer, to: Position(timeline: 1, sequence: 60))
        try await first.store.advance(older, to: Position(timeline: 1, sequence: 50))
        try await first.store.flush()
        await first.database.close()

        let second = try await World(file)
        #expect(try await second.store.session(token: token.text)?.position == Position(timeline: 1, sequence: 60))
        await second.database.close()
    }

    @Test func aSubjectListsAndEndsItsSessions() async throws {
        let world = try await World()
        let (first, firstToken) = try await world.store.create(subject: "kim")
        let (second, secondToken) = try await world.store.create(subject: "kim")
        let (other, otherToken) = try await world.store.create(subject: "lee")
        #expect(Set(try await world.store.sessions(of: "kim").map(\.id)) == [first.id, second.id])
        #expect(try await world.store.end(other.id, of: "kim") == false)
        #expect(try await world.store.end(first.id, of: "kim"))
        #expect(try await world.store.session(token: firstToken.text) == nil)
        let (third, _) = try await world.store.create(subject: "kim")
        #expect(try await world.store.endAll(of: "kim", except: third) == 1)
        #expect(try await world.store.session(token: secondToken.text) == nil)
        #expect(try await world.store.endAll(of: "kim") == 1)
        #expect(try await world.store.session(token: otherToken.text) != nil)
        await world.database.close()
    }

    @Test func newDataIsSeenByTheNextLookup() async throws {
        let world = try await World()
        let (session, token) = try await world.store.create(subject: "kim")
        _ = try await world.store.session(token: token.text)
        _ = try await world.store.update(session, data: ["cart": "3"])
        #expect(try await world.store.session(token: token.text)?.data == ["cart": "3"])
        try await world.store.end(session)
        let error = await #expect(throws: CacheError.self) { try await world.store.update(session, data: [:]) }
        #expect(error?.code == .sessionEnded)
        await world.database.close()
    }

    @Test func subjectAndDataAreBounded() async throws {
        let world = try await World()
        for (subject, data) in [
            (String(repeating: "k", count: 257), [:]), ("k", ["a": String(repeating: "b", count: 4096)]),
        ] {
            let error = await #expect(throws: CacheError.self) {
                try await world.store.create(subject: subject, data: data)
            }
            #expect(error?.code == .sessionTooLarge)
        }
        #expect(try await world.rows() == 0)
        await world.database.close()
    }

    @Test func theSweepDeletesTheExpiredInBatchesAndNothingElse() async throws {
        let world = try await World { $0.batch = 3 }
        for _ in 0..<10 { _ = try await world.store.create(subject: "old") }
        world.wall.advance(by: .seconds(3600))
        let (_, token) = try await world.store.create(subject: "new")
        #expect(try await world.store.sweep() == 10)
        #expect(try await world.rows() == 1)
        #expect(try await world.store.session(token: token.text) != nil)
        await world.database.close()
    }

    @Test func runStoresWhatIsPendingAndAgainWhenItEnds() async throws {
        let world = try await World()
        let (session, _) = try await world.store.create(subject: "kim")
        let service = Task { try await world.store.run() }
        await world.clock.waitForSleep(1)
        let before = world.commits
        try await world.store.advance(session, to: Position(timeline: 1, sequence: 1))
        world.clock.advance(by: .seconds(1))
        await world.clock.waitForSleep(2)
        #expect(world.commits == before + 1)
        try await world.store.advance(session, to: Position(timeline: 1, sequence: 2))
        service.cancel()
        try await service.value
        #expect(world.commits == before + 2)
        await world.database.close()
    }

    @Test func aSessionMadeInATransactionThatIsUndoneDoesNotExist() async throws {
        struct Undo: Error {}
        let world = try await World()
        let tokens = Mutex<[String]>([])
        await #expect(throws: Undo.self) {
            try await world.database.write { tx in
                let made = try await world.store.create(subject: "kim", in: tx)
                tokens.withLock { $0.append(made.token.text) }
                throw Undo()
            }
        }
        #expect(try await world.store.session(token: tokens.withLock { $0[0] }) == nil)
        await world.database.close()
    }
}
