import Glibc

/// What is at a path, links followed.
struct LocalFile {
    enum Kind {
        case missing, file, folder
        /// A device, a pipe, a socket: reading it may never end.
        case other
    }

    /// Certificates, keys and secrets are smaller.
    static let bytesLimit = 1 << 20

    let path: String
    let kind: Kind
    /// Whether every user may read it.
    let isOpenToAll: Bool

    init(_ path: String) {
        self.path = path
        var info = stat()
        guard stat(path, &info) == 0 else {
            (kind, isOpenToAll) = (.missing, false)
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        isOpenToAll = info.st_mode & S_IROTH != 0
    }

    /// By what a file that was changed or replaced is told from the one before.
    struct Stamp: Sendable, Equatable {
        private let device: UInt64
        private let number: UInt64
        private let bytes: Int64
        private let seconds: Int
        private let nanoseconds: Int

        /// Nil where there is no file.
        init?(_ path: String) {
            var info = stat()
            guard stat(path, &info) == 0 else { return nil }
            (device, number, bytes) = (UInt64(info.st_dev), UInt64(info.st_ino), Int64(info.st_size))
            (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
        }
    }

    /// Whether this process may read it.
    var isReadable: Bool { access(path, R_OK) == 0 }

    /// All of a file; nil where there is none, or more than a limit.
    func contents(limit: Int = bytesLimit) -> [UInt8]? {
        guard kind == .file, let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0, count <= limit else { return nil }
        return Array(bytes.prefix(count))
    }
}
