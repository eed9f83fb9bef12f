import PandoDatabase
import TestSupport
import Testing

extension PostgresTests {
    /// Transactions in each other's way.
    @Suite struct IsolationTests {
        @Test(.timeLimit(.minutes(1))) func updatesOfOneRowAreNotLost() async throws {
            try await TestServer.running().withDatabase { database in
                try await database.makeAccounts(2)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            for _ in 0..<15 { try await Self.readModifyWrite(database, account: task % 2 + 1) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await database.balance(of: 1) == 60)
                #expect(try await database.balance(of: 2) == 60)
            }
        }

        private static func readModifyWrite(_ database: Database, account: Int) async throws {
            try await database.write { tx in
                let balance = try await tx.first("SELECT balance FROM accounts WHERE id = \(account)", as: Int.self)
                let raised = try #require(balance) + 1
                try await tx.execute("UPDATE accounts SET balance = \(raised) WHERE id = \(account)")
            }
        }

        /// Each reads what the other changes: allowed by snapshots, not by a serial order.
        @Test(.timeLimit(.minutes(1))) func writeSkewIsRefused() async throws {
            try await TestServer.running().withDatabase { database in
                try await database.makeAccounts(2)
                let both = Rendezvous(2)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for account in 1...2 {
                        group.addTask {
                            try await database.write { tx in
                                let sum = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                                await both.meet()
                                guard sum == 0 else { return }
                                try await tx.execute("UPDATE accounts SET balance = 1 WHERE id = \(account)")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let sum = try await database.read { tx in
                    try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                }
                #expect(sum == 1)
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: [IsolationLevel.readCommitted, .serializable])
        func bothSidesOfADeadlockSucceedInTheEnd(_ isolation: IsolationLevel) async throws {
            try await TestServer.running().withDatabase { database in
                try await database.makeAccounts(2)
                let both = Rendezvous(2)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for order in [[1, 2], [2, 1]] {
                        group.addTask {
                            try await database.write(limit: .seconds(5), isolation: isolation) { tx in
                                for account in order {
                                    try await tx.execute(
                                        "UPDATE accounts SET balance = balance + 1 WHERE id = \(account)"
                                    )
                                    await both.meet()
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await database.balance(of: 1) == 2)
                #expect(try await database.balance(of: 2) == 2)
            }
        }
    }
}

/// Where tasks wait for one another the first time; later nobody waits.
private actor Rendezvous {
    private var missing: Int
    private let gate = Gate()

    init(_ count: Int) {
        missing = count
    }

    func meet() async {
        missing -= 1
        if missing <= 0 { return gate.open() }
        await gate.wait()
    }
}
