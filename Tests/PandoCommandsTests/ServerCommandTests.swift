import Foundation
import PandoConductor
import PandoDatabase
import Testing

@testable import PandoCommands

/// `backup` and `restore` with a private PostgreSQL, which each command starts and stops: as on SQLite.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServerCommandTests {
    private func run(_ folder: String, _ arguments: String...) async -> (
        status: CommandStatus, result: String, notes: String
    ) {
        let recorder = Recorder()
        let all = arguments + ["--topology", "\(folder)/t.yaml"]
        let status = await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console())
        return (status, recorder.result, recorder.notes)
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        // Short, and not private to root: the server's user goes through to its own folder, to a socket in it.
        let folder = "/tmp/pando-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let topology = "pando: 1\nengines: {database: {engine: postgres}}\n"
        try Data(topology.utf8).write(to: URL(fileURLWithPath: folder + "/t.yaml"))
        try await body(folder)
    }

    /// The second would lose its database when the first ends.
    @Test func aSecondAppIsRefusedTheFirstOnesServerWhichShortCommandsMayUse() async throws {
        try await withFolder { folder in
            let data = folder + "/data"
            let place = DatabasePlace.local(folder: data + "/postgres")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try await place.serving(.quiet("test"), joins: false) { _ in
                let up = await run(folder, "up", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", data)
                #expect(up.status == .failed)
                #expect(up.notes.contains("\(data)/postgres is in use by "))
                #expect(up.notes.contains("process \(getpid()), with its PostgreSQL, process "))
                #expect(up.notes.hasSuffix(": stop it first, or use another folder\n"))
                #expect(await run(folder, "migrate", "--data", data).status == .done)
                let restore = await run(folder, "restore", folder + "/t.yaml", "--data", data)
                #expect(restore.notes.contains("is no usable backup"))
            }
        }
    }

    private func titles(_ data: String) async throws -> [String] {
        try await DatabasePlace.local(folder: data + "/postgres").serving(.quiet("test")) { location in
            let database = try await Database.open(Database.Configuration(location))
            let titles = try await database.domain("books").read { tx in
                try await tx.all("SELECT title FROM books", as: String.self)
            }
            await database.close()
            return titles
        }
    }

    @Test func backupIsRestoredAlsoIntoANewFolderAndRefusalsAreThoseOfSQLite() async throws {
        try await withFolder { folder in
            let (data, new, copy) = (folder + "/data", folder + "/new", folder + "/copy.dump")
            let early = await run(folder, "backup", copy, "--data", data)
            #expect(early.status == .badInput)
            #expect(early.notes.contains("there is no database at PostgreSQL in \(data)/postgres; start the app once"))
            #expect(await run(folder, "migrate", "--data", data).status == .done)
            let backup = await run(folder, "backup", copy, "--data", data)
            #expect(backup.status == .done, "\(backup.notes)")
            #expect(backup.result.hasPrefix("PostgreSQL in \(data)/postgres is backed up to \(copy) ("))
            let again = await run(folder, "backup", copy, "--data", data)
            #expect(again.status == .badInput)
            #expect(again.notes.hasSuffix("a backup replaces nothing; name another file, or remove this one\n"))

            let bad = folder + "/bad.dump"
            try Data("this is no database, however long it goes on".utf8).write(to: URL(fileURLWithPath: bad))
            let refused = await run(folder, "restore", bad, "--data", data)
            #expect(refused.status == .badInput)
            #expect(
                refused.notes
                    == "ledger: \(bad) is no usable backup: it is no database; take another backup; nothing was changed\n"
            )
            let missing = await run(folder, "restore", folder + "/none", "--data", data)
            #expect(missing.notes == "ledger: there is no file \(folder)/none; name a backup that is there\n")

            let fresh = await run(folder, "restore", copy, "--data", new)
            #expect(fresh.status == .done, "\(fresh.notes)")
            #expect(fresh.result == "PostgreSQL in \(new)/postgres is restored from \(copy)\n")
            #expect(try await titles(new) == ["first"])
            let over = await run(folder, "restore", copy, "--data", new, "--json")
            #expect(over.result.contains(#""replaced":"schema public_replaced_"#), "\(over.notes)")
            #expect(await run(folder, "migrate", "--data", new).result.contains("is up to date"))
        }
    }
}
