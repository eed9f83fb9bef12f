import ArgumentParser
import Foundation
import Pando
import PandoDatabase

/// `backup`: a consistent copy of the database, while the app runs.
struct BackupCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "backup",
            abstract: "Write a consistent, checked copy of the database, while the app runs or not.",
            discussion: """
                On SQLite the copy is a database file, on PostgreSQL an archive of pg_dump, which must be installed there.

                EXAMPLES
                  \(A.name) backup
                  \(A.name) backup /mnt/backups/\(A.name)-monday.sqlite --json

                \(CommandStatus.table)
                """
        )
    }

    @Argument(
        help: "The new file; by default one named after the time, in the folder 'backups' of the data.",
        completion: .file()
    )
    var file: String?
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let place = try service.place(A())
        try place.requireDatabase(A.name)
        let ending = place.database.path == nil ? "dump" : "sqlite"
        let target =
            try file ?? BackupCommand.defaultFile(in: place.dataFolder, name: A.name, ending: ending, at: Date())
        try ServerBackup.requireFree(target)
        let began = ContinuousClock.now
        try await place.database.serving(.quiet(A.name)) { location in
            switch location {
            case .file(let path): try await BackupCommand.copy(path, to: target, console)
            case .postgres(let server): try await BackupCommand.copy(server, to: target, console)
            }
        }
        let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
        let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
        try console.result(
            BackupReport(database: place.database.description, backup: target, bytes: size ?? 0, seconds: seconds)
        )
        return .done
    }

    private static func copy(_ path: String, to target: String, _ console: Console) async throws {
        let database = try await Database.open(Database.Configuration(path: path))
        try await console.progress("backing up") { progress in
            try await database.backup(to: target) { copied in
                progress.update(done: copied.pages, of: copied.total, unit: "pages")
            }
        }
        await database.close()
    }

    private static func copy(_ server: PostgresServer, to target: String, _ console: Console) async throws {
        do {
            try await Interruption.cancelling(console, "ending the backup") {
                try await console.progress("backing up") { progress in
                    try await ServerBackup(server: server).write(to: target, progress: progress)
                }
            }
        } catch is CancellationError {
            throw CommandFailure(.interrupted, "broken off: no backup was written")
        } catch let error as DatabaseError where error.code == .misused {
            throw CommandFailure(
                .badInput,
                error.message,
                remedy: "start the app once ('\(A.name) up'), or correct the topology"
            )
        }
    }

    /// `backups/hotel-20261121T101500Z.sqlite` in the folder of the data; makes its folder.
    static func defaultFile(in folder: String, name: String, ending: String, at date: Date) throws -> String {
        let backups = "\(folder)/backups"
        try ServicePlace.makeFolder(backups)
        let time = date.ISO8601Format().filter { $0 != "-" && $0 != ":" }
        return "\(backups)/\(name)-\(time).\(ending)"
    }
}
