import PandoDatabase
import TestSupport
import Testing

/// Statements whose answer nobody waits for.
@Suite(.timeLimit(.minutes(1))) struct EnqueueTests {
    @Test func enqueuedStatementsAreRunInTheirOrderAndWithTheCommit() async throws {
        try await withDatabase(bank) { database in
            let seen = try await database.write { tx in
                try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (1, 100)")
                try await tx.enqueue("UPDATE accounts SET balance = balance * 2 WHERE id = 1")
                let seen = try await tx.first("SELECT balance FROM accounts WHERE id = 1", as: Int.self)
                try await tx.enqueue("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                let changed = try await tx.execute("UPDATE accounts SET balance = balance * 2 WHERE balance = 201")
                try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (2, 7)")
                return [seen ?? 0, changed]
            }
            #expect(seen == [200, 1])
            let balances = try await database.read { tx in
                try await tx.all("SELECT balance FROM accounts ORDER BY id", as: Int.self)
            }
            #expect(balances == [402, 7])
        }
    }

    @Test func moreThanOneFlightHoldsAreAllThere() async throws {
        try await withDatabase(bank) { database in
            try await database.write { tx in
                for id in 0..<1000 { try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (\(id), \(1))") }
            }
            let sum = try await database.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
            #expect(sum == 1000)
        }
    }

    @Test(arguments: [false, true]) func failingStatementIsNamedAndLeavesNothing(isFollowed: Bool) async throws {
        try await withDatabase(bank) { database in
            try await database.write { try await $0.enqueue("INSERT INTO accounts (id, balance) VALUES (5, 0)") }
            let error = await databaseError {
                try await database.write { tx in
                    try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (1, 0)")
                    try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (5, 9)")
                    try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (2, 0)")
                    if isFollowed { _ = try await tx.first("SELECT count(*) FROM accounts", as: Int.self) }
                }
            }
            #expect(error?.code == .constraintViolated(.unique))
            #expect(error?.message.contains("(5, 9)") == true, "the statement is not named: \(error?.message ?? "")")
            // The connection is as good as new, and nothing of the transaction is there.
            try await database.write { try await $0.execute("INSERT INTO accounts (id, balance) VALUES (6, 0)") }
            let ids = try await database.read { try await $0.all("SELECT id FROM accounts ORDER BY id", as: Int.self) }
            #expect(ids == [5, 6])
        }
    }

    @Test func thrownErrorTakesBackWhatWasEnqueued() async throws {
        struct Stop: Error {}
        try await withDatabase(bank) { database in
            await #expect(throws: Stop.self) {
                try await database.write { tx in
                    try await tx.enqueue("INSERT INTO accounts (id, balance) VALUES (1, 0)")
                    throw Stop()
                }
            }
            let count = try await database.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
            #expect(count == 0)
        }
    }

    @Test func statementsAreRefusedWhereTheyAreEnqueued() async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                try await database.write { tx in
                    try await tx.enqueue("INSERT INTO pando_migrations (domain) VALUES ('mine')")
                    Issue.record("it was not refused at once")
                }
            }
            #expect(error?.code == .statementRefused)
        }
    }

    @Test func usesOfOneIdempotencyKeyAtTheSameTimeHappenOnce() async throws {
        try await withDatabase(bank) { database in
            try await database.write { try await $0.execute("INSERT INTO accounts (id, balance) VALUES (1, 0)") }
            for round in 1...20 {
                let key = try #require(IdempotencyKey("key \(round)", scope: "tests"))
                let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await database.write(isolation: .readCommitted) { tx in
                                let once = try await tx.once(key, fingerprint: [1]) {
                                    try await tx.enqueue("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                                    return round
                                }
                                guard case .first = once else { return false }
                                return true
                            }
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                let balance = try await database.read { tx in
                    try await tx.first("SELECT balance FROM accounts WHERE id = 1", as: Int.self)
                }
                #expect(firsts == 1 && balance == round)
            }
        }
    }
}
