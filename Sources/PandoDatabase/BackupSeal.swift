import Crypto
import Foundation

/// The last two lines of a backup of PostgreSQL: what it is a copy of, and a checksum of everything before.
///
/// An archive of `pg_dump` has no checksum over its table of contents, so that a flipped bit in it could pass for another
/// schema. `pg_restore` does not look past the archive's end and reads a sealed one as any other.
///
/// ```
/// pando-backup {"domains":["catalog"], …}
/// sha256 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
/// ```
package struct BackupSeal: Codable, Sendable {
    /// The domains that have tables in the backup.
    package var domains: [String]
    /// The schema that was copied; it is restored under the same name.
    package var schema: String
    /// How many tables there are.
    package var tables: Int
    /// The server's version, such as 150018 for 15.18.
    package var serverVersion: Int
    /// See ``PostgresOrigin``.
    var incarnation: Int64
    var transaction: Int64
    var cluster: Int64
    /// The number, with what is added to it, of the first transaction that had not begun when the copy was complete.
    var nextTransaction: Int64

    private static let mark = Array("\npando-backup ".utf8)
    private static let sumMark = Array("\nsha256 ".utf8)
    /// The mark, 64 hexadecimal digits and the end of the line.
    private static let sumBytes = sumMark.count + 64 + 1
    private static let longest = 65_536
    private static let chunk = 1 << 20
    /// Whether a file begins as an archive of pg_dump does.
    package static func isArchive(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }  // it was only read
        return (try? handle.read(upToCount: archiveMark.count)) == archiveMark
    }

    /// What every archive of pg_dump in its own format begins with.
    private static let archiveMark = Data("PGDMP".utf8)

    /// Adds the two lines to an archive. Blocks.
    package func close(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let line = Self.mark + Array(try encoder.encode(self))
        precondition(line.count < Self.longest - Self.sumBytes, "a backup's last lines are too long")
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }  // What was written is synced by who gives the file its name.
        try file.seekToEnd()
        try file.write(contentsOf: line)
        let end = try file.offset()
        let sum = try Self.sum(of: file, upTo: end)
        try file.seek(toOffset: end)
        try file.write(contentsOf: Self.sumMark + Array(sum.utf8) + [UInt8(ascii: "\n")])
    }

    /// Reads a whole backup and checks it. Blocks.
    ///
    /// - Throws: ``DatabaseError`` with code `corrupt`, whose message goes on where the file's name ends: `is damaged: …`.
    package static func check(_ path: String) throws -> BackupSeal {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }  // It was only read.
        let size = try file.seekToEnd()
        try file.seek(toOffset: 0)
        let head = try file.read(upToCount: 16) ?? Data()
        if head.starts(with: Data("SQLite format 3".utf8)) { throw refusal("is one of SQLite, not of PostgreSQL") }
        guard head.starts(with: archiveMark) else { throw refusal("is no database") }
        let tailStart = size - min(size, UInt64(longest))
        try file.seek(toOffset: tailStart)
        let tail = Array(try file.readToEnd() ?? Data())
        guard tail.count > sumBytes, tail.suffix(sumBytes).starts(with: sumMark) else {
            throw refusal("is cut off: it has \(size) bytes, and not its last line, a checksum")
        }
        let end = size - UInt64(sumBytes)
        let expected = String(decoding: tail.suffix(65).dropLast(), as: UTF8.self)
        guard try sum(of: file, upTo: end) == expected else { throw refusal("is damaged: its checksum does not match") }
        guard let line = line(in: tail.dropLast(sumBytes)),
            let seal = try? JSONDecoder().decode(BackupSeal.self, from: Data(line))
        else { throw refusal("is of another version: use the program that made it") }
        return seal
    }

    /// What follows the last mark.
    private static func line(in tail: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var start = tail.endIndex - mark.count
        while start >= tail.startIndex {
            if tail[start...].starts(with: mark) { return tail[(start + mark.count)...] }
            start -= 1
        }
        return nil
    }

    private static func sum(of file: FileHandle, upTo end: UInt64) throws -> String {
        try file.seek(toOffset: 0)
        var hash = SHA256()
        var left = end
        while left > 0, let data = try file.read(upToCount: Int(min(left, UInt64(chunk)))), !data.isEmpty {
            hash.update(data: data)
            left -= UInt64(data.count)
        }
        return Array(hash.finalize()).hexadecimal
    }

    private static func refusal(_ words: String) -> DatabaseError { DatabaseError(.corrupt, words) }
}
