/// A connected socket with what waits to be sent. Bytes that are put leave together at the next ``flush()``.
class StreamSocket: SocketHandler {
    private var output: OutputBytes?
    /// Whether the system takes no more for now; it tells when it does.
    private(set) final var isBlocked = false
    /// Its place among the connections of its client, where those are counted.
    final var place: AddressPlace?
    /// Whether bytes may have arrived that nobody has read, since reading was held up.
    final var hasUnread = false

    /// Whether our half of the connection ends when all that waits is sent.
    private var endsWhenSent = false

    /// Whether the other side has ended or broken the connection; its last bytes may still be unread.
    private(set) final var isEnding = false

    /// TLS, where it is spoken on the socket.
    private(set) final var tls: TLSSession?
    /// What TLS waits for to go on with the other: its handshake writes while we read, and reads while we write.
    private var readNeedsWriting = false
    private var writeNeedsReading = false

    /// More than this waits to be sent: whoever produces it should pause.
    static let highWater = 1 << 18
    /// From this size on bytes are handed to the system where they are, instead of being copied.
    private static let direct = 8_192

    /// Bytes that wait to be sent.
    final var backlog: Int { output?.count ?? 0 }

    /// Whether more may be put without waiting.
    final var hasRoom: Bool { backlog < Self.highWater }

    // MARK: For subclasses

    /// There is something to read, or the end, or an error.
    func readable() {}
    /// All that waited has been sent, after it had been blocked.
    func drained() {}
    /// The system takes no more for now.
    func blocked() {}
    /// Nothing can be sent any more, though there may still be something to read.
    func sendingFailed(_ failure: IOFailure?) { broke(failure) }
    /// The connection is broken; called once, and the socket is still open.
    func broke(_ failure: IOFailure?) {}

    // MARK: Reading

    /// Reads into the worker's buffer; less than that holds is all that there was, unless the connection ``isEnding``.
    @inline(__always)
    final func receive() -> IOResult {
        tls == nil ? Socket.receive(descriptor, into: worker.scratch) : receiveDeciphered()
    }

    override func ready(_ ready: Poller.Ready) {
        if ready.canWrite, isBlocked { unblock() }
        if ready.canRead, writeNeedsReading, !isClosed { unblock() }
        if isClosed { return }
        if ready.hasEnd { isEnding = true }
        if ready.canRead || ready.canWrite && readNeedsWriting { readable() }
    }

    private func unblock() {
        isBlocked = false
        writeNeedsReading = false
        flush()
        if !isClosed, !isBlocked { drained() }
    }

    // MARK: TLS

    /// Speaks TLS on the socket, from its first byte on.
    final func begin(_ session: TLSSession) { tls = session }

    /// Goes on without TLS, where the client never spoke it.
    final func endTLS() { tls = nil }

    /// Reads records as long as there are any: no event of the socket tells of those that TLS has read ahead.
    private func receiveDeciphered() -> IOResult {
        guard let tls else { return .closed }
        readNeedsWriting = false
        var count = 0
        while count < worker.scratch.count {
            let result = tls.receive(into: UnsafeMutableBufferPointer(rebasing: worker.scratch[count...]))
            if case .count(let more) = result {
                count += more
                continue
            }
            if result == .wantsWrite { readNeedsWriting = true }
            if count == 0 { return result }
            // What ended it is told again when the bytes before it were taken.
            if result != .wouldBlock, result != .wantsWrite { isEnding = true }
            break
        }
        return .count(count)
    }

    /// Sends in records, of which each call of OpenSSL makes one.
    private func sendEnciphered(_ bytes: UnsafeBufferPointer<UInt8>, _ tls: TLSSession) -> Int {
        var sent = 0
        while sent < bytes.count {
            switch tls.send(UnsafeBufferPointer(rebasing: bytes[sent...])) {
            case .count(let count): sent += count
            case .wantsWrite:
                hold()
                return sent
            case .wouldBlock:
                writeNeedsReading = true
                hold()
                return sent
            case .closed:
                sendingFailed(nil)
                return sent
            case .failed(let failure):
                sendingFailed(failure)
                return sent
            }
        }
        return sent
    }

    /// Tells the peer that the end is one, and no truncation (RFC 8446 §6.1); as far as the system takes it.
    override func closing() { _ = tls?.finish() }

    // MARK: Writing

    /// Where to append what is to be sent.
    final var outgoing: OutputBytes {
        if let output { return output }
        let taken = worker.buffers.take()
        output = taken
        return taken
    }

    /// Sends bytes of a body: small ones with what else waits, large ones from where they are.
    final func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= Self.direct else { return outgoing.append(bytes) }
        if backlog > 0 { flush() }
        guard !isClosed, !isBlocked, backlog == 0 else { return outgoing.append(bytes) }
        let sent = sendNow(bytes)
        if sent < bytes.count, !isClosed { outgoing.append(UnsafeBufferPointer(rebasing: bytes[sent...])) }
    }

    /// Sends what waits, as far as the system takes it.
    final func flush() {
        guard !isBlocked, !isClosed else { return }
        guard let output else { return endIfAsked() }
        while output.count > 0 {
            let sent = sendNow(output.bytes)
            // What fails takes the buffer away.
            if isClosed || self.output !== output { return }
            output.drop(sent)
            if isBlocked { return }
        }
        self.output = nil
        worker.buffers.give(output)
        endIfAsked()
    }

    /// Ends our half of the connection, when all that waits is sent.
    final func finishWriting() {
        endsWhenSent = true
        flush()
    }

    private func endIfAsked() {
        guard endsWhenSent else { return }
        if let tls, tls.finish() == .wantsWrite { return hold() }
        endsWhenSent = false
        Socket.endWriting(descriptor)
    }

    private func sendNow(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        if let tls { return sendEnciphered(bytes, tls) }
        switch Socket.send(descriptor, bytes) {
        case .count(let count):
            // What the system has not taken it will not take now either.
            if count < bytes.count { hold() }
            return count
        case .wouldBlock, .wantsWrite: hold()
        case .closed: sendingFailed(nil)
        case .failed(let failure): sendingFailed(failure)
        }
        return 0
    }

    /// Notes that the system takes no more for now.
    final func hold() {
        isBlocked = true
        blocked()
    }

    /// Forgets what waits.
    final func discardOutput() {
        guard let output else { return }
        self.output = nil
        worker.buffers.give(output)
    }
}
