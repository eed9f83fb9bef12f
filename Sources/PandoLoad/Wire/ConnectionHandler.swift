import NIOCore

/// One connection of the pool: sends a request, reads its answer, and is free again. No pipelining.
///
/// Confined to its event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private unowned let pool: ConnectionPool  // the pool outlives its connections: it waits for all of them to close
    private let maxBodyBytes: Int
    private var context: ChannelHandlerContext?
    private var parser = ResponseParser()
    private var unparsed: ByteBuffer?  // the beginning of a line whose end has not come yet
    private var failure: LoadFailure?  // why we close, or why the channel fails

    /// The request in hand.
    private(set) var exchange: Exchange?
    /// When the last answer was complete.
    private(set) var idleSince: Nanoseconds = 0
    /// The place in the pool's list of connections.
    var slot = -1

    init(pool: ConnectionPool, maxBodyBytes: Int) {
        self.pool = pool
        self.maxBodyBytes = maxBodyBytes
    }

    /// Whether requests can be sent.
    var isActive: Bool { context?.channel.isActive ?? false }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Writes a request. The connection must be active and free.
    func send(_ exchange: Exchange, at now: Nanoseconds) {
        precondition(self.exchange == nil, "a connection carries one request at a time")
        parser.begin(isHead: exchange.isHead, captures: exchange.reply != nil, maxBodyBytes: maxBodyBytes)
        self.exchange = exchange
        self.exchange?.sent = now
        context?.writeAndFlush(Self.wrapOutboundOut(exchange.bytes), promise: nil)  // a failed write closes the channel
    }

    /// Closes the connection; a request in hand ends with `failure`.
    func close(because failure: LoadFailure) {
        if self.failure == nil { self.failure = failure }
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var received = Self.unwrapInboundIn(data)
        if unparsed != nil {
            unparsed?.writeBuffer(&received)
            received = unparsed ?? received
            unparsed = nil
        }
        guard exchange != nil else { return close(because: .invalidResponse) }  // an answer to no request
        var position = 0
        do {
            let isComplete = try parser.parse(received.readableBytesUInt8Span, &position)
            received.moveReaderIndex(forwardBy: position)
            if isComplete {
                guard received.readableBytes == 0 else { return close(because: .invalidResponse) }
                complete()
            } else if received.readableBytes > 0 {
                // A copy, so that NIO can use its buffer again.
                unparsed = ByteBuffer(bytes: received.readableBytesView)
            }
        } catch {
            close(because: .invalidResponse)
        }
    }

    private func complete() {
        guard let exchange else { return }
        let now = Nanoseconds.now
        self.exchange = nil
        idleSince = now
        var response: LoadResponse?
        if exchange.reply != nil {
            response = LoadResponse(status: parser.status, head: parser.capturedHead, body: parser.capturedBody)
            response?.setsCookies = parser.setsCookies
        }
        let isReusable = parser.isReusable && failure == nil
        pool.answered(self, exchange, .answered(status: parser.status, response: response), isReusable, now)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(because: .reset)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if exchange != nil, failure == nil, parser.finish() { complete() }
        let lost = exchange
        exchange = nil
        pool.lost(self, lost, failure ?? .closed, .now)
        context.fireChannelInactive()
    }
}
