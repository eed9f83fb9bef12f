#if canImport(Glibc)
    import Glibc
#endif

/// A file that is open, as it was when it was opened. Closed when nobody sends it any more.
final class OpenFile: Sendable {
    let descriptor: Int32
    let size: Int64
    let type: StaticString
    /// The value of ETag, a strong one: no two contents of a file have the same time, size and inode, as times are in nanoseconds.
    let tag: [UInt8]
    /// In seconds since 1970; not later than now (RFC 9110 §8.8.2.1).
    let lastModified: Int64
    /// The same as a field has it.
    let lastModifiedText: String
    /// The same content by gzip, from the file beside it.
    let gzipped: OpenFile?
    private let modified: (seconds: Int, nanoseconds: Int)
    private let inode: UInt64

    private init(_ descriptor: Int32, _ info: stat, _ type: StaticString, gzipped: OpenFile?) {
        self.descriptor = descriptor
        self.type = type
        self.gzipped = gzipped
        size = Int64(info.st_size)
        inode = UInt64(info.st_ino)
        modified = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
        lastModified = Int64(min(info.st_mtim.tv_sec, time(nil)))
        lastModifiedText = HTTPDate.text(lastModified)
        let nanoseconds = UInt64(bitPattern: Int64(modified.seconds)) &* 1_000_000_000 &+ UInt64(modified.nanoseconds)
        let parts = [nanoseconds, UInt64(size), inode].map { String($0, radix: 36) }
        tag = Array("\"\(parts.joined(separator: "-"))\"".utf8)
    }

    deinit {
        close(descriptor)
    }

    /// Whether the file that is open is still what it was.
    var isUnchanged: Bool {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return false }
        return Int64(info.st_size) == size && info.st_mtim.tv_sec == modified.seconds
            && info.st_mtim.tv_nsec == modified.nanoseconds && info.st_nlink > 0
    }

    // MARK: Opening

    /// `O_PATH` of Linux: to look within a folder that may be entered and not read.
    private static let onlyPath: Int32 = 0o10_000_000

    /// What is found under a name.
    enum Found {
        case file(OpenFile)
        case folder
        case missing
        /// It may not be read.
        case forbidden
        /// The system has no room for another open file.
        case failed
    }

    /// Opens a file of a folder.
    ///
    /// Each segment is opened in the one before it and no link is followed on the way, so that whoever may write into the folder
    /// cannot have anything else sent. The folder itself may be a link. Waits for the disk where it has to look for a name: the
    /// kernel keeps names much longer than contents.
    ///
    /// - Parameter name: Relative, ended by a zero.
    static func find(_ name: [UInt8], in folder: FileFolder) -> Found {
        var parent = open(folder.path, onlyPath | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return refusal() }
        defer { close(parent) }
        var segments = name.dropLast().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let last = segments.removeLast()
        for segment in segments {
            let next = inside(parent, segment, onlyPath | O_DIRECTORY)
            guard next >= 0 else { return refusal() }
            close(parent)
            parent = next
        }
        return find(last, in: parent)
    }

    private static func find(_ name: ArraySlice<UInt8>, in parent: Int32) -> Found {
        guard let (descriptor, info) = look(name, in: parent) else { return refusal() }
        switch info.st_mode & S_IFMT {
        case S_IFREG:
            let gzipped = gzipped(name, in: parent, since: info)
            let type = name.withUnsafeBufferPointer { MediaType.of($0) }
            return .file(OpenFile(descriptor, info, type, gzipped: gzipped))
        case S_IFDIR:
            close(descriptor)
            return .folder
        default:
            close(descriptor)
            return .missing
        }
    }

    /// The file beside it that has its content by gzip, unless it is older and so of another content.
    private static func gzipped(_ name: ArraySlice<UInt8>, in parent: Int32, since original: stat) -> OpenFile? {
        guard let (descriptor, info) = look(name + Array(".gz".utf8), in: parent) else { return nil }
        // By whole seconds: copies of a folder write its files in any order.
        let isOlder = info.st_mtim.tv_sec < original.st_mtim.tv_sec
        guard info.st_mode & S_IFMT == S_IFREG, !isOlder else {
            close(descriptor)
            return nil
        }
        return OpenFile(descriptor, info, name.withUnsafeBufferPointer { MediaType.of($0) }, gzipped: nil)
    }

    /// Not blocked by a pipe, which is then found to be no file.
    private static func look(_ name: ArraySlice<UInt8>, in parent: Int32) -> (Int32, stat)? {
        let descriptor = inside(parent, name, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            close(descriptor)
            return nil
        }
        return (descriptor, info)
    }

    private static func inside(_ parent: Int32, _ name: ArraySlice<UInt8>, _ flags: Int32) -> Int32 {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: name.count + 1) { text in
            for (index, octet) in name.enumerated() { text[index] = CChar(bitPattern: octet) }
            text[name.count] = 0
            guard let start = text.baseAddress else { return -1 }
            return openat(parent, start, flags | O_NOFOLLOW | O_CLOEXEC)
        }
    }

    private static func refusal() -> Found {
        switch errno {
        case EACCES, EPERM: .forbidden
        case EMFILE, ENFILE, ENOMEM: .failed
        default: .missing
        }
    }
}
