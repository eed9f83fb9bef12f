import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A connection to the admin interface: one request and its answer. Blocks, on a thread of its own.
struct AdminConnection: Sendable {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant

    /// What a request may be, and how long it may take with its answer.
    static let bodyBytes = 65_536
    private static let patience = Duration.seconds(10)
    private static let limits: HeadLimits = {
        var limits = HeadLimits()
        limits.headBytes = 16_384
        limits.targetBytes = 2_048
        return limits
    }()

    /// Owns a connected socket that blocks.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        deadline = .now + Self.patience
        // The wait for bytes must not be a wait for more of our own.
        PandoEdge.Socket.setNoDelay(descriptor)
    }

    /// Answers, and closes.
    func serve(_ answer: AdminServer.Answering) {
        defer { close(descriptor) }
        do throws(HeadError) {
            guard let request = try read() else { return }
            send(answer(request), isHead: request.method == .head)
        } catch {
            let problem = AdminProblem(error.status, error.reason, "send one plain HTTP/1.1 request")
            send(AdminAnswer(problem), isHead: false)
        }
        linger()
    }

    /// Says that there are too many, and closes, without reading a byte.
    func refuse() {
        defer { close(descriptor) }
        let most = AdminServer.maximumConnections
        send(AdminAnswer(AdminProblem(503, "\(most) requests are being answered", "try again")), isHead: false)
    }

    // MARK: Reading

    /// Nil where the client went away.
    private func read() throws(HeadError) -> AdminRequest? {
        let head = Head()
        var bytes: [UInt8] = []
        var seen = 0
        while true {
            guard try receive(&bytes) else { return nil }
            let end = try bytes.withUnsafeBufferPointer { (bytes) throws(HeadError) -> Int? in
                if seen > 0, !HeadParser.isWorthAnotherLook(bytes, seen: seen, limits: Self.limits) { return nil }
                guard case .complete(let count) = try HeadParser.request(bytes, into: head, limits: Self.limits)
                else { return nil }
                return count
            }
            seen = bytes.count
            guard let end else { continue }
            let rules = try RequestRules(head)
            bytes.removeFirst(end)
            guard try readBody(&bytes, rules) else { return nil }
            return AdminRequest(head, body: bytes)
        }
    }

    /// Completes a body, of which a part may have come with the head; false where the client went away.
    private func readBody(_ bytes: inout [UInt8], _ rules: RequestRules) throws(HeadError) -> Bool {
        let length: Int
        switch rules.framing {
        case .none, .untilClose: length = 0
        // A command is short and its length known: there is no need for chunks.
        case .chunked: throw .codingNotSupported
        case .length(let count):
            guard count <= UInt64(Self.bodyBytes) else { throw .contentTooLarge }
            length = Int(count)
        }
        if rules.expectsContinue, bytes.isEmpty, length > 0 { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        while bytes.count < length { guard try receive(&bytes) else { return false } }
        bytes.removeLast(bytes.count - length)
        return true
    }

    /// False at the end.
    private func receive(_ bytes: inout [UInt8]) throws(HeadError) -> Bool {
        guard waits(SO_RCVTIMEO) else { throw .timedOut }
        let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8_192) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
            return count
        }
        if count < 0, errno == EAGAIN { throw .timedOut }
        return count > 0 || count < 0 && errno == EINTR
    }

    /// Lets the next call wait until the deadline; false where that has passed.
    private func waits(_ option: Int32) -> Bool {
        let left = (deadline - .now).components
        let microseconds = left.seconds * 1_000_000 + left.attoseconds / 1_000_000_000_000
        guard microseconds > 0 else { return false }
        var time = timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        return true
    }

    // MARK: Writing

    private func send(_ answer: AdminAnswer, isHead: Bool) { write(answer.bytes(isHead: isHead)) }

    private func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count, waits(SO_SNDTIMEO) {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Closed with input that nobody has read, the connection would be reset, and the answer lost (RFC 9112 §9.6).
    private func linger() {
        PandoEdge.Socket.endWriting(descriptor)
        var rest: [UInt8] = []
        // What comes now does not matter, nor how it ends.
        while rest.count < Self.bodyBytes, (try? receive(&rest)) == true {}
    }
}
