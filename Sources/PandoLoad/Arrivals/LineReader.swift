import Foundation

/// Reads a text file line by line in bounded memory.
enum LineReader {
    /// The longest line accepted, in bytes.
    static let maxLineBytes = 1 << 20

    /// Calls `body` with the number (from 1) and the bytes of each line, without its line end (LF or CRLF).
    ///
    /// It blocks the calling thread on the file.
    /// - Throws: `invalidInput` if the file cannot be read or a line is longer than ``maxLineBytes``, and what `body` throws.
    static func forEachLine(of path: String, _ body: (Int, ArraySlice<UInt8>) throws(LoadError) -> Void)
        throws(LoadError)
    {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw LoadError(.invalidInput, "\(path): cannot be opened; check that it exists and may be read")
        }
        defer { try? file.close() }  // opened for reading: closing cannot lose anything
        var rest: [UInt8] = []
        var number = 0
        while let chunk = try read(file, path), !chunk.isEmpty {
            rest.append(contentsOf: chunk)
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try body(number, trimmed(rest[start..<end]))
                start = end + 1
            }
            rest.removeSubrange(..<start)
            guard rest.count <= maxLineBytes else {
                throw LoadError(
                    .invalidInput,
                    "\(path):\(number + 1): longer than \(maxLineBytes) bytes; is this a text file?"
                )
            }
        }
        if !rest.isEmpty { try body(number + 1, trimmed(rest[...])) }
    }

    private static func read(_ file: FileHandle, _ path: String) throws(LoadError) -> Data? {
        do {
            return try file.read(upToCount: 1 << 18)
        } catch {
            throw LoadError(.invalidInput, "\(path): cannot be read", underlying: error)
        }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}
