import Foundation
import PandoConductor
import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// The server goes away under load, in all ways, and the same `Database` goes on.
    @Suite struct CrashTests {
        @Test(.timeLimit(.minutes(1)), arguments: [SIGKILL, SIGINT])
        func serverThatEndsUnderLoadLosesAndDoublesNothing(by signal: Int32) async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                $0.server.maximumConnections = 8
            } _: { database in
                let ledger = Ledger()
                try await ledger.whileWriting(12, into: database) {
                    try await eventually("200 are acknowledged") { ledger.count(.acknowledged) >= 200 }
                    let first = server.postgres.processID
                    server.end(by: signal)
                    try await eventually("it is started again") { server.postgres.processID != first }
                    let before = ledger.count(.acknowledged)
                    try await eventually("it goes on") { ledger.count(.acknowledged) >= before + 200 }
                }
                try await ledger.check(database)
                print("signal \(signal): \(ledger.count(.acknowledged)) acknowledged, others \(ledger.codes)")
                #expect(Set(ledger.codes.keys).isSubset(of: [.outcomeUnknown, .unavailable, .busy]))
            }
        }

        /// Every request ends although the server does not answer, and before it does again.
        @Test(.timeLimit(.minutes(1))) func frozenServerHoldsNoRequestPastItsDeadline() async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                ($0.server.maximumConnections, $0.server.patience, $0.server.connectTimeout) = (
                    8, .seconds(1), .seconds(2)
                )
                ($0.database.transactionLimit, $0.database.readLimit) = (.seconds(1), .seconds(1))
            } _: { database in
                defer { server.thaw() }
                let ledger = Ledger()
                let (isWritten, isFrozen) = (Gate(), Gate())
                // Stands before its COMMIT when the server freezes.
                async let committing = ledger.write(into: database, limit: .seconds(5)) { _ in
                    isWritten.open()
                    await isFrozen.wait()
                }
                try await ledger.whileWriting(8, into: database) {
                    await isWritten.wait()
                    try await eventually("50 are acknowledged") { ledger.count(.acknowledged) >= 50 }
                    try await server.freeze()
                    isFrozen.open()
                }
                for _ in 0..<2 {
                    await ledger.write(into: database)
                    do { _ = try await database.numbers() } catch { ledger.note(error) }
                }
                let committed = await committing
                #expect(committed.fate == .unknown)
                print("frozen: \(ledger.count(.acknowledged)) acknowledged, others \(ledger.codes)")
                #expect(Set(ledger.codes.keys).isSubset(of: [.outcomeUnknown, .timedOut, .unavailable, .busy]))
                #expect(ledger.codes.values.reduce(0, +) >= 5)

                server.thaw()
                try await eventually("it works again") { await ledger.write(into: database).fate == .acknowledged }
                // What the server had in hand when it froze may still be on its way.
                try await eventually("what is given up is rolled back") {
                    try await server.psql("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'") == "0"
                }
                try await ledger.check(database)
            }
        }

        @Test(.timeLimit(.minutes(1))) func poolThatIsLargerThanTheServerUsesWhatThereIs() async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                ($0.server.maximumConnections, $0.server.patience) = (32, .seconds(1))
            } _: { database in
                let ledger = Ledger()
                let end = ContinuousClock.now + .seconds(3)
                try await ledger.whileWriting(32, into: database) {
                    try await eventually("it has gone on for longer than anybody waits") { ContinuousClock.now > end }
                }
                try await ledger.check(database)
                #expect(ledger.codes == [:])
                #expect((1...9).contains(database.pool.openCount))
            }
        }

        @Test(.timeLimit(.minutes(1))) func fullServerIsBusyUntilItHasRoom() async throws {
            let server = try TestServer.running()
            try await server.withDatabase {
                $0.server.patience = .milliseconds(500)
            } _: { database in
                try await server.withDatabase {
                    $0.server.maximumConnections = 9
                } _: { other in
                    let gate = Gate()
                    let holders = Ledger()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<9 { group.addTask { await holders.write(into: other) { _ in await gate.wait() } } }
                        try await eventually("the server is full") { other.pool.openCount == 9 }
                        let error = await databaseError { try await database.numbers() }
                        #expect(error?.code == .busy)
                        #expect(error?.message.contains("raise max_connections") == true)
                        gate.open()
                    }
                    #expect(holders.count(.acknowledged) == 9)
                }
                try await eventually("there is room") { await databaseError { try await database.numbers() } == nil }
            }
        }

        @Test(.timeLimit(.minutes(1))) func fullDiskFailsWritesAndLosesNone() async throws {
            let server = try TestServer.running()
            // More than the 16 MiB of a file of the log, and the last page does not fit in whole.
            try await server.limitFiles(toBytes: 18 << 20 | 4096)
            try await server.withDatabase {
                $0.server.maximumConnections = 4
            } _: { database in
                // What does not compress, in 256 KiB.
                let content = (0..<32_768).flatMap { _ in
                    withUnsafeBytes(of: UInt64.random(in: 0...(.max)), Array.init)
                }
                let ledger = Ledger()
                try await ledger.whileWriting(4, into: database) { tx in
                    try await tx.execute("INSERT INTO papers (id, content) VALUES (\(Identifier()), \(content))")
                } _: {
                    try await eventually("the disk is full") { ledger.count(.failed) >= 20 }
                    try await server.limitFiles(toBytes: nil)
                    let before = ledger.count(.acknowledged)
                    try await eventually("there is room") { ledger.count(.acknowledged) >= before + 20 }
                }
                print("full disk: \(ledger.count(.acknowledged)) acknowledged, others \(ledger.codes)")
                #expect(ledger.codes[.full, default: 0] > 0)
                // A page that would lie beyond the limit as a whole is an error of its own, which no disk makes.
                #expect(Set(ledger.codes.keys).isSubset(of: [.full, .engine]))
                try await ledger.check(database)
            }
        }
    }
}
