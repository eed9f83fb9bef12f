#if canImport(Glibc)
    import Glibc
#endif

/// The files of a cache's folder. All of it blocks and runs on the disk's thread, or before the cache is in use.
///
/// An entry is `XX/NUMBER`, in one of 256 folders by the last octet of its number; what is being written has the suffix `.new`, gets its
/// name when it is complete, and is removed at the next start where it did not come to that.
struct DiskFiles: Sendable {
    let directory: String

    /// Makes the folders.
    init(_ directory: String) throws(DiskError) {
        self.directory = directory
        try Self.makeDirectory(directory)
        for part in 0..<256 { try Self.makeDirectory(directory + "/" + String(hexadecimal: UInt64(part), digits: 2)) }
    }

    private static func makeDirectory(_ path: String) throws(DiskError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw DiskError(operation: "creating", path: path, code: errno)
        }
    }

    private func path(_ number: UInt64) -> String {
        directory + "/" + String(hexadecimal: number & 255, digits: 2) + "/" + String(hexadecimal: number)
    }

    // MARK: Entries

    /// Writes a file of several pieces; what was written of it is removed where that fails.
    func write(_ number: UInt64, _ pieces: [[UInt8]]) throws(DiskError) {
        try replace(path(number), pieces, syncs: false)
    }

    func remove(_ number: UInt64) { _ = unlink(path(number)) }

    /// Reads a file, whole; nil where it is not there, is cut off, or is not of its length any longer.
    func read(_ number: UInt64, bytes: Int) -> [UInt8]? { Self.read(path(number), from: 0, count: bytes) }

    /// Reads the beginning of a file; nil where it is shorter. With its length.
    func readStart(_ number: UInt64, count: Int) -> ([UInt8], fileBytes: Int)? {
        var status = stat()
        guard stat(path(number), &status) == 0, Int(status.st_size) >= count,
            let bytes = Self.read(path(number), from: 0, count: count)
        else { return nil }
        return (bytes, Int(status.st_size))
    }

    /// The numbers of all entries; removes what was left unfinished.
    func numbers() -> [UInt64] {
        var found: [UInt64] = []
        for part in 0..<256 {
            let folder = directory + "/" + String(hexadecimal: UInt64(part), digits: 2)
            for name in Self.names(in: folder) {
                if let number = UInt64(name, radix: 16), name.utf8.count == 16 {
                    found.append(number)
                } else {
                    _ = unlink(folder + "/" + name)
                }
            }
        }
        return found
    }

    // MARK: Single files

    /// Reads a small file; nil where it is not there.
    func read(named name: String) -> [UInt8]? {
        var status = stat()
        guard stat(directory + "/" + name, &status) == 0 else { return nil }
        return Self.read(directory + "/" + name, from: 0, count: Int(status.st_size))
    }

    /// Writes a small file so that either the old or the new one is there, even after the power went.
    func write(named name: String, _ bytes: [UInt8]) throws(DiskError) {
        try replace(directory + "/" + name, [bytes], syncs: true)
    }

    /// Adds to a small file, and waits until it is on the disk.
    func append(named name: String, _ bytes: [UInt8]) throws(DiskError) {
        let path = directory + "/" + name
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError(operation: "opening", path: path, code: errno) }
        defer { close(file) }
        try Self.writeAll(file, [bytes], path)
        guard fsync(file) == 0 else { throw DiskError(operation: "syncing", path: path, code: errno) }
    }

    // MARK: Calls

    private func replace(_ path: String, _ pieces: [[UInt8]], syncs: Bool) throws(DiskError) {
        let draft = path + ".new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError(operation: "creating", path: draft, code: errno) }
        do throws(DiskError) {
            defer { close(file) }
            try Self.writeAll(file, pieces, draft)
            if syncs, fsync(file) != 0 { throw DiskError(operation: "syncing", path: draft, code: errno) }
            if rename(draft, path) != 0 { throw DiskError(operation: "renaming", path: draft, code: errno) }
        } catch {
            _ = unlink(draft)
            throw error
        }
    }

    private static func writeAll(_ file: Int32, _ pieces: [[UInt8]], _ path: String) throws(DiskError) {
        for piece in pieces {
            var place = 0
            while place < piece.count {
                let count = piece.withUnsafeBytes {
                    Glibc.write(file, $0.baseAddress! + place, piece.count - place)
                }  // not empty
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw DiskError(operation: "writing", path: path, code: count < 0 ? errno : ENOSPC)
                }
                place += count
            }
        }
    }

    private static func read(_ path: String, from start: Int, count: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(file, buffer.baseAddress! + filled, count - filled, off_t(start + filled))  // count > 0
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    isWhole = false
                    return
                }
                filled += got
            }
        }
        return isWhole ? bytes : nil
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found
    }
}
