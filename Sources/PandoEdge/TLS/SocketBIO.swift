internal import CEpoll
internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// How OpenSSL reaches a session's socket.
///
/// OpenSSL's own BIO for sockets writes without MSG_NOSIGNAL, so that a peer that went away would end the process unless the
/// whole process ignored SIGPIPE, which is not a library's to decide. A pair of memory BIOs would copy every byte once more
/// and keep two buffers for each connection. This BIO calls `send` and `recv` itself.
enum SocketBIO {
    /// The method, made once for the process.
    private struct Method: @unchecked Sendable {
        // Only written here; OpenSSL reads it.
        let pointer: OpaquePointer?

        init() {
            pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of the edge")
            BIO_meth_set_write_ex(pointer) { bio, bytes, count, written in SocketBIO.write(bio, bytes, count, written) }
            BIO_meth_set_read_ex(pointer) { bio, bytes, count, read in SocketBIO.read(bio, bytes, count, read) }
            BIO_meth_set_ctrl(pointer) { bio, command, _, _ in
                switch command {
                case BIO_CTRL_FLUSH: 1
                // Asked by OpenSSL where a read fails: this is how it tells truncation from a broken record.
                case BIO_CTRL_EOF: BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0
                default: 0
                }
            }
        }
    }

    private static let method = Method()

    /// Makes a BIO for a session, which must outlive it.
    static func make(_ session: TLSSession) -> OpaquePointer? {
        guard let bio = BIO_new(method.pointer) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(session).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    private static func session(_ bio: OpaquePointer?) -> TLSSession? {
        BIO_get_data(bio).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func write(
        _ bio: OpaquePointer?,
        _ bytes: UnsafePointer<CChar>?,
        _ count: Int,
        _ written: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        guard let session = session(bio) else { return 0 }
        BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
        while true {
            let result = send(session.descriptor, bytes, count, Int32(MSG_NOSIGNAL))
            if result > 0 {
                written?.pointee = result
                return 1
            }
            if errno == EINTR { continue }
            if errno == EAGAIN || errno == EWOULDBLOCK {
                BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
            } else {
                session.socketError = errno
            }
            return 0
        }
    }

    private static func read(
        _ bio: OpaquePointer?,
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ read: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        guard let session = session(bio) else { return 0 }
        BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
        while true {
            let result = recv(session.descriptor, bytes, count, 0)
            if result > 0 {
                read?.pointee = result
                return 1
            }
            if result == 0 {
                BIO_set_flags(bio, BIO_FLAGS_IN_EOF)
                return 0
            }
            if errno == EINTR { continue }
            if errno == EAGAIN || errno == EWOULDBLOCK {
                BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
            } else {
                session.socketError = errno
            }
            return 0
        }
    }
}
