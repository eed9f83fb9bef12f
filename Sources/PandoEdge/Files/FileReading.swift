import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// Reads of a file that do not wait for the disk, where its file system can tell; where it cannot, as on tmpfs of older kernels, they
/// read at once.
enum FileReading {
    enum Result {
        case count(Int)
        /// The bytes are not in memory.
        case cold
        /// The file is shorter than it was, or cannot be read.
        case broken
    }

    /// Do not wait: `RWF_NOWAIT` of Linux.
    private static let noWait: Int32 = 8

    /// Reads what there is.
    ///
    /// - Parameter waits: Whether it may wait, where the disk has been waited for already.
    static func read(
        _ descriptor: Int32,
        at place: Int64,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        waits: Bool
    ) -> Result {
        while true {
            var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
            var count = waits ? -1 : preadv2(descriptor, &part, 1, off_t(place), noWait)
            if waits || count < 0 && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL) {
                count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(place))
            }
            if count > 0 { return .count(count) }
            if count == 0 { return .broken }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .cold
            default: return .broken
            }
        }
    }

    /// Whether bytes are in memory, by the first and the last of them: the kernel reads ahead, so that what lies between is there too,
    /// or nearly so.
    static func isWarm(_ descriptor: Int32, at place: Int64, _ count: Int) -> Bool {
        for byte in [place, place + Int64(count) - 1] {
            var octet: UInt8 = 0
            let isCold = withUnsafeMutablePointer(to: &octet) { octet in
                var part = iovec(iov_base: octet, iov_len: 1)
                return preadv2(descriptor, &part, 1, off_t(byte), noWait) < 0 && errno == EAGAIN
            }
            if isCold { return false }
        }
        return true
    }

    /// Brings bytes into memory. Blocks.
    static func warm(_ descriptor: Int32, at place: Int64, _ count: Int) {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            var done = 0
            while done < count {
                let more = pread(
                    descriptor,
                    buffer.baseAddress,
                    min(buffer.count, count - done),
                    off_t(place) + off_t(done)
                )
                if more <= 0 { return }
                done += more
            }
        }
    }
}
