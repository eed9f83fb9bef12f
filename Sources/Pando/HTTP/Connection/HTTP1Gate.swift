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
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: HTTPLimits
    private let admission: AdmissionController?
    private let metrics: GateMetrics
    private let draining: DrainSignal
    private let connection: Connection
    private let wire: WireHandler.State
    private let inbox: RequestInbox
    /// Present while the connection is.
    private var context: ChannelHandlerContext?
    private var waitsForRoom: CheckedContinuation<Void, any Error>?
    private var flow = RequestFlow()
    private var bodyBytes = 0
    private var pendingRefusal: Refusal?

    init(
        limits: HTTPLimits,
        admission: AdmissionController?,
        metrics: GateMetrics,
        draining: DrainSignal,
        connection: Connection,
        wire: WireHandler.State,
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
            flow.readHead(isLast: isLast, isHTTP10: head.version.minor == 0)
            bodyBytes = 0
            if check.expectsContinue, flow.owed == 1, Self.hasBody(head, check) {
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
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
        let context = try activeContext
        var headers = RequestConversion.headers(of: response)
        if response.headerFields.only(.connection)?.equalsIgnoringCase("close") ?? false { flow.closeAfterAnswer() }
        if draining.isOn { flow.drain() }
        let answer = flow.writeHead()
        if answer.releasesPermit { admission?.release() }
        if answer.closes { headers.replaceOrAdd(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase)
        let version = answer.isHTTP10 ? HTTPVersion.http1_0 : .http1_1
        let head = HTTPResponseHead(version: version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes a piece of the body of an answer.
    func writeBody(_ buffer: ByteBuffer) throws {
        try activeContext.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }

    /// Writes the end of an answer, and closes the connection where it was the last.
    func writeEnd(_ trailers: HTTPFields?) throws {
        let context = try activeContext
        let end = wrapOutboundOut(.end(trailers.map(RequestConversion.headers)))
        switch flow.writeEnd() {
        case .keepOpen:
            context.writeAndFlush(end, promise: nil)
            if flow.owed == 0 {
                wire.timer.allAnswered()
                if let refusal = pendingRefusal { write(refusal, context) }
            } else {
                connection.requestArrived(at: monotonicNanoseconds())
            }
        case .close:
            let written = context.eventLoop.makePromise(of: Void.self)
            context.writeAndFlush(end, promise: written)
            endConnection(context, after: written.futureResult)
        }
    }

    /// Resumes a task when the client has read enough for more to be written. One task at a time waits.
    func awaitRoom(_ continuation: CheckedContinuation<Void, any Error>) {
        guard let context, context.channel.isActive else {
            return continuation.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        if context.channel.isWritable { continuation.resume() } else { waitsForRoom = continuation }
    }

    private var activeContext: ChannelHandlerContext {
        get throws(ChannelError) {
            guard let context, context.channel.isActive else { throw .ioOnClosedChannel }
            return context
        }
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
        let written = context.eventLoop.makePromise(of: Void.self)
        refusal.write(closing: true, promise: written) { part, promise in
            context.write(wrapOutboundOut(part), promise: promise)
        }
        context.flush()
        endConnection(context, after: written.futureResult)
    }

    /// Sheds one request; without a body the connection stays open and costs no more than the answer.
    private func shed(hasBody: Bool, isHead: Bool, _ keepAlive: Bool, _ context: ChannelHandlerContext) {
        let refusal = isHead ? Refusal.overloadedHead : Refusal.overloaded
        if hasBody || !keepAlive || flow.isDraining {
            flow.stopReading()
            return write(refusal, context)
        }
        flow.skipRequest()
        refusal.write(closing: false, promise: nil) { part, promise in
            context.write(wrapOutboundOut(part), promise: promise)
        }
        context.flush()
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

    private func endConnection(_ context: ChannelHandlerContext, after written: EventLoopFuture<Void>) {
        flow.stopReading()
        written.assumeIsolated().whenComplete { [inbox] _ in
            context.close(mode: .output, promise: nil)
            inbox.finish()
        }
    }
}
