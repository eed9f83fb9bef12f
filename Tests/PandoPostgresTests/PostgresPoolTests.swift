import Foundation
import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// More users than connections, and users that go away.
    @Suite struct PoolTests {
        @Test(.timeLimit(.minutes(1))) func exhaustedPoolRefusesAndLetsNobodyWaitForLong() async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                ($0.server.maximumConnections, $0.server.maximumWaiting, $0.server.patience) = (2, 4, .seconds(1))
            } _: { database in
                let (ledger, gate) = (Ledger(), Gate())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 { group.addTask { await ledger.write(into: database) { _ in await gate.wait() } } }
                    try await eventually("both connections are in use") { database.pool.inUse == 2 }
                    for _ in 0..<3 {
                        let errors = await Self.errorsOfUsers(6, of: database)
                        let refused = errors.count { $0?.message.contains("4 users wait for a connection") == true }
                        let late = errors.count { $0?.message.contains("raise maximumConnections") == true }
                        #expect((refused, late) == (2, 4))
                        #expect(errors.allSatisfy { $0?.code == .busy })
                    }
                    gate.open()
                }
                #expect(ledger.count(.acknowledged) == 2)
                try await ledger.check(database)
            }
        }

        private static func errorsOfUsers(_ count: Int, of database: Database) async -> [DatabaseError?] {
            await withTaskGroup(of: DatabaseError?.self) { group in
                for _ in 0..<count { group.addTask { await databaseError { try await database.numbers() } } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }

        /// Reads and writes that are cancelled at random moments: while they wait for a connection, before and after each of
        /// their statements, and in their COMMIT.
        @Test(.timeLimit(.minutes(1))) func tenThousandCancelledTasksLeaveThePoolIntact() async throws {
            let seed =
                UInt64(ProcessInfo.processInfo.environment["PANDO_TEST_SEED"] ?? "") ?? UInt64.random(in: 1...(.max))
            print("cancellations from seed \(seed); PANDO_TEST_SEED=\(seed) repeats them")
            let server = try TestServer.running()
            try await server.withDatabase {
                $0.server.maximumConnections = 8
            } _: { database in
                let ledger = Ledger()
                await withTaskGroup(of: Void.self) { group in
                    for lane in 0..<100 {
                        var random = SeededGenerator(seed: seed &+ UInt64(lane))
                        let pauses = (0..<100).map { _ in Int.random(in: 0...40_000, using: &random) }
                        group.addTask { for pause in pauses { await Self.cancelOne(after: pause, database, ledger) } }
                    }
                }
                try await ledger.check(database)
                print("cancelled: \(ledger.count(.acknowledged)) writes acknowledged, \(ledger.count(.failed)) not")
                // Neither does a COMMIT stop half-way, nor a connection die of it.
                #expect(ledger.codes == [:])
                #expect(await ledger.write(into: database).fate == .acknowledged)
            }
        }

        private static func cancelOne(after microseconds: Int, _ database: Database, _ ledger: Ledger) async {
            let isRead = microseconds % 2 == 0
            // Unstructured, to be cancelled by itself; awaited below.
            let task = Task {
                guard isRead else {
                    return _ = await ledger.write(into: database) { _ in try Task.checkCancellation() }
                }
                do {
                    _ = try await database.read { tx in
                        try await tx.first("SELECT number FROM entries LIMIT 1", as: Int.self)
                    }
                } catch { ledger.note(error) }
            }
            try? await Task.sleep(for: .microseconds(microseconds))
            task.cancel()
            await task.value
        }

        /// The server keeps what was prepared for as long as its connection lives.
        @Test(.timeLimit(.minutes(1))) func statementThatKeepsFailingDoesNotFillTheServersMemory() async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                $0.server.maximumConnections = 1
            } _: { database in
                try await database.makeAccounts(1)
                // On a connection that knows nothing of the statement, so that each failure prepares it anew.
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pando %'"
                #expect(try await server.psql(end) == "t")
                for _ in 0..<600 {
                    let error = await databaseError { try await database.makeAccounts(1) }
                    #expect(error?.code == .constraintViolated(.unique))
                }
                let prepared = try await database.read { tx in
                    try await tx.system.first("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
                }
                #expect(try #require(prepared) < 530)
            }
        }
    }
}
