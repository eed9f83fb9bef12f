import Foundation
import Logging
import PandoConductor
import PandoDatabase
import Subprocess
import Testing

@testable import PandoCommands

/// A private PostgreSQL for a test, with numbers of transactions and a log of its own.
struct TestCluster: Sendable {
    let postgres: LocalPostgres
    /// For the test's files.
    let folder: String

    /// Runs one in a folder that is removed at the end.
    static func with<R: Sendable>(
        port: Int? = nil,
        _ body: @escaping @Sendable (TestCluster) async throws -> R
    ) async throws -> R {
        let folder = "/tmp/pando-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var configuration = LocalPostgres.Configuration(folder: "\(folder)/postgres")
        configuration.settings = ["fsync": "off", "shared_buffers": "16MB"]
        configuration.port = port
        return try await LocalPostgres.run(configuration, logger: Logger(label: "cluster-tests")) { postgres in
            try await body(TestCluster(postgres: postgres, folder: folder))
        }
    }

    /// Two of them.
    static func withTwo(
        _ body: @escaping @Sendable (TestCluster, TestCluster) async throws -> Void
    ) async throws {
        try await with { first in try await with { second in try await body(first, second) } }
    }

    /// Its database, in a schema.
    func server(_ schema: String = "public") -> PostgresServer {
        var server = PostgresServer(host: postgres.host, port: postgres.port, database: "pando", user: "pando")
        server.schema = schema
        return server
    }

    func open(_ migrations: [DomainMigrations] = [], in schema: String = "public") async throws -> Database {
        let database = try await Database.open(Database.Configuration(postgres: server(schema)))
        try await database.migrate(migrations)
        return database
    }

    /// Writes a backup of a schema to a new file.
    func backUp(_ schema: String = "public") async throws -> String {
        let file = "\(folder)/\(UUID().uuidString).dump"
        let progress = Progress("", console: Recorder().console())
        try await ServerBackup(server: server(schema)).write(to: file, progress: progress)
        return file
    }

    func restore(_ file: String, to schema: String = "public") async throws -> String? {
        let seal = try await ServerRestore.check(file, [])
        let progress = Progress("", console: Recorder().console())
        return try await ServerRestore(backup: file, server: server(schema)).run(seal, progress: progress)
    }

    /// What a program of PostgreSQL's answers, as the administrator.
    func run(_ program: String, _ arguments: [String]) async throws -> String {
        let place = ["-h", postgres.host, "-p", "\(postgres.port)", "-U", postgres.superuser, "-d", "pando"]
        let answer = try await Subprocess.run(
            .name(program),
            arguments: Arguments(place + arguments),
            output: .string(limit: 10_000_000),
            error: .string(limit: 100_000)
        )
        try #require(answer.terminationStatus.isSuccess, "\(answer.standardError)")
        return answer.standardOutput
    }

    func psql(_ sql: String) async throws -> String {
        try await run("psql", ["-wXAtq", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Lets the server's numbers of transactions grow.
    func useUpTransactions(_ count: Int = 5_000) async throws {
        let sql = "DO $$ BEGIN FOR i IN 1..\(count) LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        _ = try await psql(sql)
    }
}
