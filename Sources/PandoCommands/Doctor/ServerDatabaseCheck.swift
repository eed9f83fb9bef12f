import Foundation
import PandoConductor
import PandoDatabase

/// The programs of a private PostgreSQL, or the way to a server.
struct ServerDatabaseCheck {
    let place: DatabasePlace
    /// The app's command, for the remedy.
    let command: String

    func finding() async -> Finding {
        switch place {
        case .file(let path): return DatabaseHeadCheck(path: path, command: command).finding()
        case .local(let folder):
            do {
                let installation = try await PostgresInstallation.find()
                return Finding("database", .ok, "PostgreSQL \(installation.version), for \(folder)")
            } catch {
                let install = PostgresInstallation.installCommand
                let remedy = geteuid() == 0 ? install : "sudo \(install)"
                return Finding("database", .failed, ErrorText.words(of: error), remedy: remedy)
            }
        case .server(let server):
            do {
                try await Database.check(server)
                return Finding("database", .ok, "\(place) answers")
            } catch {
                return Finding(
                    "database",
                    .failed,
                    ErrorText.words(of: error),
                    remedy: "start it, or correct its address"
                )
            }
        }
    }
}
