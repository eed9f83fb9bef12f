import NIOCore

/// The first handler of a connection: sees bytes. It runs the timers, closes the two directions in the right order and
/// drops what arrives after the end.
///
/// Closing takes three steps: the output is shut down, so that the client reads the whole answer; what the client still
/// sends is read and dropped for ``HTTPLimits/lingerTimeout``, because closing a socket with unread bytes resets it and
/// the client may lose the answer; then the socket is closed, whatever the client does.
final class WireHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Told what happens by ``HTTP1Gate``, on the same event loop.
    var timer: ConnectionTimer
    /// Called when a timer says that the client must be told something.
    var onVerdict: ((ConnectionTimer.Verdict) -> Void)?
    /// Present while the connection is.
    private var context: ChannelHandlerContext?
    private let tick: TimeAmount
    private let gauge: ConnectionGauge
    private var isWaitingForClient = false
    private var isClosing = false
    private var isFlushDue = false
    private var droppedBytes = 0
    private var scheduled: Scheduled<Void>?

    init(limits: HTTPLimits, gauge: ConnectionGauge) {
        timer = ConnectionTimer(limits)
        self.gauge = gauge
        tick = TimeAmount(limits.tick)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        gauge.opened()
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        gauge.closed()
        scheduled?.cancel()
        scheduled = nil
        onVerdict = nil
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        isWaitingForClient = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isWaitingForClient = false
        let count = unwrapInboundIn(data).readableBytes
        guard !isClosing else {
            droppedBytes += count
            if droppedBytes > 1024 * 1024 { context.close(promise: nil) }
            return
        }
        timer.received(bytes: count)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isClosing else { return context.fireChannelReadComplete() }
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isClosing, case ChannelEvent.inputClosed = event {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Writes bytes of an answer past the parser, which has nothing to do with them; ``flush()`` makes them go.
    func write(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: promise)
    }

    /// Flushes what was written.
    func flush() {
        if let context { flush(context: context) }
    }

    /// Flushes when the loop has done what it has before it: a loop that answers many requests hands their bytes to the system
    /// one after the other, and the clients' thread wakes up once for all of them.
    func flush(context: ChannelHandlerContext) {
        guard !isFlushDue else { return }
        isFlushDue = true
        context.eventLoop.assumeIsolated().execute { [self] in flushNow(context) }
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        guard isFlushDue else { return }
        isFlushDue = false
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flushNow(context)
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        guard !isClosing else {
            promise?.succeed()
            return
        }
        isClosing = true
        timer.closing()
        context.close(mode: .output, promise: promise)
        context.read()
    }

    private func schedule(_ context: ChannelHandlerContext) {
        scheduled = context.eventLoop.assumeIsolated().scheduleTask(in: tick) { [self] in
            guard context.channel.isActive else { return schedule(context) }
            let verdict = timer.tick(waitingForClient: isWaitingForClient, writable: context.channel.isWritable)
            switch verdict {
            case .wait: break
            case .closeIdle, .cut: return context.close(promise: nil)
            case .headTimedOut, .bodyTooSlow: onVerdict?(verdict)
            }
            schedule(context)
        }
    }
}
