import Foundation
import PandoConductor
import PandoDatabase

/// Backs up a database on PostgreSQL.
struct ServerBackup: Sendable {
    let server: PostgresServer

    /// Writes a copy of one moment to a file that is not there yet; checks it, and gives it its name only then.
    func write(to path: String, progress: Progress) async throws {
        let source = try await PostgresBackup.open(server)
        let archiver = try await PostgresArchiver.find(forServer: source.serverVersion)
        let partial = path + ".partial"
        do {
            try? FileManager.default.removeItem(atPath: partial)  // of one that was killed; mostly there is none
            PostgresBackup.makePrivate(partial)
            let count = TableCount(of: source.tableCount, progress)
            try await archiver.write(
                schema: server.schema,
                to: partial,
                environment: server.programEnvironment,
                onTable: { count.add() }
            )
            let seal = try await source.seal()
            progress.update("", doing: "checking")
            try await archiver.check(partial)
            try await onThread {
                try seal.close(partial)
                _ = try BackupSeal.check(partial)
                try Self.requireFree(path)
                try DurableFile.rename(partial, to: path)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)  // the first error is the one to tell
            throw error
        }
    }

    /// Refuses a path where there is something.
    static func requireFree(_ path: String) throws(CommandFailure) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        throw CommandFailure(
            .badInput,
            "\(path) exists already, and a backup replaces nothing",
            remedy: "name another file, or remove this one"
        )
    }
}
