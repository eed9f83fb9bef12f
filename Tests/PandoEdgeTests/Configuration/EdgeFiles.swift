import Foundation
import Testing

@testable import PandoEdge

/// A folder with the files that a configuration names; gone at the end.
final class EdgeFiles {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("edge-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("a.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
        try write("a.key", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", mode: 0o600)
        try write("secret", String(repeating: "s", count: 32) + "\n", mode: 0o600)
        try write("api.yaml", "openapi: 3.1.0\n")
        try FileManager.default.createDirectory(atPath: folder + "/public", withIntermediateDirectories: true)
    }

    deinit {
        // What is left in the temporary folder does no harm.
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func read(_ text: String) throws(EdgeConfigurationError) -> EdgeConfiguration.Checked {
        let environment = ["STICKY": "0123456789abcdef", "SHORT": "abc"]
        return try EdgeConfiguration.decode(
            Array(text.utf8),
            file: "edge.yaml",
            folder: folder,
            environment: environment
        )
    }

    /// What is said of a text, one issue a line, with the folder's name cut off; `fine` for nothing.
    func messages(_ text: String) -> String {
        let issues: [EdgeIssue]
        do throws(EdgeConfigurationError) {
            issues = try read(text).warnings
        } catch {
            issues = error.issues
        }
        let lines = issues.map { $0.description.replacingOccurrences(of: folder + "/", with: "") }
        return lines.isEmpty ? "fine" : lines.joined(separator: "\n")
    }
}

/// A text with what is said of it.
struct EdgeGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let expected: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ expected: String) {
        (self.name, self.text, self.expected) = (name, text, expected)
    }
}
