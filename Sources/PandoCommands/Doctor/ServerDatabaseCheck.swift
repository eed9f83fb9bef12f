import Foundation
import PandoConductor

/// Databases on PostgreSQL.
enum ServerDatabaseCheck {
    /// Whether the programs of a private server are here.
    static func programs(for folder: String) async -> Finding {
        do {
            let installation = try await PostgresInstallation.find()
            return Finding("database", .ok, "PostgreSQL \(installation.version), for \(folder)")
        } catch {
            let install = PostgresInstallation.installCommand
            let remedy = geteuid() == 0 ? install : "sudo \(install)"
            return Finding("database", .failed, ErrorText.words(of: error), remedy: remedy)
        }
    }

    /// Whether a server at an address can be used.
    static func reach(_ place: AddressedServer) async -> Finding {
        do {
            try await place.requireConnection()
            return Finding("database", .ok, "\(DatabasePlace.server(place)) answers")
        } catch {
            let failure = CommandFailure(describing: error)
            return Finding("database", .failed, failure.problem, remedy: failure.remedy)
        }
    }
}
