import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file, held until it is released or the process ends (flock(2)).
final class FileLock: Sendable {
    enum Kind { case shared, exclusive }

    private let descriptor: Mutex<Int32?>

    /// - Throws: ``DatabaseError`` with code `busy` where another holder is in the way.
    init(_ path: String, _ kind: Kind) throws(DatabaseError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DurableFile.failure("opening \(path)") }
        guard flock(file, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            close(file)
            throw DatabaseError(
                .busy,
                kind == .exclusive
                    ? "the database is open in a running process (lock \(path)): stop it first"
                    : "the database is being restored (lock \(path)): wait until that is done"
            )
        }
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
}
