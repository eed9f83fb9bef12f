import ArgumentParser
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
        try place.makeDatabaseFolder()
        let replaced = try await console.progress("restoring") { progress in
            let domains = A().domains.map { type(of: $0).name }
            return try await Database.restore(from: backup, to: place.databasePath, domains: domains) { copied in
                progress.update(done: copied.pages, of: copied.total, unit: "pages")
            }
        }
        try console.result(RestoreReport(backup: backup, database: place.databasePath, replaced: replaced))
        return .done
    }
}
