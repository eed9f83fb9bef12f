import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import PandoDatabase

/// Reads on an event loop, where those of one tick share a view.
@Suite(.timeLimit(.minutes(1))) struct SharedSnapshotTests {
    /// Runs jobs on an event loop, as the connections of a server do.
    private final class LoopExecutor: TaskExecutor {
        private let loop = MultiThreadedEventLoopGroup.singleton.next()

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    /// Runs work on an event loop with a database, and a connection to its file such as another process has.
    private func onLoop(_ work: @escaping @Sendable (Database, SQLiteConnection) async throws -> Void) async throws {
        try await withDatabase(bank, in: .file) { database in
            let other = try SQLiteConnection(
                path: database.engine.name,
                purpose: .maintenance,
                rules: TableRules(owners: TableOwners())
            )
            defer { other.close() }
            try await withTaskExecutorPreference(LoopExecutor()) { try await work(database, other) }
        }
    }

    @Test func readsOfOneTickShareAView() async throws {
        try await onLoop { database, other in
            await Task.yield()
            #expect(try await accounts(database) == 0)
            try other.run("INSERT INTO accounts (id, balance) VALUES (1, 100)")
            #expect(try await accounts(database) == 0, "the view was not shared")
            #expect(try await accounts(database, .strong) == 1)
            await Task.yield()
            #expect(try await accounts(database) == 1, "the view outlived its tick")
        }
    }

    @Test func aReadSeesWhatThisProcessHasCommitted() async throws {
        try await onLoop { database, _ in
            try await withThrowingDiscardingTaskGroup { group in
                for id in 1...300 {
                    group.addTask {
                        _ = try await accounts(database)
                        try await database.write { tx in
                            try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), \(id))")
                        }
                        let balance = try await database.read { tx in
                            try await tx.first("SELECT balance FROM accounts WHERE id = \(id)", as: Int.self)
                        }
                        #expect(balance == id)
                    }
                }
            }
        }
    }

    @Test func aViewThatIsInUseAtTheEndOfItsTickIsNotShared() async throws {
        try await onLoop { database, other in
            try await database.read { tx in
                _ = try await tx.first("SELECT count(*) FROM accounts", as: Int.self)
                await Task.yield()
            }
            try other.run("INSERT INTO accounts (id, balance) VALUES (1, 100)")
            #expect(try await accounts(database) == 1)
        }
    }

    @Test func aFailedReadLeavesNothingToTheNext() async throws {
        try await onLoop { database, other in
            let error = await databaseError {
                try await database.read { try await $0.first("SELECT nothing FROM accounts", as: Int.self) }
            }
            #expect(error != nil)
            try other.run("INSERT INTO accounts (id, balance) VALUES (1, 100)")
            #expect(try await accounts(database) == 1)
        }
    }

    @Test func readsAtTheSameTimeHaveConnectionsOfTheirOwn() async throws {
        try await onLoop { database, other in
            let seen = try await database.read { outer in
                let before = try await outer.first("SELECT count(*) FROM accounts", as: Int.self)
                try other.run("INSERT INTO accounts (id, balance) VALUES (1, 100)")
                let inner = try await accounts(database)
                return [before, try await outer.first("SELECT count(*) FROM accounts", as: Int.self), inner]
            }
            #expect(seen == [0, 0, 1])
            #expect(readersInUse(database) == 1, "one of the two was left, the other given back")
            await Task.yield()
            #expect(readersInUse(database) == 0)
        }
    }

    @Test func closingEndsWhatWasLeft() async throws {
        try await onLoop { database, _ in
            _ = try await accounts(database)
            await database.close()
            #expect(readersInUse(database) == 0)
            #expect(await databaseError { try await accounts(database) }?.code == .closed)
        }
    }
}

private func accounts(_ database: Database, _ level: ReadLevel = .session) async throws -> Int? {
    try await database.read(level) { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
}

private func readersInUse(_ database: Database) -> Int? { (database.engine as? SQLiteCore)?.readers.inUse }
