import FoundationEssentials
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PostgresFolder {
    /// Makes the database under another name, which it loses once it is whole: what a killed attempt leaves is never taken for one.
    ///
    /// - Throws: ``ConductorError`` with code `startFailed`, with what the programs said.
    func makeDatabase(_ installation: PostgresInstallation) async throws {
        removeAttempts()
        // Of its own, because a program of the attempt that was killed may not have ended yet.
        let attempt = "\(path)/new-\(UInt32.random(in: 0 ... .max))"
        try Self.claim(attempt, for: user)
        try await finish(
            "\(installation.folder)/initdb",
            [
                "--pgdata=\(attempt)/data", "--username=\(LocalPostgres.superuser)", "--encoding=UTF8", "--locale=C",
                "--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions",
            ]
        )
        let password = Self.randomPassword()
        try writePassword(password)
        try await finish(
            "\(installation.folder)/postgres",
            [
                "--single", "-D", "\(attempt)/data",
                // A statement that fails ends it, and is not repeated in what we show: it holds the password.
                "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "postgres",
            ],
            input: """
                CREATE ROLE \(LocalPostgres.role) LOGIN CREATEDB IN ROLE pg_monitor PASSWORD '\(password)';
                CREATE DATABASE \(LocalPostgres.role) OWNER \(LocalPostgres.role);

                """
        )
        guard rename("\(attempt)/data", data) == 0 else { throw Self.refusal("cannot make \(data)") }
        try Self.sync(path)
        rmdir(attempt)
    }

    private func removeAttempts() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // made by us, so it is there
        for name in names where name.hasPrefix("new-") {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")  // it is in nobody's way
        }
    }

    /// The system's random generator, in hexadecimal.
    private static func randomPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// In the form of libpq's password file: host:port:database:user:password.
    private func writePassword(_ password: String) throws {
        unlink(passwordFile)
        let file = try FileDescriptor.open(
            FilePath(passwordFile),
            .writeOnly,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll("*:*:*:\(LocalPostgres.role):\(password)\n".utf8) }
        try Self.sync(passwordFile)
    }

    private static func sync(_ path: String) throws {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        try file.closeAfter {
            guard fsync(file.rawValue) == 0 else { throw refusal("cannot sync \(path)") }
        }
    }

    /// Runs a program of PostgreSQL to its end.
    private func finish(_ program: String, _ arguments: [String], input: String = "") async throws {
        let result = try await Subprocess.run(
            user.command(program, arguments, teardown: [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]),
            input: .string(input),
            output: .string(limit: 65_536),
            error: .combinedWithOutput
        )
        try Task.checkCancellation()
        guard result.terminationStatus.isSuccess else {
            let words = result.standardOutput.split(separator: "\n").suffix(15).map { "\n  \($0)" }.joined()
            throw ConductorError(.startFailed, "\(program) \(result.terminationStatus):\(words)")
        }
    }
}
