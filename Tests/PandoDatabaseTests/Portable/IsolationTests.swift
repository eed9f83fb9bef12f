import PandoDatabase
import Synchronization
import TestSupport
import Testing

/// What transactions that run at the same time see of one another, the same on every engine.
@Suite struct IsolationTests {
    private func seed(_ database: Database, _ count: Int, balance: Int) async throws {
        try await database.write { tx in
            for id in 1...count { try await tx.execute("INSERT INTO accounts VALUES (\(id), \(balance))") }
        }
    }

    private func expectTotal(
        _ database: Database,
        _ expected: Int?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let cells = try await database.cells("SELECT sum(balance) FROM accounts")
        #expect(cells == [[Cell(sqlValue: expected.sqlValue)]], sourceLocation: sourceLocation)
    }

    /// Two accounts may be emptied together, not overdrawn: each transaction looks at both and takes from one. Under a snapshot
    /// alone, two of them would each see enough.
    @Test(.timeLimit(.minutes(1))) func writeSkewCannotHappen() async throws {
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            for round in 0..<10 {
                try await database.write { tx in
                    try await tx.execute("DELETE FROM accounts")
                    try await tx.execute("INSERT INTO accounts VALUES (1, 50), (2, 50)")
                }
                let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for id in [1, 2] {
                        group.addTask {
                            try await database.write { tx in
                                let sum = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                                guard let sum, sum > 60 else { return false }
                                try await tx.execute("UPDATE accounts SET balance = balance - 50 WHERE id = \(id)")
                                return true
                            }
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(taken == 1, "round \(round)")
                try await expectTotal(database, 50)
            }
        }
    }

    /// Reads before writes of the same rows: overtaken attempts run again and leave one effect each.
    @Test(.timeLimit(.minutes(1))) func everyTransferHappensOnce() async throws {
        let runs = Runs()
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            try await seed(database, 4, balance: 1000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let (from, to) = (number % 4 + 1, (number + 1) % 4 + 1)
                        try await database.write { tx in
                            runs.add()
                            let balance = try await tx.first(
                                "SELECT balance FROM accounts WHERE id = \(from)",
                                as: Int.self
                            )
                            let other = try await tx.first(
                                "SELECT balance FROM accounts WHERE id = \(to)",
                                as: Int.self
                            )
                            guard let balance, let other else { throw DatabaseError(.engine, "an account is gone") }
                            try await tx.execute("UPDATE accounts SET balance = \(balance - 5) WHERE id = \(from)")
                            try await tx.execute("UPDATE accounts SET balance = \(other + 5) WHERE id = \(to)")
                            try await tx.execute("INSERT INTO accounts VALUES (\(100 + number), 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await expectTotal(database, 4040)
            let balances = try await database.cells("SELECT balance FROM accounts WHERE id <= 4 ORDER BY id")
            #expect(balances == [[1000], [1000], [1000], [1000]])
        }
        #expect(runs.count >= 40)
    }

    /// On a server one of two transactions that read the other's row is rolled back; SQLite's writers take turns. The closure
    /// of the one that was rolled back runs again, with what the other has left.
    @Test(.timeLimit(.minutes(1))) func anOvertakenClosureRunsAgain() async throws {
        let attempts = Runs()
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            try await seed(database, 2, balance: 10)
            let engine = try await database.testedEngine
            let seen = try await database.write { tx in
                let attempt = attempts.add()
                let sum = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                if attempt == 1, engine == .postgres {
                    // A task of its own, since a write inside a write is refused.
                    _ = try await Task {
                        try await database.write {
                            try await $0.execute("UPDATE accounts SET balance = 20 WHERE id = 1")
                        }
                    }.value
                }
                try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                return sum
            }
            #expect(attempts.count == (engine == .postgres ? 2 : 1))
            #expect(seen == (engine == .postgres ? 30 : 20))
            try await expectTotal(database, (engine == .postgres ? 31 : 21))
        }
    }

    @Test(.timeLimit(.minutes(1))) func aReadSeesOneMoment() async throws {
        try await withDatabase(bank) { database in
            try await seed(database, 2, balance: 10)
            let sums = try await database.read { tx in
                let before = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                try await database.write { try await $0.execute("UPDATE accounts SET balance = 99") }
                try await database.write { try await $0.execute("INSERT INTO accounts VALUES (3, 1)") }
                let after = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                let count = try await tx.first("SELECT count(*) FROM accounts", as: Int.self)
                return [before, after, count]
            }
            #expect(sums == [20, 20, 2])
            try await expectTotal(database, 199)
        }
    }

    /// A server's read sees everything that was committed before it and nothing else. That may be a transaction without one that
    /// comes before it in the order in which the two could have run: here the day is closed, and a receipt of that day is still
    /// to come. On SQLite the receipt's writer has its turn first.
    @Test(.timeLimit(.minutes(1))) func aReadFollowsTheOrderOfCommits() async throws {
        try await withDatabase([library], configure: { $0.transactionLimit = .seconds(20) }) { database in
            let engine = try await database.testedEngine
            let day: SQL = "SELECT born FROM authors WHERE id = 1"
            let (hasRead, isClosed) = (Gate(), Gate())
            async let receipt: Void = database.write { tx in
                let today = try await tx.first(day, as: Int.self)
                hasRead.open()
                if engine == .postgres { await isClosed.wait() }
                try await tx.execute("UPDATE books SET pages = \(today)")
            }
            await hasRead.wait()
            try await database.write { try await $0.execute("UPDATE authors SET born = 2000 WHERE id = 1") }
            let state: SQL = "SELECT a.born, b.pages FROM authors a CROSS JOIN books b WHERE a.id = 1 AND b.id = 4"
            let seen = try await database.cells(state)
            isClosed.open()
            try await receipt
            #expect(seen == (engine == .postgres ? [[2000, 12]] : [[2000, 1929]]))
            let after = try await database.cells(state)
            #expect(after == [[2000, 1929]])
        }
    }

    @Test func aWriteSeesItsOwnChanges() async throws {
        try await withDatabase(bank) { database in
            let sums = try await database.write { tx in
                try await tx.execute("INSERT INTO accounts VALUES (1, 5)")
                let first = try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)
                try await tx.execute("UPDATE accounts SET balance = balance * 2")
                return [first, try await tx.first("SELECT sum(balance) FROM accounts", as: Int.self)]
            }
            #expect(sums == [5, 10])
        }
    }

    @Test(.timeLimit(.minutes(1))) func nothingUncommittedIsSeen() async throws {
        let (changed, gate) = (Gate(), Gate())
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            try await seed(database, 1, balance: 10)
            async let write: Void = database.write { tx in
                try await tx.execute("UPDATE accounts SET balance = 0")
                changed.open()
                await gate.wait()
            }
            await changed.wait()
            try await expectTotal(database, 10)
            gate.open()
            try await write
            try await expectTotal(database, 0)
        }
    }

    /// A hot row that each transaction changes by one statement: nobody is rolled back, and nothing is lost.
    @Test(.timeLimit(.minutes(1))) func readCommittedCountersLoseNothing() async throws {
        let runs = Runs()
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            try await seed(database, 1, balance: 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await database.write(isolation: .readCommitted) { tx in
                            runs.add()
                            try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await expectTotal(database, 60)
            let engine = try await database.testedEngine
            if engine == .postgres { #expect(runs.count == 60) }
        }
    }

    /// Each holds what the other wants: a server ends one of them, whose closure runs again. SQLite's never meet.
    @Test(.timeLimit(.minutes(1)), arguments: [IsolationLevel.serializable, .readCommitted])
    func deadlocksAreResolved(_ isolation: IsolationLevel) async throws {
        try await withDatabase(bank, configure: { $0.transactionLimit = .seconds(20) }) { database in
            try await seed(database, 2, balance: 0)
            let engine = try await database.testedEngine
            let gates = [Gate(), Gate()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (mine, other) in [(0, 1), (1, 0)] {
                    group.addTask {
                        try await database.write(isolation: isolation) { tx in
                            try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(mine + 1)")
                            gates[mine].open()
                            if engine == .postgres { await gates[other].wait() }
                            try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(other + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let balances = try await database.cells("SELECT balance FROM accounts ORDER BY id")
            #expect(balances == [[2], [2]])
        }
    }

    @Test func aCaughtStatementErrorStillRollsBack() async throws {
        for statement in ["INSERT INTO accounts VALUES (1, -1)", "SELECT nothing", "SELECT \(Double.nan)"] as [SQL] {
            try await withDatabase(bank) { database in
                let error = await databaseError {
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO accounts VALUES (7, 7)")
                        _ = try? await tx.rows(statement) { _ in }
                    }
                }
                #expect(error?.code == .misused, "\(statement.text)")
                try await expectTotal(database, nil)
            }
        }
    }

    /// What the reader of the rows throws is the program's own affair: the transaction goes on.
    @Test func anErrorOfTheRowsReaderLeavesTheTransactionWhole() async throws {
        struct Odd: Error {}
        try await withDatabase(bank) { database in
            try await seed(database, 2, balance: 1)
            try await database.write { tx in
                try await tx.execute("INSERT INTO accounts VALUES (7, 7)")
                await #expect(throws: Odd.self) {
                    _ = try await tx.rows("SELECT id FROM accounts") { _ in throw Odd() }
                }
                try await tx.execute("INSERT INTO accounts VALUES (8, 8)")
            }
            try await expectTotal(database, 17)
        }
    }
}

/// Counts the runs of a closure.
private final class Runs: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    @discardableResult
    func add() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
