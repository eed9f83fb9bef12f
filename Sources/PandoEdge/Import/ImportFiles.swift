import Foundation
import Glibc
import PandoTopology

/// Reads the files of the original, and no more of them than a configuration has.
struct ImportFiles {
    private static let bytesLimit = 4 << 20
    private static let filesLimit = 500
    private static let depthLimit = 16

    /// What relative paths are relative to.
    private let folder: String
    private var count = 0

    /// - Parameter root: The first file.
    init(root: String) {
        folder = URL(fileURLWithPath: root).deletingLastPathComponent().path
    }

    /// - Parameter place: Who names it; nil for the first file.
    static func contents(of path: String, from place: ImportPlace?) throws(EdgeConfigurationError) -> String {
        let place = place ?? ImportPlace(file: path, line: 0)
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = try handle.read(upToCount: bytesLimit + 1) ?? Data()
            try handle.close()
        } catch {
            throw place.error(
                "'\(path)' cannot be read (\(SystemWords.of(error)))",
                "check the path and its permissions"
            )
        }
        guard bytes.count <= bytesLimit else {
            throw place.error("'\(path)' has more than \(Units.text(bytes: bytesLimit))", "is it the right file?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Directives with those of included files in place of `include`.
    mutating func expanded(
        _ directives: [NginxDirective],
        depth: Int = 0
    ) throws(EdgeConfigurationError) -> [NginxDirective] {
        var result: [NginxDirective] = []
        for var directive in directives {
            guard directive.name == "include", let pattern = directive.arguments.first, !directive.isMimeTypes else {
                directive.block = try directive.block.map { block throws(EdgeConfigurationError) in
                    try expanded(block, depth: depth)
                }
                result.append(directive)
                continue
            }
            for path in paths(pattern) {
                count += 1
                guard count <= Self.filesLimit, depth < Self.depthLimit else {
                    throw directive.place.error("too many files are included", "does a file include itself?")
                }
                let text = try Self.contents(of: path, from: directive.place)
                result += try expanded(try NginxParser.parse(text, file: path), depth: depth + 1)
            }
        }
        return result
    }

    /// A pattern that matches nothing is no error; a plain name is.
    private func paths(_ pattern: String) -> [String] {
        let whole = pattern.hasPrefix("/") ? pattern : folder + "/" + pattern
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [whole] }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(whole, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
    }
}
