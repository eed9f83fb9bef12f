import Foundation
import PandoTopology
import Yams

extension EdgeConfiguration {
    /// A configuration that can be run, and what is risky about it.
    public struct Checked: Sendable, Equatable {
        /// Without errors.
        public let configuration: EdgeConfiguration
        /// In the order of the file.
        public let warnings: [EdgeIssue]
    }

    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - path: The file; messages name it as it is given here, and relative paths in it are relative to its folder.
    ///   - environment: Where secrets may be; nil for that of the process.
    /// - Throws: ``EdgeConfigurationError`` with every issue of the file. A file that cannot be read is an issue too.
    public static func load(
        path: String,
        environment: [String: String]? = nil
    ) throws(EdgeConfigurationError) -> Checked {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // One byte over the limit is enough to know that the file is too large.
            data = try handle.read(upToCount: SourceKind.edge.bytesLimit + 1) ?? Data()
            try handle.close()
        } catch {
            let problem = "cannot be read (\(SystemWords.of(error)))"
            var issue = EdgeIssue(.error, "", problem, "check the path and its permissions")
            issue.file = path
            throw EdgeConfigurationError([issue])
        }
        let folder = path.contains("/") ? URL(fileURLWithPath: path).deletingLastPathComponent().path : ""
        return try decode(
            Array(data),
            file: path,
            folder: folder,
            environment: environment ?? ProcessInfo.processInfo.environment
        )
    }

    /// Reads and checks the bytes of a file; see ``load(path:environment:)``.
    ///
    /// - Parameter folder: What relative paths in it are relative to; empty for the folder of the process.
    public static func decode(
        _ bytes: [UInt8],
        file: String,
        folder: String = "",
        environment: [String: String] = [:]
    ) throws(EdgeConfigurationError) -> Checked {
        let document: SourceDocument
        do throws(TopologyError) {
            document = try SourceDocument(SourceText(bytes, file: file, kind: .edge), file: file)
        } catch {
            throw EdgeConfigurationError(error.issues.map { EdgeIssue($0) })
        }
        let log = ReadingLog(file: file, issues: document.issues)
        let edge = EdgeReader(log: log, folder: folder).read(document.root)
        // What was misread would only lead to follow-up complaints about the combination.
        guard log.issues.isEmpty else { throw EdgeConfigurationError(inOrder(log.issues.map { EdgeIssue($0) })) }
        let issues = inOrder(edge.issues(environment: environment).map { $0.placed(by: log) })
        guard !issues.contains(where: { $0.severity == .error }) else { throw EdgeConfigurationError(issues) }
        return Checked(configuration: edge, warnings: issues)
    }

    /// In the order of the file, each once.
    private static func inOrder(_ issues: [EdgeIssue]) -> [EdgeIssue] {
        var seen: Set<EdgeIssue> = []
        return issues.enumerated().sorted { one, other in
            (one.element.line, one.element.column, one.offset) < (
                other.element.line, other.element.column, other.offset
            )
        }.map(\.element).filter { seen.insert($0).inserted }
    }
}

extension SourceKind {
    /// The file of an edge. Lines are longer than elsewhere, since some fields of HTTP are.
    static let edge = SourceKind(
        name: "a configuration of an edge",
        bytesLimit: 1 << 20,
        lineLimit: 4_096,
        start: "start with 'listen: 8080' and 'upstream: \"127.0.0.1:3001\"'",
        help: "see docs/edge-configuration.md"
    )
}
