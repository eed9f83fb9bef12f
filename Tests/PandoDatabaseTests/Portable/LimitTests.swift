import PandoDatabase
import TestSupport
import Testing

/// Limits, cancellation and use after the end: the same on every engine.
@Suite struct LimitTests {
    /// Counts for hours.
    private static let endless: SQL =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"

    @Test(.timeLimit(.minutes(1))) func aStatementThatTakesTooLongIsStopped() async throws {
        try await withDatabase(
            bank,
            configure: {
                $0.readLimit = .milliseconds(200)
                $0.transactionLimit = .milliseconds(200)
            }
        ) { database in
            let read = await databaseError { try await database.cells(Self.endless) }
            #expect(read?.code == .timedOut)
            let write = await databaseError {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO accounts VALUES (1, 1)")
                    _ = try await tx.rows(Self.endless) { _ in }
                }
            }
            #expect(write?.code == .timedOut)
            // Whoever comes next finds everything in order, and nothing of the write.
            try await database.write { try await $0.execute("INSERT INTO accounts VALUES (2, 2)") }
            let rows = try await database.cells("SELECT id FROM accounts")
            #expect(rows == [[2]])
        }
    }

    @Test(.timeLimit(.minutes(1))) func aWriteMayHaveALongerLimitOfItsOwn() async throws {
        try await withDatabase(bank, configure: { $0.transactionLimit = .milliseconds(30) }) { database in
            let rows = try await database.write(limit: .seconds(30)) { tx in
                try await Task.sleep(for: .milliseconds(60))
                return try await tx.execute("INSERT INTO accounts VALUES (1, 1)")
            }
            #expect(rows == 1)
        }
    }

    /// On a server a write waits for a row that another one has changed, and its limit counts meanwhile. On SQLite it waits for
    /// its turn, and the limit counts from then on.
    @Test(.timeLimit(.minutes(1))) func theWaitForALockCountsOnAServer() async throws {
        try await withDatabase(bank) { database in
            try await database.write { try await $0.execute("INSERT INTO accounts VALUES (1, 1)") }
            let engine = try await database.testedEngine
            let (held, gate) = (Gate(), Gate())
            async let first: Void = database.write(limit: .seconds(30)) { tx in
                try await tx.execute("UPDATE accounts SET balance = 2")
                held.open()
                await gate.wait()
            }
            await held.wait()
            async let second = databaseError {
                try await database.write(limit: .milliseconds(100)) { tx in
                    try await tx.execute("UPDATE accounts SET balance = 3")
                }
            }
            if engine == .sqlite { gate.open() }
            let error = await second
            gate.open()
            try await first
            #expect(error?.code == (engine == .sqlite ? nil : .timedOut))
            let balance = try await database.cells("SELECT balance FROM accounts")
            #expect(balance == [[engine == .sqlite ? 3 : 2]])
        }
    }

    @Test(.timeLimit(.minutes(1))) func aCancelledTaskBeginsNoWriteAndFinishesOneThatItBegan() async throws {
        try await withDatabase(bank) { database in
            let (begun, cancelled) = (Gate(), Gate())
            let running = Task {
                try await database.write(limit: .seconds(30)) { tx in
                    begun.open()
                    await cancelled.wait()
                    _ = try await tx.execute("INSERT INTO accounts VALUES (1, 1)")
                }
            }
            await begun.wait()
            running.cancel()
            cancelled.open()
            try await running.value
            let late = Task {
                await cancelled.wait()
                try await database.write { _ = try await $0.execute("INSERT INTO accounts VALUES (2, 2)") }
            }
            late.cancel()
            await #expect(throws: CancellationError.self) { try await late.value }
            let rows = try await database.cells("SELECT id FROM accounts")
            #expect(rows == [[1]])
        }
    }

    @Test func aClosedDatabaseSaysSo() async throws {
        let database = try await Database.open(.temporary())
        await database.close()
        let read = await databaseError { try await database.cells("SELECT 1") }
        #expect(read?.code == .closed)
        let write = await databaseError { try await database.write { try await $0.execute("SELECT 1") } }
        #expect(write?.code == .closed)
    }

    @Test func noMessageHoldsABoundValue() async throws {
        try await withDatabase([library]) { database in
            for sql in [
                "INSERT INTO authors VALUES (1, \("secret"), NULL)",
                "INSERT INTO authors VALUES (50, \("secret"), \("secret"))",
                "UPDATE authors SET name = \("secret")", "SELECT CAST(\("secret") AS bigint) + nothing",
                "INSERT INTO books (id, title, bought) VALUES (9, \("secret"), \("secret"))",
                "UPDATE authors SET born = CAST(\("secret") AS bigint) - 9000000000",
            ] as [SQL] {
                let error = await databaseError { try await database.write { try await $0.execute(sql) } }
                #expect(error != nil, "\(sql.text)")
                #expect(error?.description.contains("secret") == false, "\(error?.description ?? "")")
            }
        }
    }
}
