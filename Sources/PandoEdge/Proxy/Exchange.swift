/// One request and its response, between a client and a server, whatever versions of HTTP they speak.
///
/// A subclass for each version is the client's side. Belongs to the thread of its worker, and is used again when it has ended.
class Exchange {
    unowned let worker: Worker
    final let request = Head()
    final let response = Head()
    final var rules = RequestRules.none
    /// When the request's head was complete.
    final var began: UInt64 = 0
    /// The connection to a server while there is one.
    final var server: ServerConnection?
    final var upstream: Upstream?
    /// Servers that have failed this request.
    final var tried = 0
    final var attempts = 0
    /// What the client is told where no server is left to try.
    private var lastFailure = (status: 503, reason: "no server of the upstream is up")
    /// Whether the request has been received to its end.
    final var isRequestComplete = false
    /// Whether the client has got the beginning of the final response.
    final var isResponseBegun = false
    /// What was received of the body, as long as it can be sent again.
    private var replay: OutputBytes?
    private var isReplayable = true

    /// The largest body that is kept for another attempt.
    static let replayBytes = 65_536

    init(on worker: Worker) { self.worker = worker }

    // MARK: The client's side

    /// Passes an interim response on, whose head is in ``response``.
    func sendInterim() { fatalError("a subclass sends") }
    /// Begins the final response, whose head is in ``response``.
    func sendHead(_ framing: BodyFraming) { fatalError("a subclass sends") }
    /// Sends a part of the body.
    func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) { fatalError("a subclass sends") }
    /// Ends the response.
    func sendEnd() { fatalError("a subclass sends") }
    /// Ends a response that cannot be completed, so that the client sees it.
    func sendAbort() { fatalError("a subclass sends") }
    /// Sends what was put.
    func flushClient() { fatalError("a subclass sends") }
    /// Whether the client takes more for now; where it does not, ``ServerConnection/resume()`` is called when it does.
    var clientHasRoom: Bool { fatalError("a subclass knows") }
    /// The server takes more of the request's body.
    func resumeRequest() { fatalError("a subclass reads") }
    /// The connection to the server now carries another protocol.
    func sendSwitch() { fatalError("a subclass sends") }
    /// The server has ended its half of a tunnel.
    func endTunnel() { fatalError("a subclass ends") }

    // MARK: The request

    /// Sends the request to a server of the upstream.
    final func dispatch(to upstream: Upstream) {
        self.upstream = upstream
        attempts = 0
        tried = 0
        lastFailure = (503, "no server of the upstream is up")
        isReplayable = true
        connect()
    }

    private func connect() {
        guard let upstream else { return }
        attempts += 1
        guard let index = upstream.pick(excluding: tried) else { return fail(lastFailure.status, lastFailure.reason) }
        worker.connections(to: upstream).serve(self, server: index)
    }

    /// Whether a part of the body can be passed on now.
    final var takesBody: Bool { server?.takesBody ?? false }

    /// Passes a part of the request's body on.
    final func requestBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isReplayable { remember(bytes) }
        server?.sendBody(bytes)
    }

    private func remember(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard (replay?.count ?? 0) + bytes.count <= Self.replayBytes else {
            isReplayable = false
            return forgetReplay()
        }
        let kept = replay ?? worker.buffers.take()
        replay = kept
        kept.append(bytes)
    }

    private func forgetReplay() {
        guard let kept = replay else { return }
        replay = nil
        worker.buffers.give(kept)
    }

    /// The request's body is complete.
    final func requestEnded() {
        isRequestComplete = true
        server?.endBody()
    }

    // MARK: What the server says

    /// The connection is there: sends the request.
    final func connected(_ connection: ServerConnection) {
        server = connection
        connection.sendRequest(self)
        if let replay, replay.count > 0 { connection.sendBody(replay.bytes) }
        if isRequestComplete { connection.endBody() } else { resumeRequest() }
        connection.flush()
    }

    /// The final response begins.
    final func responseBegan(_ framing: BodyFraming) {
        isResponseBegun = true
        forgetReplay()
        isReplayable = false
        sendHead(framing)
    }

    /// The response is complete; the connection is the pool's again.
    final func responseEnded() {
        server = nil
        sendEnd()
    }

    /// An attempt has come to nothing.
    ///
    /// - Parameter mayHaveRun: Whether the server may have acted on the request.
    final func attemptFailed(_ status: Int, _ reason: String, server index: Int, mayHaveRun: Bool) {
        tried |= 1 << index
        lastFailure = (status, reason)
        server = nil
        if isResponseBegun { return sendAbort() }
        let isSafe = !mayHaveRun || request.method.isIdempotent || request.has(.idempotencyKey)
        guard isSafe, isReplayable, attempts < upstream?.maximumAttempts ?? 1 else { return fail(status, reason) }
        connect()
    }

    /// Answers the client ourselves.
    final func fail(_ status: Int, _ reason: String) {
        server = nil
        guard !isResponseBegun else { return sendAbort() }
        isResponseBegun = true
        let body = StatusPage.text(status, reason)
        response.reset()
        response.status = status
        response.add(name: "content-type", "text/plain; charset=utf-8")
        if status == 503 { response.add(.retryAfter, "1") }
        sendHead(.length(UInt64(body.utf8.count)))
        if request.method != .head {
            var body = body
            body.withUTF8 { sendBody($0) }
        }
        sendEnd()
    }

    /// The client is gone.
    final func clientGone() {
        let connection = server
        server = nil
        connection?.abandon()
        forgetReplay()
    }

    /// Makes it fit for another request.
    final func reset() {
        rules = .none
        server = nil
        upstream = nil
        isRequestComplete = false
        isResponseBegun = false
        forgetReplay()
    }
}

extension RequestRules {
    static let none = RequestRules()
}
