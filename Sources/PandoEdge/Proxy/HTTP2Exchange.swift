/// An exchange whose client speaks HTTP/2: one stream, from its head to its end.
final class HTTP2Exchange: Exchange {
    private var connection: HTTP2Connection?
    private var stream: HTTP2Stream?
    /// What has come of the request's body and the server does not take yet; it counts against the client's window.
    private var held: OutputBytes?
    /// What has come of the response's body and the client does not take yet: the rest of one read.
    private var leftover: OutputBytes?
    private var bodyCount = 0
    private var hasWholeBody = false
    /// Whether the response is complete, though it may not be sent yet.
    private var isEnded = false
    /// Whether it asks for WebSocket (RFC 8441), and whether that was granted.
    private var isWebSocket = false
    private var isTunnel = false
    /// How much had come and gone when something last did, and when that was.
    private var progress: (bytes: UInt64, since: UInt64) = (0, 0)

    /// Takes the request of a stream to where its route says.
    func begin(_ stream: HTTP2Stream, on connection: HTTP2Connection) {
        (self.stream, self.connection) = (stream, connection)
        // The stream needs it no more.
        request.exchange(with: stream.head)
        rules = stream.rules
        rules.scheme = request.isEqual(stream.scheme, ignoringCaseOf: "https") ? .https : .http
        begin(from: connection.client)
        if connection.site.hasProxies, connection.forwarding.isTrusted { settleClient(connection.site) }
        progress = (0, worker.now)
        isRequestComplete = rules.framing == .none
        guard stream.connectProtocol.isEmpty || becomeUpgrade(stream.connectProtocol) else {
            return fail(501, "only the protocol websocket is known")
        }
        connection.site.route(self)
    }

    /// The stream is gone.
    func end() {
        clientGone()
        reset()
        (connection, stream) = (nil, nil)
        (bodyCount, hasWholeBody, isEnded, isWebSocket, isTunnel) = (0, false, false, false, false)
        dropHeld()
        if let leftover { worker.buffers.give(leftover) }
        leftover = nil
    }

    override var forwarding: Forwarding { connection?.forwarding ?? .unknown }

    override var proxyHeader: ProxyHeader {
        connection?.proxyHeader(id: request.bytes(record.requestID)) ?? .local
    }

    override var clientCertificate: TLSPeer? { connection?.peer }

    // MARK: The request's body

    /// Whether bytes of the client can go to the server now: those of a tunnel not before it is one.
    private var canPass: Bool { takesBody && isTunnel == isWebSocket }

    func received(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream, let connection else { return }
        if isEnded, !isTunnel { return connection.session.consume(bytes.count, of: stream) }
        bodyCount += bytes.count
        if !isTunnel, bodyCount > connection.site.bodyLimit(route) { return refuseBody() }
        if held == nil, canPass { return pass(bytes) }
        let kept = held ?? worker.buffers.take()
        held = kept
        kept.append(bytes)
    }

    private func pass(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream, let connection else { return }
        if isTunnel { server?.sendBody(bytes) } else { requestBody(bytes) }
        server?.flush()
        connection.session.consume(bytes.count, of: stream)
        connection.schedule()
    }

    private func refuseBody() {
        dropHeld()
        clientGone()
        fail(413, "the content is too large")
    }

    private func dropHeld() {
        guard let kept = held else { return }
        held = nil
        worker.buffers.give(kept)
    }

    /// The client has sent all of the request.
    func receivedEnd() {
        hasWholeBody = true
        if let trailers = stream?.trailers, !isEnded {
            do throws(HeadError) {
                try TrailerRules.settle(trailers)
                requestTrailers = trailers.fields.isEmpty ? nil : trailers
            } catch {
                clientGone()
                return fail(error.status, error.reason)
            }
        }
        finishRequest()
    }

    override func resumeRequest() {
        if let kept = held, canPass {
            held = nil
            pass(kept.bytes)
            worker.buffers.give(kept)
        }
        finishRequest()
    }

    private func finishRequest() {
        guard hasWholeBody, held == nil, canPass else { return }
        if isTunnel {
            server?.finishWriting()
        } else if !isRequestComplete {
            requestEnded()
            server?.flush()
        }
    }

    // MARK: The response

    override var clientHasRoom: Bool { leftover == nil }

    override func sendInterim() {
        guard let stream, let connection else { return }
        connection.session.respondInterim(response, on: stream)
        connection.schedule()
    }

    override func sendHead() {
        guard let stream, let connection else { return }
        // Anything else than an agreement must not look like one (RFC 8441 §5).
        if isWebSocket, (200..<300).contains(response.status) { response.status = 502 }
        settleLength()
        response.add(.via, "1.1 pando")
        if !response.has(.date) { response.add(.date, worker.date.text) }
        connection.site.secure(response)
        route?.crossOrigin?.finish(self)
        connection.session.respond(response, on: stream, ends: responseRules.framing == .none)
        connection.schedule()
    }

    /// Writes the length as it was understood (RFC 9110 §8.6).
    private func settleLength() {
        response.remove(.contentLength)
        let hasNoBody = request.method == .head || response.status == 304
        switch responseRules.framing {
        case .length(let length): response.add(.contentLength, String(length))
        case .none where hasNoBody:
            if let length = responseRules.announcedLength { response.add(.contentLength, String(length)) }
        case .none: if response.status != 204 { response.add(.contentLength, "0") }
        case .chunked, .untilClose: break
        }
    }

    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream, let connection else { return }
        record.sentBytes += bytes.count
        if let leftover { return leftover.append(bytes) }
        let count = connection.session.send(bytes, on: stream)
        guard count < bytes.count else { return }
        let kept = worker.buffers.take()
        kept.append(UnsafeBufferPointer(rebasing: bytes[count...]))
        leftover = kept
        connection.schedule()
    }

    /// The client takes more.
    func maySend() {
        guard let stream, let connection else { return }
        if let kept = leftover {
            kept.drop(connection.session.send(kept.bytes, on: stream))
            connection.schedule()
            if kept.count > 0 { return }
            leftover = nil
            worker.buffers.give(kept)
        }
        if isEnded { return connection.session.end(stream, trailers: responseTrailers) }
        if fileTurn?.resume() ?? false { return }
        if turn?.resume() ?? false { return }
        server?.resumeLater()
    }

    override func sendEnd() {
        guard let stream, let connection else { return }
        isEnded = true
        if !isTunnel { dropHeld() }
        if leftover == nil { connection.session.end(stream, trailers: responseTrailers) }
        connection.schedule()
    }

    override func sendAbort() {
        guard let stream, let connection else { return }
        isEnded = true
        dropHeld()
        connection.session.reset(stream, .internalError)
        connection.schedule()
    }

    override func flushClient() { connection?.schedule() }

    // MARK: WebSocket

    /// Gives an extended CONNECT the form that it has in HTTP/1.1 (RFC 8441 §5); false where it is for another protocol.
    private func becomeUpgrade(_ name: Slice) -> Bool {
        guard request.isEqual(name, ignoringCaseOf: "websocket") else { return false }
        isWebSocket = true
        isRequestComplete = true
        request.method = .get
        request.methodName = request.append("GET" as StaticString)
        let key = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }
        request.set(.secWebSocketKey, String(decoding: Base64.encode(key), as: UTF8.self))
        rules.framing = .none
        rules.upgrade = name
        return true
    }

    override func sendSwitch() {
        guard let stream, let connection else { return }
        isTunnel = true
        response.status = 200
        response.remove(.secWebSocketAccept)
        connection.session.respond(response, on: stream, ends: false)
        connection.schedule()
        resumeRequest()
    }

    override func endTunnel() { sendEnd() }

    // MARK: Time

    /// Whether the client has not moved for so long, although it is its turn.
    func isStuck(for limit: UInt64) -> Bool {
        guard let stream else { return false }
        let bytes = stream.sentBytes &+ UInt64(bodyCount)
        let isTheirTurn =
            stream.pendingBytes > 0 || leftover != nil
            || !isEnded && !isWebSocket && !hasWholeBody && held == nil && takesBody
        guard isTheirTurn, bytes == progress.bytes else {
            progress = (bytes, worker.now)
            return false
        }
        return worker.now - progress.since >= limit
    }

    /// Whether the time is over that a request may take with its response; a tunnel may be open for any time.
    func isOverdue(after limit: UInt64) -> Bool {
        limit < .max && !isTunnel && !isEnded && worker.now - min(began, worker.now) >= limit
    }
}

extension DateLine {
    /// The time alone.
    var text: String {
        octets.span.withUnsafeBufferPointer { String(decoding: $0[6..<35], as: UTF8.self) }
    }
}
