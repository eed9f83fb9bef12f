#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that are on disk when the call that writes them returns. Everything here blocks its thread.
enum DurableFiles {
    /// Writes some files, replacing what is there.
    ///
    /// - Throws: ``FileError``; any of the files may then be there in part.
    static func write(_ files: [(path: String, bytes: [UInt8])]) throws(FileError) {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for file in files {
            let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileError("make \(file.path)") }
            descriptors.append(descriptor)
            try write(file.bytes, to: descriptor, file.path)
        }
        try sync(descriptors)
    }

    /// Makes what was renamed into a folder durable.
    static func sync(folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("sync \(folder)") }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(done))
            }
            guard written >= 0 || errno == EINTR else { throw FileError("write \(path)") }
            done += max(0, written)
        }
    }

    /// `syncfs` of Linux, which the C library's header hides from Swift; nil on other systems.
    private static let syncFileSystem = dlsym(nil, "syncfs").map {
        unsafeBitCast($0, to: (@convention(c) (Int32) -> Int32).self)
    }

    /// One journal commit serves all files of a file system, so from a few files on it is asked for once.
    private static func sync(_ descriptors: [Int32]) throws(FileError) {
        if let first = descriptors.first, descriptors.count > 3, let syncFileSystem {
            guard syncFileSystem(first) == 0 else { throw FileError("sync the file system") }
            return
        }
        for descriptor in descriptors where fsync(descriptor) != 0 { throw FileError("sync a file") }
    }
}

/// A file operation that the system refused.
struct FileError: Error, CustomStringConvertible {
    let description: String

    /// Describes the last error of the system.
    init(_ operation: String) { description = "cannot \(operation): \(String(cString: strerror(errno)))" }
}
