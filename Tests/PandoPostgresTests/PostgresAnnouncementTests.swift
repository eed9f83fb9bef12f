import Synchronization
import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// What processes hear of each other's commits. Two databases that are open at the same place stand for two processes.
    @Suite(.timeLimit(.minutes(1))) struct AnnouncementTests {
        @Test func othersHearOfACommitAndNoneOfWhatIsRolledBack() async throws {
            try await Self.withTwo { here, there in
                let (heardHere, heardThere) = (Heard(), Heard())
                try await there.listening(heardThere.add) {
                    try await here.listening(heardHere.add) {
                        try await eventually("both listen") { heardHere.hasMissed && heardThere.hasMissed }
                        _ = await databaseError {
                            try await here.write { tx in
                                try await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 0)")
                                tx.announceAfterCommit("rolled-back")
                                throw DatabaseError(.busy, "enough")
                            }
                        }
                        try await here.write { tx in
                            try await tx.execute("INSERT INTO accounts (id, balance) VALUES (2, 0)")
                            tx.announceAfterCommit("committed")
                        }
                        try await eventually("the other one hears") { heardThere.names == ["committed"] }
                        // Sent after the first, so what the one that sent it hears of itself would have come by now.
                        try await there.write { tx in tx.announceAfterCommit("answered") }
                        try await eventually("it is answered") { !heardHere.names.isEmpty }
                        #expect(heardHere.names == ["answered"])
                    }
                }
            }
        }

        @Test func announcementsInBetweenGoTogetherAndNoneIsLost() async throws {
            try await Self.withTwo { here, there in
                let heard = Heard()
                try await there.listening(heard.add) {
                    try await eventually("it listens") { heard.hasMissed }
                    for number in 0..<200 {
                        try await here.write { tx in tx.announceAfterCommit("topic:\(number % 50)") }
                    }
                    try await eventually("all are heard of") { heard.names == Set((0..<50).map { "topic:\($0)" }) }
                    #expect(heard.count < 200)
                }
            }
        }

        @Test func moreNamesThanAMessageHoldsMakeEverybodyLook() async throws {
            try await Self.withTwo { here, there in
                let heard = Heard()
                try await there.listening(heard.add) {
                    try await eventually("it listens") { heard.hasMissed }
                    let before = heard.misses
                    try await here.write { tx in
                        for number in 0..<1000 { tx.announceAfterCommit("topic:\(number)") }
                    }
                    try await eventually("it is told to look") { heard.misses > before }
                }
            }
        }

        @Test func lostListenerListensAgainAndIsToldToLook() async throws {
            let server = try TestServer.running()
            try await Self.withTwo { here, there in
                let heard = Heard()
                try await there.listening(heard.add) {
                    try await eventually("it listens") { heard.hasMissed }
                    let before = heard.misses
                    let ended = try await server.psql(
                        """
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE query LIKE '%LISTEN%' AND pid <> pg_backend_pid()
                        """
                    )
                    #expect(ended == "1")
                    try await eventually("it is told to look") { heard.misses > before }
                    try await here.write { tx in tx.announceAfterCommit("later") }
                    try await eventually("it hears again") { heard.names.contains("later") }
                }
            }
        }

        private static func withTwo(_ body: (Database, Database) async throws -> Void) async throws {
            let server = try TestServer.running()
            try await server.withDatabase { database in
                let address = try #require((database.engine as? PostgresCore)?.server)
                let other = try await Database.open(Database.Configuration(postgres: address))
                do {
                    try await body(database, other)
                } catch {
                    await other.close()
                    throw error
                }
                await other.close()
            }
        }
    }
}

/// What a listener was told.
private final class Heard: Sendable {
    private struct State {
        var names: Set<String> = []
        var count = 0
        var misses = 0
    }

    private let state = Mutex(State())

    var names: Set<String> { state.withLock { $0.names } }

    /// How often it was told a name.
    var count: Int { state.withLock { $0.count } }

    /// How often it was told that it may have missed something, as when it begins to listen.
    var misses: Int { state.withLock { $0.misses } }

    var hasMissed: Bool { misses > 0 }

    @Sendable func add(_ name: String?) {
        state.withLock { state in
            guard let name else { return state.misses += 1 }
            state.count += 1
            state.names.insert(name)
        }
    }
}
