import Foundation
import Logging
import PandoConductor
import PandoDatabase
import PandoTopology

/// An engine that a suite is to run on, with what a run needs of it.
struct TestTarget: Sendable {
    let engine: DatabaseEngine.Kind
    /// Such as `PostgreSQL 15.18`.
    let title: String
    /// How many copies of a service share a test's database where the test does not say.
    let copies: Int?

    /// What the files of its runs are named after.
    var name: String { engine.rawValue + (copies.map { "-\($0)" } ?? "") }

    /// Finds an engine here.
    ///
    /// - Throws: ``CommandFailure`` with the command that installs it.
    init(_ engine: DatabaseEngine.Kind, copies: Int?) async throws {
        self.engine = engine
        switch engine {
        case .sqlite:
            self.copies = nil
            title = "SQLite \(Database.sqliteVersion)"
        case .postgresql:
            self.copies = copies
            do {
                let version = try await PostgresInstallation.find().version
                title = "PostgreSQL \(version)" + (copies.map { ", \($0) \($0 == 1 ? "copy" : "copies")" } ?? "")
            } catch {
                let remedy = "install it, or leave it out by '--engine sqlite'"
                throw CommandFailure(.failed, ErrorText.words(of: error), remedy: remedy)
            }
        }
    }

    /// Runs work while the engine serves; a private server is gone at the end, with its data.
    ///
    /// - Parameter body: gets the environment that tells a suite where the engine is.
    func serving<R: Sendable>(
        _ logger: Logger,
        _ body: @escaping @Sendable ([String: String?]) async throws -> R
    ) async throws -> R {
        guard engine == .postgresql else {
            return try await body([TestServer.variable: nil, TestTarget.copiesVariable: nil])
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // nobody needs what is left of it
        var configuration = LocalPostgres.Configuration(folder: folder.path)
        configuration.maximumConnections = 300
        // Its data need not outlive the machine's power.
        configuration.settings = ["fsync": "off", "full_page_writes": "off"]
        let copies = copies.map(String.init)
        return try await LocalPostgres.run(configuration, logger: logger) { postgres in
            try await body([
                TestServer.variable: TestTarget.address(of: postgres), TestTarget.copiesVariable: copies,
            ])
        }
    }

    private static let copiesVariable = "PANDO_TEST_COPIES"

    private static func address(of postgres: LocalPostgres) -> String {
        // Percent-encoding to ASCII succeeds for every string.
        let host = postgres.host.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? postgres.host
        return "postgresql:///\(postgres.database)?host=\(host)&port=\(postgres.port)&user=\(postgres.user)"
    }
}
