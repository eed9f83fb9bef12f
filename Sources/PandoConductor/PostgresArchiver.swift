import FoundationEssentials
import Subprocess
import SystemPackage

/// PostgreSQL's programs that write a database into an archive and read it again, `pg_dump` and `pg_restore`.
///
/// Archives are in pg_dump's own format: compressed, and readable by `pg_restore` of the same or a newer version.
package struct PostgresArchiver: Sendable {
    /// The parts of an archive, in the order in which they are restored.
    package enum Section: String, Sendable {
        /// Tables.
        case tables = "pre-data"
        /// Their rows.
        case rows = "data"
        /// Keys, indexes and what else is quicker to make when the rows are there.
        case indexes = "post-data"
    }

    /// The folder of the programs.
    let folder: String
    /// Their version, such as `15.18`.
    package let version: String

    private var majorVersion: Int { Int(version.prefix { $0.isNumber }) ?? 0 }

    /// Finds the newest programs, in `/usr/lib/postgresql/*/bin`, then on `PATH`.
    ///
    /// - Parameter server: The version of the server that is archived, such as 150018 for 15.18: an older program would not know
    ///   all of what it has. nil for reading an archive.
    /// - Throws: ``ConductorError`` with code `engineMissing` where there are none, `versionMismatch` where they are older. The
    ///   message has the command that installs them.
    package static func find(forServer server: Int? = nil) async throws -> PostgresArchiver {
        try await find(forServer: server, in: PostgresInstallation.standardFolders())
    }

    static func find(forServer server: Int?, in folders: [String]) async throws -> PostgresArchiver {
        var newest: PostgresArchiver?
        for folder in folders {
            let version = try await ConductorError.wrapping(.engineMissing, "cannot run \(folder)/pg_dump") {
                try await PostgresInstallation.version(of: ["pg_dump", "pg_restore"], in: folder)
            }
            guard let found = version.map({ PostgresArchiver(folder: folder, version: $0) }) else { continue }
            if found.majorVersion >= (server ?? 0) / 10_000 { return found }
            newest = newest ?? found
        }
        guard let newest, let server else {
            throw ConductorError(
                .engineMissing,
                "pg_dump and pg_restore are neither in /usr/lib/postgresql/*/bin nor on PATH; the package is "
                    + "postgresql-client: apt-get install postgresql-client"
            )
        }
        throw ConductorError(
            .versionMismatch,
            "the server is PostgreSQL \(server / 10_000), and pg_dump \(newest.version) is too old for it: "
                + "apt-get install postgresql-client-\(server / 10_000)"
        )
    }

    /// Writes one schema as it is at one moment, while others read and write.
    ///
    /// - Parameters:
    ///   - schema: Its name.
    ///   - path: The file, which is overwritten.
    ///   - environment: libpq's variables that lead to the server.
    ///   - onTable: Called when the rows of a table are begun.
    package func write(
        schema: String,
        to path: String,
        environment: [String: String],
        onTable: @escaping @Sendable () -> Void
    ) async throws {
        // In quotes it is a name and not a pattern.
        let name = "\"\(schema.replacing("\"", with: "\"\""))\""
        let arguments = [
            "--format=custom", "--schema=\(name)", "--no-owner", "--no-privileges", "--no-tablespaces",
            "--no-publications", "--no-subscriptions", "--no-security-labels", "--no-password",
            "--lock-wait-timeout=10000", "--verbose", "--file=\(path)",
        ]
        try await run("pg_dump", arguments, environment) { line in
            if line.contains("dumping contents of table") { onTable() }
        }
    }

    /// Reads an archive from its beginning to its end, rows and all.
    package func check(_ path: String) async throws {
        try await run("pg_restore", ["--file=/dev/null", path], [:])
    }

    /// Writes a part of an archive as SQL to a descriptor, which is closed then.
    package func write(_ section: Section, of path: String, schema: String, to descriptor: Int32) async throws {
        // With the schema named, what is in it is restored and not the schema itself.
        let arguments = [
            "--file=-", "--section=\(section.rawValue)", "--schema=\(schema)", "--no-owner", "--no-privileges",
            "--no-tablespaces", path,
        ]
        let output = FileDescriptor(rawValue: descriptor)
        try await run("pg_restore", arguments, [:], .fileDescriptor(output, closeAfterSpawningProcess: true))
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``ConductorError`` with code `engineFailed` and the program's last words; `CancellationError`.
    private func run(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ output: FileDescriptorOutput? = nil,
        onLine: (String) -> Void = { _ in }
    ) async throws {
        let command = command("\(folder)/\(program)", arguments, environment)
        let output = try output ?? .fileDescriptor(Self.nothing(), closeAfterSpawningProcess: true)
        let ended = try await ConductorError.wrapping(.engineFailed, "cannot run \(program)") {
            try await Subprocess.run(command, input: .none, output: output, error: .sequence) { execution in
                var lines: [String] = []
                for try await line in execution.standardError.strings() {
                    onLine(line)
                    // The last ones only: it tells of each table while all is well.
                    lines = lines.suffix(9) + [line]
                }
                return lines
            }
        }
        try Task.checkCancellation()
        guard !ended.terminationStatus.isSuccess else { return }
        let errors = ended.closureResult.filter { $0.contains("error:") || $0.contains("detail:") }
        let words = errors.isEmpty ? Array(ended.closureResult.suffix(3)) : errors
        let fallback = "\(program) \(ended.terminationStatus)"
        throw ConductorError(.engineFailed, words.isEmpty ? fallback : words.joined(separator: "; "))
    }

    private func command(_ program: String, _ arguments: [String], _ environment: [String: String]) -> Configuration {
        var options = PlatformOptions()
        // Ctrl-C at the terminal is this process's alone to answer.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let variables = environment.merging(["PATH": "/usr/bin:/bin", "LC_ALL": "C"]) { $1 }
        // It ends with this process, however that ends, where there is the program for it.
        let isTied = FileManager.default.isExecutableFile(atPath: ServerUser.setpriv)
        return Configuration(
            executable: .path(FilePath(isTied ? ServerUser.setpriv : program)),
            arguments: Arguments(isTied ? ["--pdeathsig", "TERM", "--", program] + arguments : arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })
            ),
            platformOptions: options
        )
    }

    private static func nothing() throws -> FileDescriptor {
        try FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec)
    }
}
