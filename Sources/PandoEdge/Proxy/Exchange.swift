import PandoTopology

/// One request and its response, between a client and a server, whatever versions of HTTP they speak.
///
/// A subclass for each version is the client's side. Belongs to the thread of its worker, and is used again when it has ended.
class Exchange {
    unowned let worker: Worker
    final let request = Head()
    final let response = Head()
    final var rules = RequestRules()
    final var responseRules = ResponseRules()
    /// When the request's head was complete.
    final var began: UInt64 = 0
    /// The client's address.
    final var client: SocketAddress?
    final var route: RoutePlan?
    /// The origin of the page that asks, as it came; for routes that say what other origins may do.
    final var origin = Slice.empty
    /// Whose token it came with, as a number; 0 for nobody's.
    final var subject: UInt64 = 0
    /// The connection to a server while there is one.
    final var server: ServerConnection?
    /// Whether the request has been received to its end.
    final var isRequestComplete = false
    /// Whether the client has got the beginning of the final response.
    final var isResponseBegun = false

    final var requestTrailers: Head?
    final var responseTrailers: Head?
    /// Its turn at the cache, where its route caches.
    final var turn: CacheTurn?
    /// A turn that has ended, to be used again.
    final var spareTurn: CacheTurn?
    /// What holds the response until it is complete, to be shaped; nil where it goes as it comes.
    final var shaping: ShapeTurn?
    /// The sending of a file, where its route has files; used again.
    final var fileTurn: FileTurn?
    /// Whether the client takes gzip, where its route may compress.
    final var takesGzip = false
    /// What compresses the body of the response; nil where it goes as it is.
    final var encoder: GzipEncoder?

    /// Its wait for a place, while there is one.
    final var wait: Wait?
    /// Its way past limits of concurrency, where its route has any.
    final var passage: Passage?
    /// Where a second try runs beside it, or where it is one.
    final var race: Race?
    /// Gets the request too; its answer is nobody's.
    final var mirror: MirrorExchange?
    /// Tells it of a time; made when it is needed, and kept.
    final var alarm: Alarms.Alarm?

    /// What is told of it when it has ended.
    @exclusivity(unchecked) final var record = ExchangeRecord()

    /// The upstream that is asked.
    final var plan: UpstreamPlan?
    /// The server whose place is taken, until it is given back.
    final var picked: Server?
    /// The server that the client's cookie names.
    final var bound: Server?
    /// Whether the balancer knows what came of the attempt.
    final var isReported = false
    /// Whether the attempt has a place among the retries of the upstream, until that is given back.
    final var isRetry = false
    /// When the attempt began.
    final var sent: UInt64 = 0
    /// Servers that are not asked any more.
    final var tried = ServerSet()
    final var retriesLeft = 0
    /// What the client is told where no server is left to try.
    final var lastFailure: (status: Int, reason: String)?
    /// What was received of the body, as long as it can be sent again.
    final var replay: OutputBytes?
    /// Whether the request can be sent again, as far as its body goes.
    final var isReplayable = true
    /// Where the body goes before it is passed on; nil where it is not looked at.
    final var gathering: BodyGathering?
    /// Whether a connection that was used before will not do.
    final var needsNewConnection = false

    /// The largest body that is kept for another attempt.
    static let replayBytes = 65_536

    init(on worker: Worker) { self.worker = worker }

    // MARK: The client's side

    /// Passes an interim response on, whose head is in ``response``.
    func sendInterim() { fatalError("a subclass sends") }
    /// Begins the final response, whose head is in ``response``.
    func sendHead() { fatalError("a subclass sends") }
    /// Sends a part of the body.
    func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) { fatalError("a subclass sends") }
    /// Ends the response.
    func sendEnd() { fatalError("a subclass sends") }
    /// Ends a response that cannot be completed, so that the client sees it.
    func sendAbort() { fatalError("a subclass sends") }
    /// Sends what was put.
    func flushClient() { fatalError("a subclass sends") }
    /// Whether the client takes more for now; where it does not, ``resumeResponse()`` is called when it does.
    var clientHasRoom: Bool { fatalError("a subclass knows") }
    /// The server takes more of the request's body.
    func resumeRequest() { fatalError("a subclass reads") }
    /// The connection to the server now carries another protocol.
    func sendSwitch() { fatalError("a subclass sends") }
    /// The server has ended its half of a tunnel.
    func endTunnel() { fatalError("a subclass ends") }
    /// Whether the connection can send bytes of files from where they are.
    var sendsFiles: Bool { false }
    /// Sends bytes of a file from where they are.
    func sendFile(_ file: OpenFile, at place: Int64, _ count: Int) -> FileSent { fatalError("a subclass sends") }
    /// Lets other connections have their turn; false where the client's side does so by itself.
    func postpone() -> Bool { false }
    /// Who the client is by its certificate; nil where it showed none.
    var clientCertificate: TLSPeer? { nil }
    /// Whether there is a client at all.
    var hasClient: Bool { true }
    /// What a server is told of the client by the PROXY protocol; that the connection is the edge's own where there is no client.
    var proxyHeader: ProxyHeader { .local }
    /// What is said of the client to servers.
    var forwarding: Forwarding { fatalError("a subclass knows") }

    // MARK: The request

    /// The request's head is there, or as much of it as could be understood.
    final func begin(from client: SocketAddress?) {
        began = worker.now
        self.client = client
        record.target = request.target
    }

    /// Whether a part of the body can be passed on now.
    final var takesBody: Bool { server?.takesBody ?? (gathering != nil) }

    /// Passes a part of the request's body on.
    final func requestBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        record.receivedBytes += bytes.count
        if let gathering { return gathering.take(bytes, self) }
        if isReplayable { remember(bytes) }
        mirror?.keep(bytes)
        server?.sendBody(bytes)
    }

    private func remember(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard retriesLeft > 0, (replay?.count ?? 0) + bytes.count <= Self.replayBytes else {
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
        if requestTrailers != nil { guardTrailers() }
        if let gathered = gathering {
            gathering = nil
            return gathered.finish(self)
        }
        server?.endBody(requestTrailers)
        if mirror != nil { sendMirror() }
    }

    /// Goes on with a body that is complete.
    final func goOn(withBody body: OutputBytes?) {
        forgetReplay()
        replay = body
    }

    // MARK: What the server says

    /// The connection is there: sends the request.
    final func connected(_ connection: ServerConnection) {
        server = connection
        connection.sendRequest(self)
        if let replay, replay.count > 0 { connection.sendBody(replay.bytes) }
        if isRequestComplete { connection.endBody(requestTrailers) } else { resumeRequest() }
        connection.flush()
    }

    /// The head of the final response is there; false where another server is asked instead, and the connection is to go.
    final func responseBegan() -> Bool {
        if let race, !race.mayAnswer(self) { return false }
        let status = response.status
        report(status >= 500 ? .serverError : .good)
        record.serverTime = worker.now - min(sent, worker.now)
        if !request.method.isSafe { forgetChanged(in: worker.cache) }
        if status >= 502, let reason = EdgeConfiguration.Retries.Reason(rawValue: "\(status)"), mayTryAgain(reason),
            hasOtherServer
        {
            lastFailure = (status, "the server answered \(status)")
            tryAgain()
            return false
        }
        if let turn {
            switch turn.responseBegan() {
            case .pass: break
            case .hold: return true
            case .replace(let entry):
                server = nil
                release()
                turn.serve(entry, turn.status)
                return false
            case .notModified(let entry):
                answerApart(entry)
                return true
            }
        }
        ownResponseBegins()
        if let changes = route?.responseChanges { response.apply(changes) }
        if plan?.sticky != nil { bindClient() }
        stampResponse()
        beginResponse()
        return true
    }

    /// The client is about to get the beginning of a response.
    final func ownResponseBegins() {
        isResponseBegun = true
        forgetReplay()
        isReplayable = false
    }

    /// Passes a part of the response's body on.
    final func responseBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let turn else { return passBody(bytes) }
        turn.take(bytes)
        passBody(bytes)
        if !clientHasRoom, turn === self.turn { separate(from: turn) }
    }

    /// The response is complete; the connection is the pool's again.
    final func responseEnded() {
        server = nil
        release()
        record.end = .complete
        if turn?.responseEnded() ?? false { return }
        endResponse()
    }

    /// Whether more of the response may come from the server for now.
    final var takesResponse: Bool { clientHasRoom && !(turn?.isPaused ?? false) }

    /// The client takes more.
    final func resumeResponse() {
        if fileTurn?.resume() ?? false { return }
        if turn?.resume() ?? false { return }
        server?.resume()
    }

    // MARK: Ends

    /// Answers the client ourselves. What is wrong behind the edge, and where, is for the log and not for the client.
    final func fail(_ status: Int, _ reason: String) {
        server = nil
        endWait(isServed: false)
        race?.end()
        guard !isResponseBegun else {
            record.end = .server
            turn?.broke(status)
            return abortResponse()
        }
        if let turn, turn.fallsBack() || turn.standsIn(for: status) { return }
        response.reset()
        turn?.addStatus(to: response)
        if status == 503 { response.add(.retryAfter, "1") }
        let isOurs = status >= 500
        if isOurs { record.problem = reason }
        respond(status, isOurs ? StatusPage.text(status) : StatusPage.text(status, reason))
    }

    /// Sends a response of our own; fields that are in ``response`` already go with it.
    final func respond(_ status: Int, _ body: String, type: String = "text/plain; charset=utf-8") {
        isResponseBegun = true
        forgetReplay()
        response.status = status
        responseRules = ResponseRules()
        if !body.isEmpty {
            response.add(.contentType, type)
            responseRules.framing = .length(UInt64(body.utf8.count))
        }
        if request.method == .head {
            responseRules.announcedLength = UInt64(body.utf8.count)
            responseRules.framing = .none
        }
        stampResponse()
        sendHead()
        if responseRules.framing != .none {
            var body = body
            body.withUTF8 { sendBody($0) }
        }
        record.end = .complete
        sendEnd()
    }

    /// The client is gone.
    final func clientGone() {
        endWait(isServed: false)
        race?.end()
        if server != nil, hasClient, turn?.outlivesClient ?? false {
            let connection = server
            handOver()
            forgetReplay()
            // It may have been held up for this client.
            connection?.resume()
            return
        }
        let connection = server
        server = nil
        release()
        connection?.abandon()
        forgetReplay()
        fileTurn?.stop()
        endTurn()
    }

    /// Ends what takes too long; the client is told, where it has not got the beginning of another response.
    final func endOverdue(_ status: Int, _ reason: String) {
        clientGone()
        guard isResponseBegun else { return fail(status, reason) }
        record.end = .client
        sendAbort()
    }

    /// Makes it fit for another request.
    final func reset() {
        endWait(isServed: false)
        race?.end()
        mirror = nil
        if let alarm { worker.alarms.end(alarm) }
        endPassage()
        if began > 0 { worker.requestEnded(self) }
        began = 0
        record = ExchangeRecord()
        release()
        response.status = 0
        rules = RequestRules()
        server = nil
        route = nil
        origin = .empty
        subject = 0
        plan = nil
        client = nil
        bound = nil
        requestTrailers = nil
        responseTrailers = nil
        isRequestComplete = false
        isResponseBegun = false
        if gathering != nil { dropGathering() }
        if shaping != nil { dropShaping() }
        takesGzip = false
        dropEncoder()
        forgetReplay()
        fileTurn?.stop()
        endTurn()
    }
}
