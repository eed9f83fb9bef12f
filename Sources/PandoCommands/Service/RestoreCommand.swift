import ArgumentParser
import Foundation
import Pando
import PandoDatabase

/// `restore`: put a backup in the place of the database.
struct RestoreCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore",
            abstract: "Put a backup in the place of the database; the app must not run.",
            discussion: """
                The backup is checked first. What it replaces is kept beside it under another name, and the command says which.

                EXAMPLES
                  \(A.name) restore data/backups/\(A.name)-20261121T101500Z.sqlite

                \(CommandStatus.table)
                """
        )
    }

    @Argument(help: "The backup.", completion: .file())
    var backup: String
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let place = try service.place(A())
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: backup, isDirectory: &isFolder), !isFolder.boolValue else {
            throw CommandFailure(.badInput, "there is no file \(backup)", remedy: "name a backup that is there")
        }
        let path = try place.requireFile("this restore", remedy: "use pg_restore, into an empty database")
        try place.makeDatabaseFolder()
        let domains = A().domains.map { type(of: $0).name }
        let replaced: String?
        do {
            replaced = try await console.progress("restoring") { progress in
                try await Database.restore(from: backup, to: path, domains: domains) { copied in
                    progress.update(done: copied.pages, of: copied.total, unit: "pages")
                }
            }
        } catch let error as DatabaseError where error.code == .corrupt {
            // Only the backup is read: the database that it replaces need not be whole.
            throw RestoreCommand.refusal(of: backup, error)
        }
        try console.result(RestoreReport(backup: backup, database: path, replaced: replaced))
        return .done
    }

    private static func refusal(of backup: String, _ error: DatabaseError) -> CommandFailure {
        let damage = DatabaseDamage.words(for: error, at: backup)
        var failure = CommandFailure(
            .badInput,
            "\(backup) is no usable backup: it \(damage)",
            remedy: "take another backup; nothing was changed"
        )
        failure.code = ErrorText.code(of: error)
        return failure
    }
}
