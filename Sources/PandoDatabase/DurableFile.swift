#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }

/// File operations that are on disk when they return.
package enum DurableFile {
    /// Gives a file its final name: fsync of the file, rename, fsync of the folder.
    ///
    /// - Throws: ``DatabaseError`` with code `inputOutput` or `full`.
    package static func rename(_ path: String, to target: String) throws(DatabaseError) {
        try sync(path)
        guard systemRename(path, target) == 0 else { throw failure("renaming \(path) to \(target)") }
        let folder = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try sync(folder.isEmpty ? (target.hasPrefix("/") ? "/" : ".") : folder)
    }

    /// Writes what the kernel holds of a file or folder to disk.
    package static func sync(_ path: String) throws(DatabaseError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opening \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("syncing \(path)") }
    }

    /// Makes an empty file that only its owner may read, where there is none: what opens it says what is wrong otherwise.
    static func makePrivate(_ path: String) {
        // Never for a file that is there: closing it would give up the locks that this process has on it (fcntl(2)).
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    static func failure(_ what: String) -> DatabaseError {
        let code = errno
        return DatabaseError(code == ENOSPC ? .full : .inputOutput, "\(what): \(String(cString: strerror(code)))")
    }
}
