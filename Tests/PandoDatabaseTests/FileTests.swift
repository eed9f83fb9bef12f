import Foundation
import PandoDatabase
import Synchronization
import TestSupport
import Testing

@Suite struct FileTests {
    @Test func whatWasWrittenSurvivesAReopening() async throws {
        let path = try Database.Configuration.temporaryPath()
        let configuration = Database.Configuration(path: path)
        let first = try await Database.open(configuration)
        try await first.migrate(bank)
        try await first.write { try await $0.execute("INSERT INTO accounts VALUES (1, 5)") }
        let position = first.position
        await first.close()

        let second = try await Database.open(configuration)
        #expect(second.position == position)
        #expect(try await second.read { try await $0.first("SELECT balance FROM accounts", as: Int.self) } == 5)
        await second.close()
    }

    @Test func aClosedDatabaseSaysSo() async throws {
        let database = try await Database.open(Database.Configuration(path: try Database.Configuration.temporaryPath()))
        await database.close()
        await database.close()
        #expect(await databaseError { try await database.write { _ in } }?.code == .closed)
        #expect(await databaseError { try await database.read { _ in } }?.code == .closed)
    }

    @Test func aFileThatIsNoDatabaseIsNamed() async throws {
        let path = try Database.Configuration.temporaryPath()
        let configuration = Database.Configuration(path: path)
        try Data(String(repeating: "not a database ", count: 500).utf8).write(
            to: URL(fileURLWithPath: path)
        )
        let error = await databaseError { try await Database.open(configuration) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("restore the file from a backup") == true)
    }

    @Test func aFolderThatIsNotThereIsNamed() async throws {
        let error = await databaseError {
            try await Database.open(Database.Configuration(path: "/nowhere/at/all.sqlite"))
        }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("/nowhere/at/all.sqlite") == true)
    }

    @Test func aBackupIsOfOneMomentWhileWritesGoOn() async throws {
        try await withDatabase(bank, in: .file) { database in
            try await database.write { tx in
                for id in 0..<2000 { try await tx.execute("INSERT INTO accounts VALUES (\(id), 10)") }
            }
            let target = NSTemporaryDirectory() + "backup-\(Identifier()).sqlite"
            let done = Atomic<Bool>(false)
            async let writes: Void = {
                var next = 0
                while !done.load(ordering: .relaxed) {
                    let (from, to) = (next % 2000, (next + 1) % 2000)
                    try await database.write { tx in
                        try await tx.execute(
                            "UPDATE accounts SET balance = balance - 1 WHERE id = \(from) AND balance > 0"
                        )
                        try await tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(to)")
                    }
                    next += 2
                }
            }()
            try await database.backup(to: target)
            done.store(true, ordering: .relaxed)
            try await writes
            #expect(await databaseError { try await database.backup(to: target) }?.code == .misused)

            let copy = try await Database.open(Database.Configuration(path: target))
            let total = try await copy.read {
                try await $0.first("SELECT sum(balance) - count(*) * 10 FROM accounts", as: Int.self)
            }
            // Every transfer moves one from an account that has it, or makes one where it has none: never a half of one.
            #expect(try #require(total) >= 0)
            await copy.close()
        }
    }

    @Test func aRestoreBeginsANewTimelineAndKeepsWhatItReplaced() async throws {
        let path = try Database.Configuration.temporaryPath()
        let configuration = Database.Configuration(path: path)
        let backup = path + ".backup"
        let first = try await Database.open(configuration)
        try await first.migrate(bank)
        try await first.write { try await $0.execute("INSERT INTO accounts VALUES (1, 1)") }
        try await first.backup(to: backup)
        try await first.write { try await $0.execute("INSERT INTO accounts VALUES (2, 2)") }
        let before = first.position
        #expect(await databaseError { try await Database.restore(from: backup, to: path) }?.code == .busy)
        await first.close()

        let replaced = try #require(try await Database.restore(from: backup, to: path))
        let second = try await Database.open(configuration)
        #expect(second.position > before)
        #expect(try await second.read { try await $0.all("SELECT id FROM accounts", as: Int.self) } == [1])
        await second.close()
        let old = try await Database.open(Database.Configuration(path: replaced))
        #expect(try await old.read { try await $0.all("SELECT id FROM accounts ORDER BY id", as: Int.self) } == [1, 2])
        await old.close()
    }

    /// An open database with no rows, and a backup of it.
    private func backedUp() async throws -> (path: String, Database, backup: String) {
        let path = try Database.Configuration.temporaryPath()
        let backup = path + ".backup"
        let database = try await Database.open(Database.Configuration(path: path))
        try await database.migrate(bank)
        try await database.backup(to: backup)
        return (path, database, backup)
    }

    @Test func whatIsReplacedIsKeptHoweverSoonTheNextRestoreComes() async throws {
        let (path, database, backup) = try await backedUp()
        await database.close()
        var kept: [String] = []
        for _ in 0..<5 { kept.append(try #require(try await Database.restore(from: backup, to: path))) }
        #expect(Set(kept).count == 5)
        for path in kept { try await Database.check(path) }
    }

    @Test func anotherProgramsBackupIsRefused() async throws {
        let (path, database, backup) = try await backedUp()
        await database.close()
        let restore = { (domains: [String]) in
            await databaseError { try await Database.restore(from: backup, to: path, domains: domains) }
        }
        let error = await restore(["shop", "stock"])
        #expect(error?.code == .schemaMismatch)
        #expect(error?.message.contains("bank") == true)
        #expect(await restore(["bank", "shop"]) == nil)
    }

    @Test func nobodyElseMayReadTheFiles() async throws {
        let (path, database, backup) = try await backedUp()
        for path in [path, path + "-wal", backup] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(path)")
        }
        await database.close()
    }

    @Test func aDamagedBackupIsRefusedAndTheDatabaseUntouched() async throws {
        let path = try Database.Configuration.temporaryPath()
        let configuration = Database.Configuration(path: path)
        let database = try await Database.open(configuration)
        try await database.migrate(bank)
        try await database.write { tx in
            for id in 0..<500 { try await tx.execute("INSERT INTO accounts VALUES (\(id), 1)") }
        }
        let backup = path + ".backup"
        try await database.backup(to: backup)
        await database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: backup))
        try file.seek(toOffset: 4096 * 3)
        try file.write(contentsOf: Data(repeating: 0xff, count: 4096 * 6))
        try file.close()
        #expect(
            await databaseError { try await Database.restore(from: backup, to: path) }?.code == .corrupt
        )
        let again = try await Database.open(configuration)
        #expect(try await again.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) } == 500)
        await again.close()
    }
}
