import PandoDatabase
import Synchronization
import TestSupport
import Testing

@Suite struct TransactionTests {
    @Test func aWriteIsThereWhenItReturns() async throws {
        try await withDatabase(bank) { database in
            try await database.write { tx in
                try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(1), \(100))")
            }
            let balance = try await database.read { tx in
                try await tx.first("SELECT balance FROM accounts WHERE id = \(1)", as: Int.self)
            }
            #expect(balance == 100)
        }
    }

    @Test func aThrownErrorLeavesNothing() async throws {
        struct Stop: Error {}
        try await withDatabase(bank) { database in
            await #expect(throws: Stop.self) {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 100)")
                    throw Stop()
                }
            }
            let count = try await database.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
            #expect(count == 0)
        }
    }

    @Test func aWriteInsideAWriteIsRefused() async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 100)")
                    try await database.write { try await $0.execute("UPDATE accounts SET balance = 0") }
                }
            }
            #expect(error?.code == .misused)
            #expect(error?.message.contains("TransactionTests.swift") == true, "the outer write is not named")
            // The outer one is undone, and the next has its turn at once.
            try await database.write { try await $0.execute("INSERT INTO accounts (id, balance) VALUES (2, 100)") }
            let ids = try await database.read { try await $0.all("SELECT id FROM accounts", as: Int.self) }
            #expect(ids == [2])
        }
    }

    @Test func neighboursInABatchKeepTheirOwnFate() async throws {
        try await withDatabase(bank) { database in
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                for id in 0..<500 {
                    group.addTask {
                        do {
                            try await database.write { tx in
                                try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), \(id))")
                                if id % 3 == 0 {
                                    try await tx.execute("UPDATE accounts SET balance = \(-1) WHERE id = \(id)")
                                }
                            }
                            return (id, true)
                        } catch {
                            return (id, false)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            let stored = Set(try await database.read { try await $0.all("SELECT id FROM accounts", as: Int.self) })
            for id in 0..<500 {
                #expect(outcomes[id] == (id % 3 != 0))
                #expect(stored.contains(id) == (id % 3 != 0))
            }
        }
    }

    @Test func positionsGrowWithEveryCommit() async throws {
        try await withDatabase(bank) { database in
            let scope = PositionScope()
            try await scope.run {
                for id in 0..<5 {
                    let before = scope.position
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), 0)")
                    }
                    let after = try #require(scope.position)
                    if let before { #expect(before < after) }
                }
            }
            #expect(scope.position == database.position)
        }
    }

    @Test func noWritersPositionIsPastTheLastOfAll() async throws {
        try await withDatabase(bank) { database in
            let positions = try await withThrowingTaskGroup(of: Position?.self) { group in
                for id in 0..<200 {
                    group.addTask {
                        let scope = PositionScope()
                        try await scope.run {
                            try await database.write { tx in
                                try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), 0)")
                            }
                        }
                        return scope.position
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // They differ on SQLite only: on PostgreSQL several may be read after the same commit.
            for position in positions { #expect(try #require(position) <= database.position) }
            let scope = PositionScope()
            try await scope.run { try await database.write { try await $0.execute("DELETE FROM accounts") } }
            #expect(try #require(positions.compactMap(\.self).max()) < (try #require(scope.position)))
        }
    }

    @Test(.timeLimit(.minutes(1))) func aClosureThatWaitsTooLongIsRolledBackAndNamed() async throws {
        let (entered, gate) = (Gate(), Gate())
        try await withDatabase(bank, configure: { $0.transactionLimit = .milliseconds(50) }) { database in
            try await database.write { try await $0.execute("INSERT INTO accounts (id, balance) VALUES (1, 1)") }
            async let slow = databaseError {
                try await database.write { tx in
                    try await tx.execute("UPDATE accounts SET balance = balance + 10")
                    entered.open()
                    await gate.wait()
                    try await tx.execute("UPDATE accounts SET balance = balance + 100")
                }
            }
            await entered.wait()
            // This one gets at the row although the first has not ended, and would never.
            try await database.write(limit: .seconds(30)) { tx in
                try await tx.execute("UPDATE accounts SET balance = balance + 1000")
            }
            gate.open()
            let error = await slow
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("TransactionTests.swift") == true)
            let balance = try await database.read { try await $0.first("SELECT balance FROM accounts", as: Int.self) }
            #expect(balance == 1001)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aBatchCommitsAlsoWhereItsLastTransactionRunsOutOfTime() async throws {
        try await withDatabase(bank, configure: { $0.transactionLimit = .milliseconds(20) }) { database in
            for round in 0..<50 {
                // Started together, the two often share a batch; whichever comes first, the quick one is answered.
                async let quick: Void = database.write { tx in
                    _ = try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(round), 0)")
                }
                let gate = Gate()
                async let stuck = databaseError { try await database.write { _ in await gate.wait() } }
                try await quick
                gate.open()
                _ = await stuck
            }
        }
    }

    @Test func afterAFailedStatementNothingMoreCanBeDone() async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 1)")
                    _ = try? await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 1)")
                }
            }
            #expect(error?.code == .misused)
            #expect((error?.underlying as? DatabaseError)?.code == .constraintViolated(.unique))
            let count = try await database.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
            #expect(count == 0)
        }
    }

    @Test func participantsLearnTheOutcomeBeforeTheWriterDoes() async throws {
        final class Recorder: CommitParticipant {
            let log = Mutex<[String]>([])
            func prepare() async throws { log.withLock { $0.append("prepare") } }
            func finish(_ outcome: CommitOutcome) async {
                log.withLock { $0.append(outcome == .rolledBack ? "rolled back" : "committed") }
            }
        }
        try await withDatabase(bank) { database in
            let good = Recorder()
            try await database.write { tx in
                tx.enlist(good)
                tx.afterCommit { good.log.withLock { $0.append("after") } }
            }
            #expect(good.log.withLock { $0 } == ["prepare", "after", "committed"])

            let bad = Recorder()
            _ = await databaseError {
                try await database.write { tx in
                    tx.enlist(bad)
                    _ = try? await tx.execute("INSERT INTO accounts (id, balance) VALUES (1, -1)")
                }
            }
            #expect(bad.log.withLock { $0 } == ["prepare", "rolled back"])
        }
    }

    @Test func idempotencyKeysGiveTheFirstResultAgain() async throws {
        try await withDatabase(bank) { database in
            let key = try #require(IdempotencyKey("k1", scope: "test"))
            @Sendable func attempt(_ fingerprint: [UInt8]) async throws -> Once<Int> {
                try await database.write { tx in
                    try await tx.once(key, fingerprint: fingerprint) {
                        try await tx.execute("INSERT INTO accounts (id, balance) VALUES (7, 7)")
                        return 42
                    }
                }
            }
            guard case .first(42) = try await attempt([1]) else { return #expect(Bool(false), "the first must run") }
            guard case .repeated(42) = try await attempt([1]) else {
                return #expect(Bool(false), "the second must not")
            }
            let reused = await databaseError { try await attempt([2]) }
            #expect(reused?.code == .idempotencyKeyReused)
        }
    }

    @Test func aTransactionCannotBeUsedAfterItsEnd() async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                let escaped = try await database.read { tx in tx }
                _ = try await escaped.first("SELECT 1", as: Int.self)
            }
            #expect(error?.code == .misused)
        }
    }

    @Test func aLongReadMovesToItsOwnThreadAndGivesTheSameRows() async throws {
        try await withDatabase(bank) { database in
            try await database.write(limit: .seconds(30)) { tx in
                for id in 0..<3000 { try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), \(id))") }
            }
            // The first call exceeds the inline budget in the middle, the second begins on the thread.
            for _ in 0..<2 {
                let rows = try await database.read { tx in
                    try await tx.all(
                        """
                        SELECT a.id FROM accounts a WHERE (SELECT count(*) FROM accounts b WHERE b.balance <= a.balance) > 0
                        ORDER BY a.id LIMIT 400
                        """,
                        as: Int.self
                    )
                }
                #expect(rows == Array(0..<400))
            }
        }
    }
}
