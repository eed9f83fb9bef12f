import FoundationEssentials
import Subprocess
import SystemPackage

/// The programs of one version of PostgreSQL on this machine.
public struct PostgresInstallation: Hashable, Sendable {
    /// What installs them on Debian; `sudo` is up to the reader.
    public static let installCommand = "apt-get install postgresql"

    /// The folder of the programs.
    public let folder: String
    /// The version, such as `15.18`.
    public let version: String

    /// The part of the version that a data folder is bound to, such as `15`.
    public var majorVersion: String { String(version.prefix { $0 != "." }) }

    /// Finds the newest one, or the one that fits a data folder: in `/usr/lib/postgresql/*/bin`, then on `PATH`.
    ///
    /// - Parameter majorVersion: the version that a data folder was made by; nil takes the newest.
    /// - Throws: ``ConductorError`` with code `engineMissing` where there is none, `versionMismatch` where none fits. The
    ///   message names the package.
    public static func find(majorVersion: String? = nil) async throws -> PostgresInstallation {
        try await find(majorVersion: majorVersion, in: standardFolders())
    }

    static func find(majorVersion: String?, in folders: [String]) async throws -> PostgresInstallation {
        var found: [PostgresInstallation] = []
        for folder in folders {
            let version = try await ConductorError.wrapping(.engineMissing, "cannot run \(folder)/postgres") {
                try await Self.version(of: ["postgres", "initdb"], in: folder)
            }
            guard let version else { continue }
            let installation = PostgresInstallation(folder: folder, version: version)
            if majorVersion == nil || installation.majorVersion == majorVersion { return installation }
            found.append(installation)
        }
        guard let majorVersion, let newest = found.first else {
            throw ConductorError(
                .engineMissing,
                "the programs of PostgreSQL are neither in /usr/lib/postgresql/*/bin nor on PATH; "
                    + "the package is postgresql: \(installCommand)"
            )
        }
        throw ConductorError(
            .versionMismatch,
            "the data was made by PostgreSQL \(majorVersion), and \(newest.version) is installed: "
                + "\(installCommand)-\(majorVersion), or bring the data over with pg_dumpall or pg_upgrade"
        )
    }

    /// Debian's folders, the newest version first, then those of `PATH`.
    static func standardFolders() -> [String] {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // not Debian, or none
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
            + path.split(separator: ":").map(String.init)
    }

    /// The version of programs in a folder, which the first one is asked for: such as
    /// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)". nil where one is missing.
    static func version(of programs: [String], in folder: String) async throws -> String? {
        let paths = programs.map { "\(folder)/\($0)" }
        guard paths.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        let answer = try await Subprocess.run(
            .path(FilePath(paths[0])),
            arguments: ["--version"],
            output: .string(limit: 4_096)
        )
        guard answer.terminationStatus.isSuccess,
            let version = answer.standardOutput.split(separator: ")", maxSplits: 1).last?.split(separator: " ").first
        else { return nil }
        return version.filter { !$0.isWhitespace }
    }
}
