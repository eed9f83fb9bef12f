import Foundation
import Logging
import PandoConductor
import Subprocess
import SystemPackage
import Testing

/// A folder for one test's server, and the programs that a test needs.
struct PostgresFixture: Sendable {
    let parent = "/tmp/pando-\(UUID().uuidString.prefix(8))"
    let logger = Logger(label: "postgres-tests")

    var folder: String { "\(parent)/postgres" }
    var data: String { "\(folder)/data" }

    var configuration: LocalPostgres.Configuration {
        var configuration = LocalPostgres.Configuration(folder: folder)
        configuration.settings = ["fsync": "off", "shared_buffers": "16MB"]
        return configuration
    }

    func configuration(port: Int) -> LocalPostgres.Configuration {
        var configuration = configuration
        configuration.port = port
        return configuration
    }

    /// Removes the folder at the end.
    static func with<R>(_ body: (PostgresFixture) async throws -> R) async throws -> R {
        let fixture = PostgresFixture()
        try FileManager.default.createDirectory(atPath: fixture.parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: fixture.parent) }
        return try await body(fixture)
    }

    func run<R: Sendable>(_ body: @escaping @Sendable (LocalPostgres) async throws -> R) async throws -> R {
        try await LocalPostgres.run(configuration, logger: logger, body)
    }

    // MARK: - Programs

    /// A program as it is, or as another user than root.
    static func command(_ program: String, _ arguments: [String], as userID: uid_t?) -> Configuration {
        let change = userID.map { ["--reuid", "\($0)", "--regid", "\($0)", "--clear-groups"] } ?? []
        return Configuration(
            executable: .name("setpriv"),
            arguments: Arguments(change + ["--", program] + arguments),
            workingDirectory: "/"
        )
    }

    /// Our own program that serves a folder in a process of its own, until `body` ends; a killed one is no error.
    func withHost<R: Sendable>(
        as userID: uid_t? = nil,
        _ body: @Sendable (_ process: pid_t, _ says: @Sendable () -> [Substring]) async throws -> R
    ) async throws -> R {
        let program = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("postgres-host")
            .path
        let file = "\(parent)/host-output"
        let output = try FileDescriptor.open(
            FilePath(file),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        let result = try await Subprocess.run(
            Self.command(program ?? "postgres-host", [folder], as: userID),
            input: .inputWriter,
            output: .fileDescriptor(output, closeAfterSpawningProcess: true),
            error: .discarded
        ) { execution in
            let result = try await body(execution.processIdentifier.value) {
                ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: " ")
            }
            try await execution.standardInputWriter.finish()
            return result
        }
        return result.closureResult
    }
}

extension LocalPostgres {
    /// Holds psql to an answer; nil is a failure.
    func expect(
        _ sql: String,
        _ answer: String?,
        as userID: uid_t? = nil,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await psql(sql, as: userID)
        #expect(found == answer, sourceLocation: location)
    }

    /// What psql answers; nil where it fails.
    func psql(_ sql: String, as userID: uid_t? = nil) async throws -> String? {
        try await psql(sql, host: host, passwordFile: nil, as: userID)
    }

    /// By TCP.
    func psqlOverTCP(_ sql: String, passwordFile: String?) async throws -> String? {
        try await psql(sql, host: "127.0.0.1", passwordFile: passwordFile, as: nil)
    }

    private func psql(_ sql: String, host: String, passwordFile: String?, as userID: uid_t?) async throws -> String? {
        let arguments = ["-wXAtq", "-h", host, "-p", "\(port)", "-U", user, "-d", database, "-c", sql]
        var command = PostgresFixture.command("psql", arguments, as: userID)
        command.environment = .inherit.updating(["PGPASSFILE": passwordFile ?? "/dev/null"])
        let answer = try await Subprocess.run(command, output: .string(limit: 65_536))
        guard answer.terminationStatus.isSuccess else { return nil }
        return answer.standardOutput.split(separator: "\n").joined(separator: "\n")
    }
}
