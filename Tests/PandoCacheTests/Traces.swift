import Foundation

/// The public cache traces beside the repository, as keys in the order of their reads.
enum Trace: String, CaseIterable {
    case multi1 = "multi1.trace.gz"
    case loop = "loop.trace.gz"
    case twoPools = "2_pools.trace.gz"
    case web07 = "web07.trace.xz"

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../../shared/data/cache").standardized

    private var path: String { Self.folder.appending(path: rawValue).path(percentEncoded: false) }

    /// Whether the traces and the programs that unpack them are here; else the tests that need them are skipped.
    static var areHere: Bool {
        let needed = allCases.map(\.path) + ["/usr/bin/gzip", "/usr/bin/xz"]
        let missing = needed.filter { !FileManager.default.fileExists(atPath: $0) }
        if !missing.isEmpty { print("Cache traces are skipped: not found: \(missing.joined(separator: ", "))") }
        return missing.isEmpty
    }

    /// The keys: text, one number a line (lines that are no number are comments), or 32-bit little-endian words.
    func keys() throws -> [UInt64] {
        let isText = rawValue.hasSuffix(".gz")
        let data = try unpacked(by: isText ? "/usr/bin/gzip" : "/usr/bin/xz")
        guard !isText else {
            return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        }
        return stride(from: 0, to: data.count - 3, by: 4).map { start in
            (0..<4).reduce(0) { $0 | UInt64(data[start + $1]) << UInt64(8 * $1) }
        }
    }

    private func unpacked(by program: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return [UInt8](data)
    }
}
