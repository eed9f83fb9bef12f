import PandoTopology

/// A client's connection that speaks HTTP/2: many requests at the same time.
///
/// What is to be sent leaves once the worker's other sockets had their turn, so that answers of several servers share a write.
final class HTTP2Connection: HTTPConnection {
    let session: HTTP2Session
    private var requests = 0
    /// Heads that were complete, and how many there had been when the last one was seen that was not.
    private var heads = 0
    private var headsBefore: Int?
    private var isScheduled = false
    private var isLingering = false
    private var lingered = 0

    /// Frames are made until so many bytes wait.
    private static let batch = 32_768

    init(
        _ descriptor: Int32,
        from client: SocketAddress?,
        site: Site,
        _ tls: TLSSession?,
        _ introduction: ProxyIntroduction?
    ) {
        session = HTTP2Session(HTTP2Limits(site.listener.limits), site.worker.streamPool)
        super.init(descriptor, from: client, site: site, introduction, isHTTP2: true)
        if let tls { begin(tls) }
    }

    /// Begins, with what was read already.
    func opened(with bytes: UnsafeBufferPointer<UInt8>, isDraining: Bool) {
        worker.setDeadline(worker.now + site.times.head, for: self)
        // No event tells of what TLS has read ahead.
        hasUnread = true
        take(bytes)
        if isDraining { drain() }
    }

    // MARK: Reading

    override func readable() {
        for _ in 0..<8 {
            switch receive() {
            case .count(let count):
                let isAll = count < worker.scratch.count && !isEnding
                take(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
                if isClosed || isAll { return }
            case .wouldBlock, .wantsWrite: return
            case .closed: return closeNow()
            case .failed(let failure): return broke(failure)
            }
        }
        hasUnread = true
        schedule()
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isLingering else {
            lingered += bytes.count
            if lingered > 1 << 20 { closeNow() }
            return
        }
        session.receive(bytes, at: worker.now / 1_000_000)
        takeEvents()
        schedule()
    }

    private func takeEvents() {
        while let event = session.nextEvent() {
            switch event {
            case .request(let stream): begin(stream)
            case .body(let stream, let bytes):
                if let exchange = exchange(of: stream) {
                    exchange.received(bytes)
                } else {
                    session.consume(bytes.count, of: stream)
                }
            case .end(let stream): exchange(of: stream)?.receivedEnd()
            case .maySend(let stream): exchange(of: stream)?.maySend()
            case .closed(let stream, _): ended(stream)
            case .refused: heads += 1
            // What is left to say of it is pulled; see isOver.
            case .failed: break
            }
        }
    }

    // MARK: Requests

    private func exchange(of stream: HTTP2Stream) -> HTTP2Exchange? {
        // Nobody else sets it.
        stream.owner.map { unsafeDowncast($0, to: HTTP2Exchange.self) }
    }

    private func begin(_ stream: HTTP2Stream) {
        heads += 1
        requests += 1
        if requests >= site.listener.limits.requestsPerConnection { drain() }
        if session.streamCount == 1 { watch() }
        let exchange = worker.streamExchanges.popLast() ?? HTTP2Exchange(on: worker)
        stream.owner = exchange
        exchange.begin(stream, on: self)
    }

    private func ended(_ stream: HTTP2Stream) {
        release(stream)
        if session.streamCount == 0, !isLingering { worker.setDeadline(worker.now + site.times.idle, for: self) }
    }

    private func release(_ stream: HTTP2Stream) {
        guard let exchange = exchange(of: stream) else { return }
        stream.owner = nil
        exchange.end()
        if worker.streamExchanges.count < 256 { worker.streamExchanges.append(exchange) }
    }

    // MARK: Writing

    /// Sends what there is when the sockets that are ready had their turn.
    func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        worker.again(self)
    }

    override func goOn() {
        isScheduled = false
        if hasUnread {
            hasUnread = false
            readable()
        }
        writeOut()
    }

    override func drained() { isLingering ? shutDown() : writeOut() }

    private func writeOut() {
        guard !isBlocked, !isClosed, !isLingering else { return }
        while true {
            session.pull(into: outgoing, limit: Self.batch)
            takeEvents()
            let isAll = backlog < Self.batch
            flush()
            if isClosed || isBlocked { return }
            if isAll { break }
        }
        if isOver { linger() }
    }

    /// Whether all was said: after an error, after the client's farewell, or after ours when it was heard.
    private var isOver: Bool {
        session.isFinished && (session.failure != nil || !session.isDraining || session.isLastNamed)
    }

    /// Ends when the client has what was sent: closed at once, unread input would reset it.
    private func linger() {
        isLingering = true
        worker.setDeadline(worker.now + Self.lingerTime, for: self)
        shutDown()
    }

    private func shutDown() {
        finishWriting()
        hasUnread = true
        schedule()
    }

    // MARK: Time

    private func watch() {
        let interval = max(50_000_000, min(site.times.head, site.times.body, site.times.request / 2))
        worker.setDeadline(worker.now + interval, for: self)
    }

    override func deadlinePassed() {
        let isIdle = session.streamCount == 0
        if isLingering || isIdle && (isBlocked || session.isLastNamed) { return closeNow() }
        if isIdle || session.isDraining, !session.isLastNamed { session.finishDraining() }
        if isIdle {
            worker.setDeadline(worker.now + Self.lingerTime, for: self)
        } else {
            watch()
            endStuck()
        }
        schedule()
    }

    /// Ends requests whose client has neither sent nor taken anything for too long, and a head that does not come to its end.
    private func endStuck() {
        var (announced, stuck, overdue) = (0, [HTTP2Exchange](), [HTTP2Exchange]())
        session.forEachStream { stream in
            announced += 1
            guard let exchange = exchange(of: stream) else { return }
            if exchange.isOverdue(after: site.times.request) {
                overdue.append(exchange)
            } else if exchange.isStuck(for: site.times.body) {
                stuck.append(exchange)
            }
        }
        for exchange in stuck { exchange.endOverdue(408, "the content did not come in time") }
        for exchange in overdue {
            let status = exchange.isRequestComplete ? 504 : 408
            exchange.endOverdue(status, "the request has taken too long")
        }
        guard session.streamCount > announced else {
            headsBefore = nil
            return
        }
        if headsBefore == heads { session.fail(.enhanceYourCalm) }
        headsBefore = heads
    }

    // MARK: Ends

    override func drain() {
        guard !isLingering, !session.isDraining else { return }
        session.drain()
        if session.streamCount == 0 { worker.setDeadline(worker.now + Self.lingerTime, for: self) }
        schedule()
    }

    override func broke(_ failure: IOFailure?) { closeNow() }

    func closeNow() {
        guard !isClosed else { return }
        session.forEachStream { release($0) }
        discardOutput()
        closeSocket()
        site.closed(self)
    }
}

extension HTTP2Limits {
    /// Those of a listener.
    init(_ limits: EdgeConfiguration.ListenerLimits) {
        self.init()
        head = HeadLimits(limits)
        streams = limits.http2Streams
        resets = HTTP2Budget(burst: limits.http2Resets, perSecond: max(1, limits.http2Resets / 30))
    }
}
