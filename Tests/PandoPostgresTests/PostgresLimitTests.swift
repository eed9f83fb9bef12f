import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// Everything ends by its limit, and leaves the pool with connections that work.
    @Suite struct LimitTests {
        @Test(.timeLimit(.minutes(1))) func statementIsCancelledAtTheLimit() async throws {
            try await TestServer.running().withDatabase {
                $0.database.readLimit = .seconds(1)
            } _: { database in
                let write = await databaseError {
                    try await database.write(limit: .milliseconds(300)) { tx in
                        try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 1)")
                        _ = try await tx.system.rows("SELECT 1 FROM pg_sleep(60)") { _ in }
                    }
                }
                #expect(write?.code == .timedOut)
                let read = await databaseError {
                    try await database.read { tx in try await tx.system.rows("SELECT 1 FROM pg_sleep(60)") { _ in } }
                }
                #expect(read?.code == .timedOut)
                #expect(try await database.numbers() == [])
                // The server has stopped too, instead of working for nobody.
                try await Self.nothingRuns()
            }
        }

        private static func nothingRuns() async throws {
            let server = try TestServer.running()
            try await eventually("the server is idle") {
                let sql =
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pando %' AND state <> 'idle'"
                return try await server.psql(sql) == "0"
            }
        }

        @Test(.timeLimit(.minutes(1))) func lockIsWaitedForToTheLimit() async throws {
            try await TestServer.running().withDatabase { database in
                try await database.makeAccounts(1)
                let (isLocked, gate) = (Gate(), Gate())
                async let holder: Void = database.write { tx in
                    try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                    isLocked.open()
                    await gate.wait()
                }
                await isLocked.wait()
                for isolation in [IsolationLevel.serializable, .readCommitted] {
                    let error = await databaseError {
                        try await database.write(limit: .milliseconds(300), isolation: isolation) { tx in
                            try await tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
                        }
                    }
                    #expect(error?.code == .timedOut)
                }
                gate.open()
                try await holder
                #expect(try await database.balance(of: 1) == 1)
            }
        }

        /// What goes together with the COMMIT, which is never cancelled, waits no longer for a lock than the server lets it: the
        /// outcome is known.
        @Test(.timeLimit(.minutes(1))) func lockThatAnEnqueuedChangeWaitsForIsNoUnknownOutcome() async throws {
            try await TestServer.running().withDatabase {
                $0.database.transactionLimit = .milliseconds(500)
            } _: { database in
                try await database.makeAccounts(1)
                let (isLocked, gate) = (Gate(), Gate())
                async let holder: Void = database.write(limit: .seconds(30)) { tx in
                    try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                    isLocked.open()
                    await gate.wait()
                }
                await isLocked.wait()
                let error = await databaseError {
                    try await database.write { tx in
                        try await tx.enqueue("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
                    }
                }
                #expect(error?.code == .busy)
                gate.open()
                try await holder
                #expect(try await database.balance(of: 1) == 1)
            }
        }

        /// A closure that waits for something else than its statements loses its locks at the limit, not when it returns.
        @Test(.timeLimit(.minutes(1))) func idleTransactionLetsGoAtTheLimit() async throws {
            try await TestServer.running().withDatabase { database in
                try await database.makeAccounts(1)
                let (isLocked, gate) = (Gate(), Gate())
                async let idler = databaseError {
                    try await database.write(limit: .seconds(1)) { tx in
                        try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                        isLocked.open()
                        await gate.wait()
                    }
                }
                await isLocked.wait()
                try await database.write(isolation: .readCommitted) { tx in
                    try await tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
                }
                gate.open()
                let error = await idler
                #expect(error?.code == .timedOut)
                #expect(error?.message.contains("PostgresLimitTests.swift") == true)
                #expect(try await database.balance(of: 1) == 10)
            }
        }

        /// For programs that hang, or whose machine is gone.
        @Test(.timeLimit(.minutes(1))) func serverHasLimitsOfItsOwn() async throws {
            try await TestServer.running().withDatabase {
                ($0.database.transactionLimit, $0.database.readLimit) = (.seconds(2), .seconds(4))
            } _: { database in
                for name in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
                    let usual = try await database.read { tx in
                        try await tx.system.first("SELECT current_setting(\(name))", as: String.self)
                    }
                    #expect(usual == (name == "lock_timeout" ? "3s" : "5s"))
                    let longer = try await database.write(limit: .seconds(20)) { tx in
                        try await tx.system.first("SELECT current_setting(\(name))", as: String.self)
                    }
                    #expect(longer == "21s")
                }
            }
        }

        /// The server says that a COMMIT is on its disk, and by a WARNING that no replica has it.
        @Test(.timeLimit(.minutes(1))) func cancelledWaitForReplicasIsAnUnknownOutcome() async throws {
            let server = try TestServer.running()
            try await server.withDatabase { database in
                _ = try await database.numbers()
                try await Self.setReplicas("nobody", of: server)
                async let error = databaseError {
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 7)")
                    }
                }
                try await eventually("the commit's wait is cancelled") {
                    try await server.psql(
                        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                    )
                        == "t"
                }
                let found = await error
                #expect(found?.code == .outcomeUnknown)
                #expect(found?.message.contains("stopped waiting for its replicas") == true)
                try await Self.setReplicas("", of: server)
                #expect(try await database.numbers() == [7])
                try await database.write { tx in
                    try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 8)")
                }
            }
        }

        private static func setReplicas(_ names: String, of server: TestServer) async throws {
            _ = try await server.psql("ALTER SYSTEM SET synchronous_standby_names = '\(names)'")
            _ = try await server.psql("SELECT pg_reload_conf()")
            try await eventually("the setting is read") {
                try await server.psql("SHOW synchronous_standby_names") == names
            }
        }
    }
}
