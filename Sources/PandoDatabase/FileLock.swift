import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file, held until it is released or the process ends (flock(2)). The file of an exclusive one names its holder.
final class FileLock: Sendable {
    enum Kind { case shared, exclusive }

    private let descriptor: Mutex<Int32?>

    /// - Parameter refusal: what to say where another holder is in the way; given the holder's process, if it is known.
    /// - Throws: ``DatabaseError`` with code `busy` where another holder is in the way.
    init(_ path: String, _ kind: Kind, orElse refusal: (_ holder: String) -> String) throws(DatabaseError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DurableFile.failure("opening \(path)") }
        guard flock(file, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            let holder = Self.content(of: file)
            close(file)
            throw DatabaseError(.busy, refusal(holder.isEmpty ? "" : " (process \(holder))"))
        }
        if kind == .exclusive { Self.write("\(getpid())", to: file) }
        descriptor = Mutex(file)
    }

    deinit {
        release()
    }

    /// Gives the lock up; once is enough.
    func release() {
        let file = descriptor.withLock { $0.take() }
        if let file { close(file) }
    }

    // The name of the holder is for people, so that what goes wrong here is no reason to fail.

    private static func write(_ text: String, to file: Int32) {
        guard ftruncate(file, 0) == 0 else { return }
        let bytes = Array(text.utf8)
        _ = pwrite(file, bytes, bytes.count, 0)
    }

    private static func content(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
