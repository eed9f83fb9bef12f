/// A connected socket with what waits to be sent. Bytes that are put leave together at the next ``flush()``.
class StreamSocket: SocketHandler {
    private var output: OutputBytes?
    /// Whether the system takes no more for now; it tells when it does.
    private(set) final var isBlocked = false
    /// Whether bytes may have arrived that nobody has read, since reading was held up.
    final var hasUnread = false

    /// Whether our half of the connection ends when all that waits is sent.
    private var endsWhenSent = false

    /// Whether the other side has ended or broken the connection; its last bytes may still be unread.
    private(set) final var isEnding = false

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

    @inline(__always)
    final func receive() -> IOResult { Socket.receive(descriptor, into: worker.scratch) }

    override func ready(_ ready: Poller.Ready) {
        if ready.canWrite, isBlocked {
            isBlocked = false
            flush()
            if isClosed { return }
            if !isBlocked { drained() }
        }
        if ready.hasEnd { isEnding = true }
        if ready.canRead, !isClosed { readable() }
    }

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
        endsWhenSent = false
        Socket.endWriting(descriptor)
    }

    private func sendNow(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
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

    private func hold() {
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
