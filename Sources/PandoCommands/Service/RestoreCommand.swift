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
                The backup is checked first. What it replaces is kept under another name, and the command says which: on SQLite \
                a file beside the database's, on PostgreSQL a schema.

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
        try place.requireFolder()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: backup, isDirectory: &isFolder), !isFolder.boolValue else {
            throw CommandFailure(.badInput, "there is no file \(backup)", remedy: "name a backup that is there")
        }
        let domains = A().domains.map { type(of: $0).name }
        let replaced =
            if let path = place.database.path {
                try await restore(to: path, place, domains, console)
            } else {
                try await restoreToServer(place, domains, console)
            }
        try console.result(
            RestoreReport(backup: backup, database: place.database.description, replaced: replaced)
        )
        return .done
    }

    private func restore(
        to path: String,
        _ place: ServicePlace,
        _ domains: [String],
        _ console: Console
    ) async throws -> String? {
        try place.makeDatabaseFolder()
        do {
            return try await console.progress("restoring") { progress in
                try await Database.restore(from: backup, to: path, domains: domains) { copied in
                    progress.update(done: copied.pages, of: copied.total, unit: "pages")
                }
            }
        } catch let error as DatabaseError where error.code == .corrupt {
            if BackupSeal.isArchive(backup) {
                throw CommandFailure(
                    .badInput,
                    "\(backup) is a backup of a PostgreSQL, and \(place.source) says SQLite; nothing was changed",
                    remedy: "name the topology that the app is started with by --topology"
                )
            }
            // Only the backup is read: the database that it replaces need not be whole.
            throw refusal(error, DatabaseDamage.words(for: error, at: backup))
        }
    }

    private func restoreToServer(
        _ place: ServicePlace,
        _ domains: [String],
        _ console: Console
    ) async throws -> String? {
        let backup = backup
        let seal: BackupSeal
        do {
            seal = try await console.progress("checking") { _ in try await ServerRestore.check(backup, domains) }
        } catch let error as DatabaseError where error.code == .corrupt {
            throw refusal(error, error.message)
        }
        try place.makeFolders()
        do {
            return try await place.database.serving(.quiet(A.name)) { location in
                guard case .postgres(let server) = location else { return nil }
                return try await Interruption.cancelling(console, "undoing the restore") {
                    try await console.progress("restoring") { progress in
                        try await ServerRestore(backup: backup, server: server).run(seal, progress: progress)
                    }
                }
            }
        } catch is CancellationError {
            throw CommandFailure(.interrupted, "broken off: nothing was changed")
        }
    }

    private func refusal(_ error: DatabaseError, _ damage: String) -> CommandFailure {
        var failure = CommandFailure(
            .badInput,
            "\(backup) is no usable backup: it \(damage)",
            remedy: "take another backup; nothing was changed"
        )
        failure.code = ErrorText.code(of: error)
        return failure
    }
}
