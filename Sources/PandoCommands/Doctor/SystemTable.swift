import Foundation

/// A table that the system makes when it is read (proc(5)).
enum SystemTable {
    /// The whole text, where `String(contentsOfFile:)` takes the first page for all of it; nil where there is none, as on other
    /// systems than Linux.
    static func text(_ path: String) -> String? {
        let bytes = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd()
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
