import Foundation
import PandoConductor
import Synchronization
import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// The network breaks down between the engine and the server, at every place that matters to a write.
    @Suite struct NetworkTests {
        /// A database behind a relay, with one connection, which is open.
        private func withRelay(
            _ configure: (inout TestServer.Options) -> Void = { _ in },
            _ body: (Relay, Database) async throws -> Void
        ) async throws {
            let server = try TestServer.running()
            try await Relay.with(to: server.postgres.port) { relay in
                try await server.withDatabase {
                    $0.server = try server.addressByTCP
                    $0.server.port = relay.port
                    $0.server.maximumConnections = 1
                    configure(&$0)
                } _: { database in
                    _ = try await database.numbers()
                    // The read's own COMMIT is answered too.
                    try await eventually("it is idle") { database.pool.inUse == 0 }
                    try await body(relay, database)
                    relay.suffer(nil)
                }
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: [Relay.Fault.loseCommit, .loseAnswerToCommit])
        func idempotencyKeySettlesACommitThatIsCutOff(_ fault: Relay.Fault) async throws {
            try await withRelay { relay, database in
                let key = try #require(IdempotencyKey("a", scope: "test"))
                let book = {
                    try await database.write { tx in
                        try await tx.once(key, fingerprint: [1]) {
                            try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 7)")
                            return 7
                        }
                    }
                }
                relay.suffer(fault)
                let error = await databaseError { try await book() }
                #expect(error?.code == .outcomeUnknown, "\(String(describing: error))")
                let wasRepeated =
                    switch try await book() {
                    case .first: false
                    case .repeated: true
                    }
                #expect(wasRepeated == (fault == .loseAnswerToCommit))
                #expect(try await database.numbers() == [7])
            }
        }

        /// The control of the test above, and of the ledger that the others rely on.
        @Test(.timeLimit(.minutes(1))) func retryWithoutAKeyDoubles() async throws {
            try await withRelay { relay, database in
                let ledger = Ledger()
                relay.suffer(.loseAnswerToCommit)
                let (number, fate) = await ledger.write(into: database)
                #expect(fate == .unknown)
                // Naive: what is not known to have happened is done again.
                try await database.write { tx in
                    try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), \(number))")
                }
                let stored = try await database.numbers()
                #expect(Ledger.faults(ledger.fates, stored: stored) == ["\(number) is there 2 times"])
            }
        }

        /// A connection that is known to be lost before the COMMIT is no unknown outcome: the closure runs again.
        @Test(.timeLimit(.minutes(1)), arguments: [false, true])
        func writeThatIsCutOffBeforeItsCommitIsDoneOnce(hasStatementAfterTheCut: Bool) async throws {
            try await withRelay { relay, database in
                let attempts = Atomic(0)
                try await database.write { tx in
                    try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 1)")
                    guard attempts.add(1, ordering: .relaxed).newValue == 1 else { return }
                    relay.cut()
                    if hasStatementAfterTheCut {
                        try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 2)")
                    } else {
                        try await eventually("the loss is noticed") { database.pool.openCount == 0 }
                    }
                }
                #expect(attempts.load(ordering: .relaxed) == 2)
                #expect(try await database.numbers() == [1])
            }
        }

        @Test(.timeLimit(.minutes(1))) func answersThatDoNotArriveAreWaitedForToTheLimit() async throws {
            try await withRelay {
                $0.database.transactionLimit = .seconds(1)
                $0.database.readLimit = .seconds(1)
            } _: { relay, database in
                let ledger = Ledger()
                relay.suffer(.holdAnswers)
                let write = await databaseError {
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO entries (id, number) VALUES (\(Identifier()), 1)")
                    }
                }
                #expect(write?.code == .timedOut)
                relay.suffer(nil)
                try await eventually("it works again") {
                    await ledger.write(into: database).fate == .acknowledged
                }
                relay.suffer(.holdAnswers)
                #expect(await databaseError { try await database.numbers() }?.code == .timedOut)
                relay.suffer(nil)
                try await eventually("it works again") { await databaseError { try await database.numbers() } == nil }
                try await ledger.check(database)
            }
        }

        /// What waits for connections that are forgotten on their way is in nobody's way when new ones can be made.
        @Test(.timeLimit(.minutes(1))) func connectionsThatTheNetworkForgetsAreReplaced() async throws {
            try await withRelay {
                ($0.server.maximumConnections, $0.server.connectTimeout) = (8, .seconds(2))
                $0.database.transactionLimit = .seconds(1)
            } _: { relay, database in
                let ledger = Ledger()
                try await ledger.whileWriting(8, into: database) {
                    try await eventually("all connections work") { database.pool.openCount == 8 }
                    relay.suffer(.forget)
                    try await eventually("they are given up") { database.pool.openCount == 0 }
                    let before = ledger.count(.acknowledged)
                    relay.suffer(nil)
                    try await eventually("it goes on") { ledger.count(.acknowledged) >= before + 100 }
                }
                print("forgotten: \(ledger.count(.acknowledged)) acknowledged, others \(ledger.codes)")
                try await ledger.check(database)
            }
        }

        /// Logging in has a limit of libpq's; what is asked on a new connection before it is used has one of ours.
        @Test(.timeLimit(.minutes(1))) func connectionThatIsForgottenAfterItsLoginIsGivenUp() async throws {
            try await withRelay {
                ($0.server.patience, $0.server.connectTimeout) = (.milliseconds(300), .seconds(2))
            } _: { relay, database in
                let ledger = Ledger()
                relay.suffer(.forgetAfterLogin)
                relay.cut()
                try await eventually("the loss is noticed") { database.pool.openCount == 0 }
                #expect(await ledger.write(into: database).fate == .failed)
                #expect(ledger.codes == [.unavailable: 1])
                relay.suffer(nil)
                try await eventually("another one is opened") {
                    await ledger.write(into: database).fate == .acknowledged
                }
                try await ledger.check(database)
            }
        }

        /// Whoever notices, there is one word of the loss and one of the return.
        @Test(.timeLimit(.minutes(1))) func outageIsToldOnceAndItsEndOnce() async throws {
            try await withRelay {
                $0.server.patience = .milliseconds(100)
            } _: { relay, database in
                let told = Mutex<[String]>([])
                let ledger = Ledger()
                await ledger.write(into: database)
                let unheard = DatabaseError(.unavailable, "nobody is told")
                #expect(!database.isToldOf(unheard))
                database.onOutage { outage in
                    let word =
                        switch outage {
                        case .began(let error): "lost: \(error.code)"
                        case .ended(let duration): duration > .zero ? "back" : "back too soon"
                        }
                    told.withLock { $0.append(word) }
                }
                for round in 1...2 {
                    relay.suffer(.refuse)
                    try await eventually("the loss is told") {
                        await ledger.write(into: database)
                        return told.withLock { $0.count } == 2 * round - 1
                    }
                    for _ in 0..<5 { await ledger.write(into: database) }
                    #expect(database.isToldOf(unheard))
                    #expect(!database.isToldOf(DatabaseError(.full, "another trouble")))
                    relay.suffer(nil)
                    try await eventually("the return is told") {
                        await ledger.write(into: database)
                        return told.withLock { $0.count } == 2 * round
                    }
                }
                #expect(told.withLock { $0 } == ["lost: unavailable", "back", "lost: unavailable", "back"])
            }
        }

        /// Users fail at once in the end, and still the server is found again when it is back.
        @Test(.timeLimit(.minutes(1))) func outageLongerThanAnybodyWaitsIsSurvived() async throws {
            try await withRelay {
                $0.server.patience = .milliseconds(300)
            } _: { relay, database in
                let ledger = Ledger()
                relay.suffer(.refuse)
                let end = ContinuousClock.now + .seconds(2)
                while ContinuousClock.now < end { await ledger.write(into: database) }
                #expect(Set(ledger.codes.keys) == [.unavailable])
                // Nobody asks for a while.
                try await eventually("nobody waits any more") { database.pool.inUse == 0 }
                relay.suffer(nil)
                try await eventually("the server is found again") {
                    await ledger.write(into: database).fate == .acknowledged
                }
                try await ledger.check(database)
            }
        }
    }
}
