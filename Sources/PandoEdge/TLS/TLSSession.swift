internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// TLS over a connected socket that does not wait. Belongs to the thread of its worker; the socket stays the caller's to close.
///
/// The handshake happens inside ``receive(into:)`` and ``send(_:)``, or ``handshake()``. OpenSSL reads ahead: after bytes were
/// received there may be more that no event of the socket tells of, so call ``receive(into:)`` until it says `wouldBlock`, or
/// ask ``hasBufferedBytes``.
package final class TLSSession {
    package let descriptor: Int32
    /// The server that a client's session is with, for resumption; empty in a server.
    let server: String
    /// Why the system failed, set by ``SocketBIO``.
    var socketError: Int32 = 0
    /// Whether the handshake is complete, so that what it agreed on can be read.
    package private(set) var isEstablished = false
    /// What ended it, once something did.
    private var end: IOResult?
    let ssl: OpaquePointer
    private let counters: TLSCounters
    /// Held because OpenSSL points to it.
    private let context: AnyObject

    /// A server's side.
    package init(_ descriptor: Int32, _ context: TLSContext) {
        self.descriptor = descriptor
        self.context = context
        server = ""
        counters = context.counters
        ssl = Self.make(context.first)
        SSL_set_accept_state(ssl)
        connect()
    }

    /// A client's side.
    ///
    /// - Parameters:
    ///   - name: The server's name, or IP address, which its certificate has to be for.
    ///   - server: Sessions are resumed with the same server only; its name, unless one name has several servers.
    package init(_ descriptor: Int32, _ context: TLSClientContext, name: String, server: String? = nil) {
        self.descriptor = descriptor
        self.context = context
        self.server = server ?? name
        counters = context.counters
        ssl = Self.make(context.context)
        SSL_set_connect_state(ssl)
        expect(name, isVerified: context.isVerifying)
        connect()
        context.resume(ssl, self.server)
    }

    deinit {
        // Where it is freed with no word of closing, OpenSSL takes its session for broken, which is resumed no more.
        if failure == nil { SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        SSL_free(ssl)
    }

    private static func make(_ context: OpaquePointer) -> OpaquePointer {
        guard let made = SSL_new(context) else { fatalError("OpenSSL has no memory for a session") }
        return made
    }

    private func connect() {
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        guard let bio = SocketBIO.make(self) else { fatalError("OpenSSL has no memory for a session") }
        SSL_set_bio(ssl, bio, bio)
    }

    /// Says for which name a server's certificate has to be; an address is no server name (RFC 6066 §3).
    private func expect(_ name: String, isVerified: Bool) {
        var address = in6_addr()
        let isAddress = inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1
        if !isAddress { pando_set_server_name(ssl, name) }
        guard isVerified else { return }
        if isAddress {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name)
        } else {
            SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            SSL_set1_host(ssl, name)
        }
    }

    // MARK: Bytes

    /// Reads what the peer sent, one byte at least.
    package func receive(into buffer: UnsafeMutableBufferPointer<UInt8>) -> IOResult {
        precondition(!buffer.isEmpty, "there is no room to receive into")
        if let end { return end }
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        return outcome(result, count)
    }

    /// Sends from the front of some bytes, one at least unless there are none to send.
    ///
    /// After `wantsWrite` the next call has to begin with the same bytes, of which OpenSSL has enciphered some; they may lie
    /// elsewhere, and more may follow them.
    package func send(_ bytes: UnsafeBufferPointer<UInt8>) -> IOResult {
        if case .failed = end { return end ?? .closed }
        if bytes.isEmpty { return .count(0) }
        ERR_clear_error()
        var count = 0
        let result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
        return outcome(result, count)
    }

    /// Goes on with the handshake where there is nothing to send or receive yet.
    ///
    /// - Returns: `.count(0)` once it is complete.
    package func handshake() -> IOResult {
        if let end { return end }
        if isEstablished { return .count(0) }
        ERR_clear_error()
        return outcome(SSL_do_handshake(ssl), 0)
    }

    /// Tells the peer that nothing more comes (close_notify). What the peer sends can still be received.
    ///
    /// - Returns: `wantsWrite` where it has to be called again, or else `closed`.
    package func finish() -> IOResult {
        guard isEstablished, failure == nil else { return .closed }
        if SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN != 0, SSL_want(ssl) != SSL_WRITING { return .closed }
        ERR_clear_error()
        let result = SSL_shutdown(ssl)
        defer { ERR_clear_error() }
        guard result < 0 else { return .closed }
        return SSL_get_error(ssl, result) == SSL_ERROR_WANT_WRITE ? .wantsWrite : .closed
    }

    /// Whether bytes have been read from the socket that ``receive(into:)`` has not given yet.
    package var hasBufferedBytes: Bool { SSL_has_pending(ssl) == 1 }

    /// What broke it; nil where nothing did.
    package var failure: IOFailure? {
        if case .failed(let failure) = end { return failure }
        return nil
    }

    // MARK: Outcome

    @inline(__always)
    private func outcome(_ result: Int32, _ count: Int) -> IOResult {
        if !isEstablished, SSL_is_init_finished(ssl) == 1 { establish() }
        return result == 1 ? .count(count) : interruption(result)
    }

    private func establish() {
        isEstablished = true
        counters.completed(resumed: isResumed)
    }

    private func interruption(_ result: Int32) -> IOResult {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wouldBlock
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN:
            end = .closed
            return .closed
        case SSL_ERROR_SYSCALL where socketError != 0 && isEstablished: return fail(.system(socketError))
        case SSL_ERROR_SYSCALL: return fail(.tls(isEstablished ? .truncated : .endedInHandshake))
        default:
            let failure = TLSFailure(isEstablished: isEstablished, verification: SSL_get_verify_result(ssl))
            if failure == .plainHTTP { refuseHTTP() }
            return fail(.tls(failure))
        }
    }

    private func fail(_ failure: IOFailure) -> IOResult {
        if case .tls(let kind) = failure { counters.failed(kind) }
        ERR_clear_error()
        end = .failed(failure)
        return .failed(failure)
    }

    /// Answers a request of plain HTTP in its own words; nothing has been sent on this connection.
    private func refuseHTTP() {
        let body = "This port speaks HTTPS: use https:// in the address.\n"
        let answer = """
            HTTP/1.1 400 Bad Request\r
            content-type: text/plain\r
            content-length: \(body.utf8.count)\r
            connection: close\r
            \r
            \(body)
            """
        // As much as the socket takes: a client that takes none would not read the rest either.
        var text = answer
        _ = text.withUTF8 { bytes in
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }
}
