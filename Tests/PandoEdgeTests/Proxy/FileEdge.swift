import Foundation
import PandoEdge
import Testing

/// A folder of files that an edge serves, in a temporary place.
struct FileEdge {
    let folder: URL
    let port: Int
    let edge: Edge

    /// Runs an edge that serves a folder while `body` runs.
    ///
    /// - Parameters:
    ///   - files: Names with contents; folders are made.
    ///   - keys: Further keys of `files` in braces' form: `, maxAge: 1h`.
    ///   - route: Further keys of the route.
    static func with(
        _ files: [String: String],
        path: String = "/*",
        keys: String = "",
        route: String = "",
        _ body: (FileEdge) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "edge-files-\(UUID().uuidString)")
        let root = folder.appending(path: "root")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // it is in a temporary place
        for (name, content) in files { try write(content, to: root.appending(path: name)) }
        let text = "routes: [{path: \"\(path)\", files: {folder: \"\(root.path)\"\(keys)}\(route)}]"
        try await withEdge(text) { edge, port in
            try await body(FileEdge(folder: root, port: port, edge: edge))
        }
    }

    private static func write(_ content: String, to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(content.utf8).write(to: file)
    }

    func write(_ content: String, to name: String) throws { try Self.write(content, to: folder.appending(path: name)) }

    func get(_ target: String, _ fields: String = "", method: String = "GET") throws -> Answer {
        try PandoEdgeTests.get(port, target, fields, method: method)
    }
}
