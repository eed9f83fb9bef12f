import Foundation
import Subprocess
import SystemPackage
import Testing

/// Authorities and what they have signed, in a folder, made by the `openssl` command.
struct Certificates: Sendable {
    let folder: String

    var root: String { "\(folder)/root.crt" }
    var otherRoot: String { "\(folder)/other.crt" }

    func certificate(_ name: String) -> String { "\(folder)/\(name).crt" }

    func key(_ name: String) -> String { "\(folder)/\(name).key" }

    /// Makes two authorities; the first signs a certificate for a server `localhost` and one for a user `keeper`.
    static func make(in folder: String) async throws -> Certificates {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let made = Certificates(folder: folder)
        for name in ["root", "other"] {
            try await made.openssl("req -x509 \(made.newKey(name)) -days 2 -subj /CN=\(name) -out \(name).crt")
        }
        try await made.sign("server", for: "localhost", "subjectAltName=DNS:localhost")
        try await made.sign("client", for: "keeper", "extendedKeyUsage=clientAuth")
        return made
    }

    private func newKey(_ name: String) -> String {
        "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \(name).key"
    }

    private func sign(_ name: String, for subject: String, _ extensions: String) async throws {
        try await openssl("req -new \(newKey(name)) -subj /CN=\(subject) -out \(name).csr")
        try extensions.write(toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
        try await openssl(
            "x509 -req -in \(name).csr -CA root.crt -CAkey root.key -CAcreateserial -days 2 -extfile \(name).ext "
                + "-out \(name).crt"
        )
    }

    private func openssl(_ arguments: String) async throws {
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(arguments.split(separator: " ").map(String.init)),
            workingDirectory: FilePath(folder),
            output: .string(limit: 65_536),
            error: .combinedWithOutput
        )
        try #require(result.terminationStatus.isSuccess, "openssl \(arguments): \(result.standardOutput)")
    }
}
