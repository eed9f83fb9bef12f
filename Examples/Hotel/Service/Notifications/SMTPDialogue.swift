import NIOCore

/// One conversation with a mail server: a command, a reply, a command. No wait in it is without a limit.
struct SMTPDialogue {
    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var replies = SMTPReplyReader()

    init(
        _ channel: any Channel,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.outbound = outbound
        self.inbound = inbound.makeAsyncIterator()
    }

    /// Sends a command and waits for its reply.
    ///
    /// - Parameter limit: for the sending and the reply together.
    /// - Throws: As ``reply(to:within:)``.
    mutating func say(_ command: String, within limit: Duration) async throws -> SMTPReply {
        try await reply(to: ByteBuffer(string: command + "\r\n"), within: limit)
    }

    /// Sends some bytes, or none, and waits for the reply to them.
    ///
    /// - Throws: ``SMTPError`` where the server hangs up, says nothing in time, or does not speak the protocol; the
    ///   connection is of no use afterwards. `CancellationError`.
    mutating func reply(to bytes: ByteBuffer?, within limit: Duration) async throws -> SMTPReply {
        let channel = channel
        let deadline = NIODeadline.now() + TimeAmount(limit)
        let timer = channel.eventLoop.scheduleTask(deadline: deadline) { channel.close(promise: nil) }
        defer { timer.cancel() }
        var hasHungUp = false
        if let bytes {
            // A server that hangs up may have said why before.
            do { try await outbound.write(bytes) } catch { hasHungUp = true }
        }
        while true {
            try Task.checkCancellation()
            if let reply = try replies.next() { return reply }
            guard let more = try await nextBytes() else {
                try Task.checkCancellation()
                let isLate = NIODeadline.now() >= deadline
                throw SMTPError(isLate && !hasHungUp ? "said nothing for \(limit)" : "hung up")
            }
            replies.append(more)
        }
    }

    /// What comes next; nil where nothing more can come.
    private mutating func nextBytes() async throws -> ByteBuffer? {
        do {
            return try await inbound.next(isolation: #isolation)
        } catch let error as CancellationError {
            throw error
        } catch {
            // A reset: the same as an end to whoever waits for a reply.
            return nil
        }
    }
}
