import CPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs what `pg_restore` writes, within a transaction of ours.
///
/// Its program for that, psql, is not used: it would take the end of a script that was broken off for the end of the script, and
/// lines of an archive for commands of its own.
extension PostgresSession {
    /// Runs a script that defines things and holds no rows.
    func runDefinitions(_ script: String) throws(DatabaseError) {
        var lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        // Commands for psql, which keep it from obeying others that are in the archive.
        if let first = lines.firstIndex(where: { $0.hasPrefix("\\restrict ") }) { lines.remove(at: first) }
        if let last = lines.lastIndex(where: { $0.hasPrefix("\\unrestrict ") }) { lines.remove(at: last) }
        // Programs of version 17 say this to servers of any; it is 0 here.
        if let first = lines.firstIndex(where: { $0 == "SET transaction_timeout = 0;" }) { lines.remove(at: first) }
        // Not run by `run`, whose errors repeat the whole of it.
        guard let result = PQexec(handle, lines.joined(separator: "\n")) else { throw lastError("the definitions") }
        if let failure = PostgresResult(owning: result).failure {
            throw DatabaseError(failure, doing: "the definitions")
        }
    }

    /// Runs a script of rows: blocks of COPY, and statements of one line between them.
    ///
    /// - Parameters:
    ///   - descriptor: Where it is read from, until its end.
    ///   - onTable: Called at the end of each table's rows.
    func runRows(from descriptor: Int32, onTable: () -> Void) throws(DatabaseError) {
        var reader = LineReader(descriptor)
        var copying: String?
        while let lines = try reader.next() {
            var rest = lines[...]
            while !rest.isEmpty {
                guard let table = copying else {
                    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                    copying = try runLine(String(decoding: rest[..<end], as: UTF8.self))
                    rest = rest[min(end + 1, rest.endIndex)...]
                    continue
                }
                let end = Self.endOfRows(rest)
                try put(rest[..<(end ?? rest.endIndex)], into: table)
                guard let end else { break }
                try endCopy(table)
                onTable()
                copying = nil
                rest = rest[(end + Self.rowsEnd.count)...]
            }
        }
        guard copying == nil else { throw DatabaseError(.corrupt, "the rows of the backup end before their end") }
    }

    /// Runs a line between the rows; the statement where rows follow it.
    private func runLine(_ line: String) throws(DatabaseError) -> String? {
        let isSilent =
            line.isEmpty || line.hasPrefix("--") || line.hasPrefix("\\restrict ") || line.hasPrefix("\\unrestrict ")
            || line == "SET transaction_timeout = 0;"
        if isSilent { return nil }
        guard line.hasPrefix("COPY "), line.hasSuffix(" FROM stdin;") else {
            try run(line)
            return nil
        }
        let result = PQexec(handle, line)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COPY_IN else { throw lastError(line) }
        return line
    }

    /// The line that ends the rows of a table.
    private static let rowsEnd = Array("\\.\n".utf8)

    /// Where in whole lines of rows the line is that ends them.
    private static func endOfRows(_ rows: ArraySlice<UInt8>) -> Int? {
        let offset = rows.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            var start = 0
            while start < bytes.count {
                if bytes[start...].starts(with: rowsEnd) { return start }
                guard let end = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) else { return nil }
                start = base.distance(to: end) + 1
            }
            return nil
        }
        return offset.map { rows.startIndex + $0 }
    }

    private func put(_ rows: ArraySlice<UInt8>, into table: String) throws(DatabaseError) {
        if rows.isEmpty { return }
        let code = rows.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard code == 1 else { throw lastError(table) }
    }

    private func endCopy(_ table: String) throws(DatabaseError) {
        guard PQputCopyEnd(handle, nil) == 1 else { throw lastError(table) }
        try finish(table)
    }

    /// Takes the results of a statement to the last.
    private func finish(_ text: String) throws(DatabaseError) {
        var failure: PostgresFailure?
        while let result = PQgetResult(handle) { failure = failure ?? PostgresResult(owning: result).failure }
        if let failure { throw DatabaseError(failure, doing: text) }
    }

    private func lastError(_ text: String) -> DatabaseError {
        let message = String(cString: PQerrorMessage(handle)).trimmingSpaces
        let isLost = PQstatus(handle) != CONNECTION_OK
        return DatabaseError(isLost ? .unavailable : .engine, "\(message): \(text)")
    }
}

/// Reads whole lines, many at a time, from a pipe. Blocks.
private struct LineReader {
    private let descriptor: Int32
    private var partial: [UInt8] = []
    private static let chunk = 1 << 18

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next lines with their ends, some or many; nil at the end. The last may lack its end.
    mutating func next() throws(DatabaseError) -> [UInt8]? {
        while true {
            let read = try read()
            guard !read.isEmpty else {
                defer { partial = [] }
                return partial.isEmpty ? nil : partial
            }
            guard let end = read.lastIndex(of: UInt8(ascii: "\n")) else {
                partial += read
                continue
            }
            let lines = partial + read[...end]
            partial = Array(read[(end + 1)...])
            return lines
        }
    }

    private func read() throws(DatabaseError) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, used in
            repeat {
                count = systemRead(descriptor, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            used = max(0, count)
        }
        guard count >= 0 else { throw DurableFile.failure("reading the backup") }
        return bytes
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
