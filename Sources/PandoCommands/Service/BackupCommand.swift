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
        let path = try place.requireFile("this backup", remedy: "use pg_dump, which copies a moment while the app runs")
        let target = try file ?? BackupCommand.defaultFile(in: place.dataFolder, name: A.name, at: Date())
        guard !FileManager.default.fileExists(atPath: target) else {
            throw CommandFailure(
                .badInput,
                "\(target) exists already, and a backup replaces nothing",
                remedy: "name another file, or remove this one"
            )
        }
        let began = ContinuousClock.now
        let database = try await Database.open(Database.Configuration(path: path))
        try await console.progress("backing up") { progress in
            try await database.backup(to: target) { copied in
                progress.update(done: copied.pages, of: copied.total, unit: "pages")
            }
        }
        await database.close()
        let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
        let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
        try console.result(
            BackupReport(database: path, backup: target, bytes: size ?? 0, seconds: seconds)
        )
        return .done
    }

    /// `backups/hotel-20261121T101500Z.sqlite` in the folder of the data; makes its folder.
    static func defaultFile(in folder: String, name: String, at date: Date) throws -> String {
        let backups = "\(folder)/backups"
        try ServicePlace.makeFolder(backups)
        let time = date.ISO8601Format().filter { $0 != "-" && $0 != ":" }
        return "\(backups)/\(name)-\(time).sqlite"
    }
}
