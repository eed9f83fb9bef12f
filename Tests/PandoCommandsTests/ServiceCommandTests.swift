import ArgumentParser
import Foundation
import Pando
import PandoDatabase
import Testing

@testable import PandoCommands

/// An app with one table, whose only row says that it was made once.
struct Ledger: App {
    static let name = "ledger"
    var domains: [any Domain] { [Books()] }

    struct Books: Domain {
        static let name = "books"

        func register(_ domain: inout DomainBuilder) throws {
            let database = domain.database
            domain.migrations {
                Migration(1, "create books") {
                    CreateTable("books", sharding: .reference) {
                        Column("id", .integer)
                        Column("title", .text)
                        PrimaryKey("id")
                    }
                }
            }
            domain.beforeServing {
                try await database.write { tx in
                    _ = try await tx.execute(
                        "INSERT INTO books (id, title) VALUES (1, 'first') ON CONFLICT (id) DO NOTHING"
                    )
                }
            }
        }
    }
}

@Suite struct ServiceCommandTests {
    /// Runs a command of the app on a folder of data.
    private func run(_ data: String, _ arguments: String...) async -> (
        status: CommandStatus, result: String, notes: String
    ) {
        let recorder = Recorder()
        let all = arguments + ["--data", data]
        let status = await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console())
        return (status, recorder.result, recorder.notes)
    }

    @Test func migrateIsDoneOnce() async throws {
        try await withTemporaryFolder { folder in
            let first = await run(folder, "migrate")
            #expect(first.status == .done)
            #expect(first.result == "\(folder)/ledger.sqlite: 1 migration applied\n")
            let second = await run(folder, "migrate", "--json")
            #expect(second.result == "{\"applied\":0,\"database\":\"\(folder)/ledger.sqlite\"}\n")
        }
    }

    @Test func backupIsRestoredAndWhatItReplacesIsKept() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            let copy = folder + "/copy.sqlite"
            let backup = await run(folder, "backup", copy)
            #expect(backup.status == .done, "\(backup.notes)")
            #expect(backup.result.hasPrefix("\(folder)/ledger.sqlite is backed up to \(copy) ("))
            let path = folder + "/ledger.sqlite"
            let database = try await Database.open(Database.Configuration(path: path))
            try await database.domain("books").write { tx in _ = try await tx.execute("DELETE FROM books") }
            await database.close()
            let restore = await run(folder, "restore", copy)
            #expect(restore.status == .done, "\(restore.notes)")
            #expect(restore.result.contains("what was there is kept as "))
            let restored = try await Database.open(Database.Configuration(path: path))
            let titles = try await restored.domain("books").read { tx in
                try await tx.all("SELECT title FROM books", as: String.self)
            }
            await restored.close()
            #expect(titles == ["first"])
        }
    }

    @Test func backupHasANameOfItsOwnWhereNoneIsGiven() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            #expect(await run(folder, "backup").status == .done)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/backups")
            #expect(names.count == 1)
            #expect(names[0].hasPrefix("ledger-2"))
            #expect(names[0].hasSuffix("Z.sqlite"))
        }
    }

    @Test(arguments: [["backup"], ["queue", "list"], ["queue", "dead"], ["search", "status"]])
    func commandsThatLookMakeNoDatabase(_ arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let recorder = Recorder()
            let all = arguments + ["--data", folder]
            #expect(await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console()) == .badInput)
            #expect(
                recorder.notes == """
                    ledger: there is no database at \(folder)/ledger.sqlite; start the app once ('ledger up'), \
                    or name its folder with --data

                    """
            )
            let made = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(made.isEmpty)
        }
    }

    /// The topology was forgotten: the app would come up empty.
    @Test(arguments: [["up", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0"], ["migrate"]])
    func noEmptyDatabaseIsBegunBesideAPostgreSQL(_ arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = data + "/postgres/data"
            try FileManager.default.createDirectory(atPath: server, withIntermediateDirectories: true)
            try Data("pando: 1\nrung: laptop\n".utf8).write(to: URL(fileURLWithPath: folder + "/silent.yaml"))
            for options in [[], ["--topology", folder + "/silent.yaml"]] {
                let recorder = Recorder()
                let all = arguments + ["--data", data] + options
                #expect(await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console()) == .badInput)
                #expect(
                    recorder.notes == """
                        ledger: there is a PostgreSQL in \(data)/postgres, and no topology file says that \
                        \(data)/ledger.sqlite is to be made beside it; name the topology that the app is started with by \
                        --topology; for a new database on SQLite, one with 'engines: {database: sqlite}'

                        """
                )
                #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["postgres"])
            }
            let doctor = await run(data, "doctor")
            #expect(doctor.status == .failed)
            #expect(doctor.result.contains("there is a PostgreSQL in \(data)/postgres, and no topology file says"))
            let chosen = "pando: 1\nengines: {database: sqlite}\n"
            try Data(chosen.utf8).write(to: URL(fileURLWithPath: folder + "/chosen.yaml"))
            #expect(await run(data, "migrate", "--topology", folder + "/chosen.yaml").status == .done)
            #expect(await run(data, "migrate").status == .done)
        }
    }

    @Test(arguments: [["up", "--address", "127.0.0.1:0"], ["migrate"], ["backup"], ["queue", "list"]])
    func aFileInPlaceOfTheFolderIsNamed(_ arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/data"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
            let recorder = Recorder()
            let all = arguments + ["--data", file]
            #expect(await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console()) == .badInput)
            #expect(
                recorder.notes == """
                    ledger: \(file) is a file, and the data is kept in a folder; name another one by --data, or move the file \
                    away: mv '\(file)' '\(file).old'

                    """
            )
        }
    }

    /// A restore would not mend it, and its tables are not to be mixed with the app's.
    @Test(arguments: [["migrate"], ["backup"], ["up", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0"]])
    func aForeignFileIsNotCalledDamagedNorWrittenTo(_ arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/ledger.sqlite"
            try Data("no database at all".utf8).write(to: URL(fileURLWithPath: path))
            func words() async -> String {
                let recorder = Recorder()
                let all = arguments + ["--data", folder]
                #expect(await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console()) == .failed)
                return recorder.notes
            }
            let move = "mv '\(path)' '\(path).old'   (or name another folder by --data"
            #expect(
                await words()
                    == "ledger: \(path) is no database; \(move); if it was this app's, ledger restore BACKUP)\n"
            )
            try FileManager.default.removeItem(atPath: path)
            try ForeignFile.make(path, tables: ["artists", "albums", "songs", "plays"])
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(
                await words() == """
                    ledger: \(path) is another program's database, with albums, artists, plays and 1 more in it; \(move))

                    """
            )
            #expect(DatabaseHeadCheck(path: path, command: "ledger").finding().remedy == move + ")")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test func whoMayNotWriteIsToldWhoseItIsAndWhatToDo() throws {
        let place = try ServiceOptions.parse(["--data", "data"]).place(Ledger())
        #expect(
            place.refusal(of: "data/ledger.sqlite", owner: "root", user: "ada").description
                == "data/ledger.sqlite belongs to root, and ada may not write to it; start as root, or give all of it to ada: "
                + "sudo chown -R ada 'data'"
        )
        #expect(place.refusal(of: "data", owner: "ada", user: "ada").remedy == "chmod u+rwX 'data'")
    }

    @Test func emptyQueueAndReadModelsSaySo() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            #expect(await run(folder, "queue", "list").result == "no group has consumed anything yet\n")
            #expect(await run(folder, "queue", "dead", "--json").result == "{\"letters\":[],\"total\":0}\n")
            #expect(await run(folder, "queue", "replay", "--all").result == "replayed 0 dead letters\n")
            #expect(await run(folder, "search", "status").result == "this app has no read models\n")
            let unknown = await run(folder, "search", "rebuild", "hotels")
            #expect(unknown.status == .badInput)
            #expect(unknown.notes == "ledger: there is no read model 'hotels'; this app has none\n")
            let group = await run(folder, "queue", "forget", "a", "b")
            #expect(group.notes == "ledger: topic 'a' has no group 'b'; see 'ledger queue list'\n")
        }
    }

    @Test func nothingIsPurgedByAccident() async throws {
        let answer = await run("/nonexistent", "queue", "purge")
        #expect(answer.status == .badInput)
        #expect(answer.notes.contains("Say which: --topic, --group, --id, or --all; see 'ledger queue purge --help'"))
        let limit = await run("/nonexistent", "queue", "dead", "--limit", "0")
        #expect(limit.notes.contains("--limit is 0; it must be 1 to 1000; see "))
    }

    @Test func damagedBackupIsRefusedAndNothingIsReplaced() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            let bad = folder + "/bad.sqlite"
            try Data("this is no database, however long it goes on".utf8).write(to: URL(fileURLWithPath: bad))
            let restore = await run(folder, "restore", bad)
            #expect(restore.status == .badInput)
            #expect(
                restore.notes == """
                    ledger: \(bad) is no usable backup: it is no database; take another backup; nothing was changed

                    """
            )
            #expect(await run(folder, "migrate").result.contains("is up to date"))
        }
    }

    @Test func aBackupThatIsCutOffOrFlippedIsNamedInPlainWords() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            let backup = folder + "/copy.sqlite"
            #expect(await run(folder, "backup", backup).status == .done)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
            let cut = folder + "/cut.sqlite"
            try bytes.prefix(bytes.count / 8192 * 4096).write(to: URL(fileURLWithPath: cut))
            let answer = await run(folder, "restore", cut)
            #expect(answer.status == .badInput)
            #expect(answer.notes.contains("\(cut) is no usable backup: it is cut off: it has "))
            let flipped = folder + "/flipped.sqlite"
            let noise = Data(repeating: 0x5A, count: 4096)
            try (bytes.dropLast(4096) + noise).write(to: URL(fileURLWithPath: flipped))
            let damaged = await run(folder, "restore", flipped, "--json")
            #expect(damaged.status == .badInput)
            #expect(damaged.notes.contains("\(flipped) is no usable backup: it is damaged: "), "\(damaged.notes)")
            #expect(!damaged.notes.contains("text(") && damaged.notes.contains(#""code":"corrupt""#))
        }
    }

    @Test func aMissingBackupAndOneThatIsThereAreBadInput() async throws {
        try await withTemporaryFolder { folder in
            let missing = await run(folder + "/data", "restore", folder + "/none.sqlite")
            #expect(missing.status == .badInput)
            #expect(missing.notes == "ledger: there is no file \(folder)/none.sqlite; name a backup that is there\n")
            #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
            #expect(await run(folder, "migrate").status == .done)
            let taken = await run(folder, "backup", folder + "/ledger.sqlite")
            #expect(taken.status == .badInput)
            #expect(taken.notes.hasSuffix("a backup replaces nothing; name another file, or remove this one\n"))
        }
    }

    @Test func aFolderThatCannotBeMadeIsToldInTheSystemsWords() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            let answer = await run(folder + "/file/data", "migrate")
            #expect(answer.status == .failed)
            #expect(answer.notes.hasPrefix("ledger: the folder \(folder)/file/data cannot be made: Not a directory; "))
        }
    }

    @Test func loadFailsWhereNothingAnswers() async throws {
        let unsaid = await run("/nonexistent", "load", "--path", "/")
        #expect(unsaid.status == .badInput)
        #expect(unsaid.notes.hasPrefix("ledger: how much load is not said; give one of --rate, "))
        let arguments = ["load", "--rate", "100", "--arrivals", "5", "--path", "/", "--target", "http://127.0.0.1:1"]
        let recorder = Recorder()
        let all = arguments + ["--json"]
        #expect(await CommandRunner.run(AppCommand<Ledger>.self, all, console: recorder.console()) == .failed)
        #expect(recorder.notes.contains(#""problem":"no request was answered""#))
    }

    @Test func topologyThatCannotRunIsRefusedBeforeAnythingIsMade() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/t.yaml"
            try Data("pando: 1\nengines: {queue: kafka}\n".utf8).write(to: URL(fileURLWithPath: file))
            let data = folder + "/data"
            let answer = await run(data, "up", "--topology", file)
            #expect(answer.status == .badInput)
            #expect(
                answer.notes.contains("queue engine kafka is not in this version; what works today: queue: database")
            )
            #expect(!FileManager.default.fileExists(atPath: data))
        }
    }

    @Test func doctorChecksTheDatabaseDeeply() async throws {
        try await withTemporaryFolder { folder in
            #expect(await run(folder, "migrate").status == .done)
            let file = folder + "/t.yaml"
            let topology = "pando: 1\nnodes: [{role: all, address: \"127.0.0.1:0\"}]\n"
            try Data(topology.utf8).write(to: URL(fileURLWithPath: file))
            let healthy = await run(folder, "doctor", "--deep", "--topology", file)
            #expect(healthy.result.contains("\(folder)/ledger.sqlite is whole"), "\(healthy.result)")
            let path = folder + "/ledger.sqlite"
            try Data(repeating: 0x5A, count: 8_192).write(to: URL(fileURLWithPath: path))
            let broken = await run(folder, "doctor", "--deep", "--topology", file)
            #expect(broken.status == .failed)
            #expect(broken.result.contains("ledger restore BACKUP"))
        }
    }

    @Test func badAddressesAndLevelsAreNamed() async {
        let address = await run("/nonexistent", "up", "--address", "localhost")
        #expect(address.status == .badInput)
        #expect(address.notes.contains("--address: 'localhost' has no port; see 'ledger up --help'"))
        let level = await run("/nonexistent", "up", "--log-level", "loud")
        #expect(level.notes.contains("--log-level: 'loud' is not one of trace"))
    }

    @Test func helpNamesEveryCommand() async {
        let recorder = Recorder()
        let status = await CommandRunner.run(AppCommand<Ledger>.self, ["--help"], console: recorder.console())
        #expect(status == .done)
        for command in [
            "up", "migrate", "backup", "restore", "doctor", "topology", "queue", "search", "load", "completions",
        ] {
            #expect(recorder.result.contains("\n  \(command) "))
        }
    }
}
