import HTTPTypes
import NIOCore
import NIOHTTP1
import PandoTelemetry

/// The gate between the HTTP/1.1 parser and the request handling: every head is checked, every body counted, the excess
/// shed, and every connection that is done with is closed. What passes is understood in one way only.
///
/// It is the last handler of the pipeline: requests go into the ``RequestInbox`` of the connection's task, which calls the
/// functions that write answers. Answers of its own are written only when no earlier answer is owed, so pipelined answers
/// keep their order. Everything here runs on the event loop.
final class HTTP1Gate: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never

    /// The largest piece of a body that is copied to what is written before it, so that both are one write.
    private static let largestCopy = 8192

    private let limits: HTTPLimits
    private let admission: AdmissionController?
    private let metrics: GateMetrics
    private let draining: DrainSignal
    private let connection: Connection
    private let wire: WireHandler
    private let inbox: RequestInbox
    /// Present while the connection is.
    private var context: ChannelHandlerContext?
    private var waitsForRoom: CheckedContinuation<Void, any Error>?
    private var flow = RequestFlow()
    private var bodyBytes = 0
    private var pendingRefusal: Refusal?
    private var encoder = AnswerEncoder()
    /// Bytes of the answer under way that are not written yet: its head waits for the first piece of the body.
    private var pending = ByteBuffer()

    init(
        limits: HTTPLimits,
        admission: AdmissionController?,
        metrics: GateMetrics,
        draining: DrainSignal,
        connection: Connection,
        wire: WireHandler,
        inbox: RequestInbox
    ) {
        self.limits = limits
        self.admission = admission
        self.metrics = metrics
        self.draining = draining
        self.connection = connection
        self.wire = wire
        self.inbox = inbox
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wire.onVerdict = { [unowned self] verdict in
            guard !flow.ignoresInput else { return }
            switch verdict {
            case .headTimedOut: refuse(Refusal(.requestTimeout), context)
            case .bodyTooSlow: failBody(.tooSlow, context)
            case .wait, .closeIdle, .cut: break
            }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        wire.onVerdict = nil
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        for _ in 0..<flow.abandon() { admission?.release() }
        inbox.finish()
        waitsForRoom?.resume(throwing: ChannelError.ioOnClosedChannel)
        waitsForRoom = nil
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            waitsForRoom?.resume()
            waitsForRoom = nil
        }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if inbox.mayRead() { context.read() }
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !flow.ignoresInput else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): readHead(head, context)
        case .body(let buffer): readBody(buffer, context)
        case .end: readEnd(context)
        }
    }

    private func readHead(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        do {
            let check = try HeadCheck(head, limits: limits)
            let request = try RequestConversion.request(head, check, isSecure: connection.isSecure)
            wire.timer.headEnded()
            if flow.isIdle, let admission, !admission.hasRoom(for: check.target) {
                metrics.shed.increment()
                return shed(hasBody: Self.hasBody(head, check), isHead: head.method == .HEAD, head.isKeepAlive, context)
            }
            let isLast =
                !head.isKeepAlive || head.version.minor == 0 || check.asksForUpgrade
                || flow.requests + 1 >= limits.requestsPerConnection
            if flow.isIdle { connection.requestArrived(at: monotonicNanoseconds()) }
            flow.readHead(isLast: isLast, isHTTP10: head.version.minor == 0, isHead: head.method == .HEAD)
            bodyBytes = 0
            if check.expectsContinue, flow.owed == 1, Self.hasBody(head, check) {
                wire.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
                wire.flush()
            }
            inbox.deliver(.head(request))
        } catch {
            refuse(Refusal(error, isHead: head.method == .HEAD), context)
        }
    }

    private static func hasBody(_ head: HTTPRequestHead, _ check: HeadCheck) -> Bool {
        (check.contentLength ?? 0) > 0 || head.headers.contains(name: "transfer-encoding")
    }

    private func readBody(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard flow.isReadingRequest else { return }
        bodyBytes += buffer.readableBytes
        if bodyBytes > limits.bodyBytes { return failBody(.tooLarge(limit: limits.bodyBytes), context) }
        inbox.deliver(.body(buffer))
    }

    private func readEnd(_ context: ChannelHandlerContext) {
        guard flow.isReadingRequest else {
            // The end of a request that was shed: the next one may come.
            flow.endSkipped()
            return wire.timer.requestEnded(answered: flow.isIdle)
        }
        let isHeld = flow.readEnd()
        if isHeld {
            admission?.begin()
            if bodyBytes > 0, flow.owed == 1 { connection.requestArrived(at: monotonicNanoseconds()) }
        }
        wire.timer.requestEnded(answered: flow.owed == 0)
        // Trailers are dropped: nothing here uses them, and merged into fields they smuggle (RFC 9110, section 6.5.1).
        inbox.deliver(.end)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return inbox.finish(.failure(error)) }
        if flow.ignoresInput { return }
        if flow.isReadingRequest { return failBody(.malformed, context) }
        refuse(Refusal(error as? HTTPParserError == .headerOverflow ? .headTooLarge : .malformedRequest), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            flow.drain()
            if flow.isIdle { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            inbox.finish()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: - Answers

    /// Writes the head of an answer.
    ///
    /// - Throws: `ChannelError.ioOnClosedChannel` where the connection is gone, as the others do.
    func writeHead(_ response: HTTPResponse) throws {
        try checkActive()
        if response.headerFields.only(.connection)?.equalsIgnoringCase("close") ?? false { flow.closeAfterAnswer() }
        if draining.isOn { flow.drain() }
        let answer = flow.writeHead()
        if answer.releasesPermit { admission?.release() }
        pending.reserveCapacity(minimumWritableBytes: 1024)
        encoder.writeHead(response, answer, to: &pending)
    }

    /// Writes a piece of the body of an answer.
    func writeBody(_ buffer: ByteBuffer) throws {
        try checkActive()
        guard let frame = encoder.frame(buffer) else { return }
        pending.writeString(frame.before)
        if buffer.readableBytes <= Self.largestCopy {
            pending.writeImmutableBuffer(buffer)
        } else {
            writePending()
            wire.write(buffer)
        }
        pending.writeStaticString(frame.after)
        writePending()
        wire.flush()
    }

    /// Writes the end of an answer, and closes the connection where it was the last.
    func writeEnd(_ trailers: HTTPFields?) throws {
        let context = try checkActive()
        encoder.writeEnd(trailers, to: &pending)
        switch flow.writeEnd() {
        case .keepOpen:
            writePending()
            wire.flush()
            if flow.owed == 0 {
                wire.timer.allAnswered()
                if let refusal = pendingRefusal { write(refusal, context) }
            } else {
                connection.requestArrived(at: monotonicNanoseconds())
            }
        case .close: endConnection(context)
        }
    }

    /// Hands what is pending to the channel; with a promise also where that is nothing.
    private func writePending(promise: EventLoopPromise<Void>? = nil) {
        guard pending.readableBytes > 0 || promise != nil else { return }
        wire.write(pending, promise: promise)
        pending = ByteBuffer()
    }

    /// Resumes a task when the client has read enough for more to be written. One task at a time waits.
    func awaitRoom(_ continuation: CheckedContinuation<Void, any Error>) {
        guard let context, context.channel.isActive else {
            return continuation.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        if context.channel.isWritable { continuation.resume() } else { waitsForRoom = continuation }
    }

    @discardableResult
    private func checkActive() throws(ChannelError) -> ChannelHandlerContext {
        guard let context, context.channel.isActive else { throw .ioOnClosedChannel }
        return context
    }

    // MARK: - Refusals

    /// Answers a request that nothing else will see, and closes the connection once what is owed before is written.
    private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        metrics.refused(refusal.code)
        flow.stopReading()
        if flow.owed == 0 { write(refusal, context) } else { pendingRefusal = refusal }
    }

    private func write(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        pendingRefusal = nil
        pending = refusal.bytes(closing: true)
        endConnection(context)
    }

    /// Sheds one request; without a body the connection stays open and costs no more than the answer.
    private func shed(hasBody: Bool, isHead: Bool, _ keepAlive: Bool, _ context: ChannelHandlerContext) {
        let refusal = isHead ? Refusal.overloadedHead : Refusal.overloaded
        if hasBody || !keepAlive || flow.isDraining {
            flow.stopReading()
            return write(refusal, context)
        }
        flow.skipRequest()
        wire.write(refusal.bytes(closing: false))
        wire.flush()
    }

    /// The request in hand cannot be completed: whoever reads its body gets the error and may still answer.
    private func failBody(_ error: RequestBodyError, _ context: ChannelHandlerContext) {
        metrics.refused(error.problem.code)
        flow.failBody()
        if flow.isAnswering {
            // The answer has begun, so there is no way to say it: cut the connection.
            context.close(promise: nil)
        } else {
            inbox.finish(.failure(error))
        }
    }

    /// Writes what is pending and closes the connection after it.
    private func endConnection(_ context: ChannelHandlerContext) {
        flow.stopReading()
        let written = context.eventLoop.makePromise(of: Void.self)
        writePending(promise: written)
        wire.flush()
        written.futureResult.assumeIsolated().whenComplete { [inbox] _ in
            context.close(mode: .output, promise: nil)
            inbox.finish()
        }
    }
}
