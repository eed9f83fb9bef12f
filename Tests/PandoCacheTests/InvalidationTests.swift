import PandoDatabase
import Synchronization
import TestSupport
import Testing

@testable import PandoCache

@Suite(.timeLimit(.minutes(1))) struct InvalidationTests {
    private struct Undo: Error {}

    /// The latest acknowledged version of each row.
    private final class Acknowledged: Sendable {
        private let versions: Mutex<[Int]>

        init(rows: Int, writers: Int) {
            versions = Mutex(Array(repeating: 0, count: rows))
            writersAtWork = Atomic(writers)
        }

        private let writersAtWork: Atomic<Int>

        var isWritten: Bool { writersAtWork.load(ordering: .acquiring) > 0 }

        func writerEnds() { writersAtWork.subtract(1, ordering: .releasing) }

        subscript(id: Int) -> Int { versions.withLock { $0[id] } }

        func note(_ version: Int, of id: Int) { versions.withLock { $0[id] = max($0[id], version) } }
    }

    private static func makeDatabase(rows: Int) async throws -> Database {
        let database = try await Database.open(.temporary())
        try await database.migrate([
            DomainMigrations(
                domain: "test",
                [
                    Migration(1, "create counters") {
                        CreateTable("counters", sharding: .by("id")) {
                            Column("id", .bigint)
                            Column("version", .bigint)
                            PrimaryKey("id")
                        }
                    }
                ]
            )
        ])
        try await database.write { tx in
            for id in 0..<rows { try await tx.execute("INSERT INTO counters (id, version) VALUES (\(id), 0)") }
        }
        return database
    }

    private static func read(_ id: Int, _ cache: Cache<Int, Int>, _ database: Database) async throws -> Int {
        try await cache.value(for: id, ttl: .seconds(60)) {
            try await database.read(.strong) { tx in
                try await tx.first("SELECT version FROM counters WHERE id = \(id)", as: Int.self) ?? -1
            }
        }
    }

    @Test func aCommitDropsTheValueAndARollbackKeepsIt() async throws {
        let database = try await Self.makeDatabase(rows: 2)
        let cache = Cache<Int, Int>("test")
        for id in 0..<2 { #expect(try await Self.read(id, cache, database) == 0) }
        await #expect(throws: Undo.self) {
            try await database.write { tx in
                tx.invalidate(0, in: cache)
                throw Undo()
            }
        }
        #expect(cache.cachedValue(for: 0) == 0)
        try await database.write { tx in
            try await tx.execute("UPDATE counters SET version = 5 WHERE id = 0")
            tx.invalidate(0, in: cache)
        }
        #expect(cache.cachedValue(for: 0) == nil)
        #expect(cache.cachedValue(for: 1) == 0)
        #expect(try await Self.read(0, cache, database) == 5)
        try await database.write { tx in tx.invalidateAll(in: cache) }
        #expect(cache.statistics.entries == 0)
        await database.close()
    }

    @Test func aSlowLoadThatReadTheOldValueIsNeitherStoredNorShared() async throws {
        let database = try await Self.makeDatabase(rows: 1)
        let cache = Cache<Int, Int>("test")
        let gate = Gate()
        let slow = Task {
            try await cache.value(for: 0, ttl: .seconds(60)) {
                let old = try await database.read { try await $0.first("SELECT version FROM counters", as: Int.self) }
                await gate.wait()
                return old ?? -1
            }
        }
        await gate.waitForArrivals(1)
        try await database.write { tx in
            try await tx.execute("UPDATE counters SET version = 1")
            tx.invalidate(0, in: cache)
        }
        #expect(try await Self.read(0, cache, database) == 1)
        gate.open()
        #expect(try await slow.value == 0, "it began before the acknowledgement")
        #expect(cache.cachedValue(for: 0) == 1)
        await database.close()
    }

    @Test func anInvalidationThatIsLetGoReleasesItsKey() async throws {
        let cache = Cache<Int, Int>("test")
        _ = try await cache.value(for: 0, ttl: .seconds(60)) { 1 }
        var invalidation: Invalidation<Int, Int>? = Invalidation(.key(0), in: cache)
        await invalidation?.prepare()
        invalidation = nil
        #expect(cache.cachedValue(for: 0) == nil)
        #expect(cache.shards.allSatisfy { $0.state.withLock { $0.ledger.isIdle } })
    }

    /// The tags that a request's transactions leave, which `body` runs.
    private func tags(_ body: (Database, Cache<Int, Int>) async throws -> Void) async throws -> [String] {
        let database = try await Self.makeDatabase(rows: 1)
        let scope = InvalidationScope()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await scope.run { try await body(database, Cache<Int, Int>("test.rows")) })
        } catch { outcome = .failure(error) }
        await database.close()
        if case .failure(let error) = outcome, !(error is Undo) { throw error }
        return scope.tags
    }

    @Test func aCommitTellsTheRequestWhatItHasChanged() async throws {
        let found = try await tags { database, cache in
            #expect(cache.tag(for: 7) == "test.rows/7")
            try await database.write { tx in
                tx.invalidate(7, in: cache)
                tx.invalidate(tag: "cities/seoul")
                #expect(InvalidationScope.current?.tags == [], "nobody knows yet whether it commits")
            }
            try await database.write { tx in tx.invalidateAll(in: cache) }
        }
        #expect(found == ["test.rows/7", "cities/seoul", "test.rows", "test.rows/*", "cities/*", "/*"])
    }

    @Test func aRollbackTellsTheRequestNothing() async throws {
        let found = try await tags { database, cache in
            try await database.write { tx in
                tx.invalidate(7, in: cache)
                tx.invalidate(tag: "cities/seoul")
                throw Undo()
            }
        }
        #expect(found.isEmpty)
    }

    @Test func whatIsNotKnownCountsAsChanged() async {
        let scope = InvalidationScope()
        let unknown = TagInvalidation("unknown", in: scope)
        await unknown.prepare()
        await unknown.finish(.unknown)
        var letGo: TagInvalidation? = TagInvalidation("let-go", in: scope)
        await letGo?.prepare()
        letGo = nil
        withExtendedLifetime(TagInvalidation("refused before the commit", in: scope)) {}
        #expect(scope.tags == ["unknown", "let-go", "unknown/*", "let-go/*", "/*"])
    }

    @Test func aKeyWithoutATextFormHasNoTag() async throws {
        struct Pair: Hashable { let a, b: Int }
        let cache = Cache<Pair, Int>("pairs")
        let found = try await tags { database, _ in
            try await database.write { tx in tx.invalidate(Pair(a: 1, b: 2), in: cache) }
        }
        #expect(found.isEmpty)
    }

    /// Nobody tags answers by sessions, and their keys are nobody's business.
    @Test func sessionsTellTheRequestNothing() async throws {
        let found = try await tags { database, _ in
            let sessions = try await SessionStore.open(database: database)
            let session = try await sessions.create(subject: "ada", data: [:]).0
            _ = try await sessions.end(session)
        }
        #expect(found.isEmpty)
    }

    /// Readers and writers of a few rows at once, some transactions undone: no read returns less than what was
    /// acknowledged before it began.
    @Test(arguments: [UInt64(1), 2]) func noReadIsOlderThanAnAcknowledgedWrite(seed: UInt64) async throws {
        let rows = 4
        let database = try await Self.makeDatabase(rows: rows)
        let cache = Cache<Int, Int>("test", configuration: CacheConfiguration(maximumBytes: 400))
        let acknowledged = Acknowledged(rows: rows, writers: 4)
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 100 &+ UInt64(writer))
                    for _ in 0..<150 {
                        let id = Int(random.next() % UInt64(rows))
                        let undone = random.next() % 4 == 0
                        do {
                            let version = try await database.write { tx in
                                try await tx.execute("UPDATE counters SET version = version + 1 WHERE id = \(id)")
                                tx.invalidate(id, in: cache)
                                if undone { throw Undo() }
                                return try await tx.first("SELECT version FROM counters WHERE id = \(id)", as: Int.self)
                            }
                            acknowledged.note(version ?? 0, of: id)
                        } catch is Undo {}
                    }
                    acknowledged.writerEnds()
                }
            }
            for reader in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 100 &+ UInt64(50 + reader))
                    while acknowledged.isWritten {
                        let id = Int(random.next() % UInt64(rows))
                        let floor = acknowledged[id]
                        let version = try await Self.read(id, cache, database)
                        #expect(version >= floor, "seed \(seed)")
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        print("seed \(seed): \(cache.statistics)")
        #expect(cache.statistics.misses > 50 && cache.statistics.invalidations > 300)
        #expect(cache.shards.allSatisfy { $0.state.withLock { $0.ledger.isIdle } })
        await database.close()
    }
}
