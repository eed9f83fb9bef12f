import Foundation

/// A file system of its own for a test, as small as the test wants it.
final class SmallDisk {
    let path: String

    /// Whether this process may make one.
    static let isPossible: Bool = (try? SmallDisk(bytes: 1 << 20)) != nil

    /// - Throws: Where it cannot be mounted.
    init(bytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "edge-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        do {
            try ChildProcess.succeed(
                ["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path],
                folder: "/"
            )
        } catch {
            rmdir(path)
            throw error
        }
    }

    deinit {
        // Lazily, as the edge's thread may still close a file.
        _ = try? ChildProcess.run(["umount", "-l", path])  // nothing is left to do where it fails
        rmdir(path)
    }
}
