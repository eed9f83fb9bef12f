#if canImport(Glibc)
    import Glibc
#endif

/// A client's connection that speaks HTTP/1: one request after the other, as they were sent.
final class HTTP1Connection: HTTPConnection {
    private enum State {
        /// Between requests, or in the middle of a head.
        case head
        /// A request is in progress; its body is still coming.
        case body
        /// A request is in progress, and received.
        case waiting
        case tunnel
        /// The last response is on its way; what comes is thrown away.
        case lingering
        case closed
    }

    private var state = State.head
    /// The request in progress; an idle connection has none.
    private var exchange: HTTP1Exchange?
    /// What was read and not yet understood or passed on.
    private var unread: OutputBytes?
    private var bodyLeft: UInt64 = 0
    private var chunks = ChunkedDecoder()
    /// Whether the connection ends after the response in progress.
    private var closesAfter = false
    /// Whether the client has ended its half.
    private var hasEnded = false
    private var lingered = 0
    private var requests = 0
    /// How much of an incomplete head was looked at.
    private var seenBytes = 0
    /// Bytes of the body of the request in progress.
    private var bodyCount = 0
    private var isDraining = false
    /// When the time of the request in progress is over.
    private var requestEnd = UInt64.max

    init(_ descriptor: Int32, from client: SocketAddress?, site: Site, _ introduction: ProxyIntroduction?) {
        super.init(descriptor, from: client, site: site, introduction, isHTTP2: false)
        if let context = site.tls { begin(TLSSession(descriptor, context)) }
    }

    func opened() { worker.setDeadline(worker.now + site.times.head, for: self) }

    // MARK: Reading

    override func readable() {
        for _ in 0..<8 {
            guard wantsInput else {
                if isEnding, isGivenUp { return broke(nil) }
                hasUnread = true
                return
            }
            switch receive() {
            case .count(let count):
                let isAll = count < worker.scratch.count && !isEnding
                take(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
                if isClosed { return }
                exchange?.server?.flush()
                if isAll { return }
            case .wouldBlock, .wantsWrite: return
            case .closed: return ended()
            case .failed(.tls(.plainHTTP)):
                // It was answered already, in its own words.
                endTLS()
                return linger()
            case .failed: return broke(nil)
            }
        }
        worker.again(self)
    }

    override func goOn() {
        hasUnread = true
        if let turn = exchange?.fileTurn, turn.isPostponed { return turn.goOn() }
        resume()
    }

    private var wantsInput: Bool {
        switch state {
        case .head, .lingering: true
        case .body, .tunnel: exchange?.takesBody ?? false
        case .waiting, .closed: false
        }
    }

    /// Whether nobody waits for the answer any more, when the client has ended its half of the connection. One that only sends no more
    /// looks the same; nearly always it is gone, and what it has asked for would be done for nobody.
    private var isGivenUp: Bool {
        switch state {
        case .body, .waiting: !(exchange?.isResponseBegun ?? true)
        case .head, .tunnel, .lingering, .closed: false
        }
    }

    /// Goes on reading where that was held up.
    private func resume() {
        if let unread, unread.count > 0 {
            self.unread = nil
            consume(unread.bytes)
            worker.buffers.give(unread)
            if isClosed { return }
            exchange?.server?.flush()
        }
        guard hasUnread, wantsInput, !isClosed else { return }
        hasUnread = false
        readable()
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let unread else { return consume(bytes) }
        self.unread = nil
        unread.append(bytes)
        consume(unread.bytes)
        worker.buffers.give(unread)
    }

    private func consume(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes
        do throws(HeadError) {
            while !rest.isEmpty, !isClosed {
                let count = try step(rest)
                if count == 0 { return keep(rest) }
                rest = UnsafeBufferPointer(rebasing: rest[count...])
            }
        } catch {
            refuse(error)
        }
    }

    private func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isClosed else { return }
        // A request that was begun while another one was answered may have called for this already.
        let kept = unread ?? worker.buffers.take()
        kept.append(bytes)
        unread = kept
    }

    /// Takes the next part of what was read; how many bytes, 0 where it has to wait.
    private func step(_ bytes: UnsafeBufferPointer<UInt8>) throws(HeadError) -> Int {
        switch state {
        case .head: return try head(bytes)
        case .body: return try body(bytes)
        case .tunnel:
            guard let exchange, exchange.takesBody else { return 0 }
            exchange.record.receivedBytes += bytes.count
            exchange.server?.put(bytes)
            return bytes.count
        case .waiting: return 0
        case .lingering:
            lingered += bytes.count
            if lingered > 1 << 20 { closeNow() }
            return bytes.count
        case .closed: return bytes.count
        }
    }

    // MARK: Requests

    private func head(_ bytes: UnsafeBufferPointer<UInt8>) throws(HeadError) -> Int {
        if requests == 0, isOfHTTP2(bytes) { return becomeHTTP2(bytes) }
        // One look a line, for clients that send octet by octet.
        let seen = seenBytes
        seenBytes = bytes.count
        if seen == 0 { requestEnd = site.times.request == .max ? .max : worker.now &+ site.times.request }
        if seen > 0, seen < bytes.count, !HeadParser.isWorthAnotherLook(bytes, seen: seen, limits: site.limits) {
            return 0
        }
        let exchange = ownExchange
        guard case .complete(let count) = try HeadParser.request(bytes, into: exchange.request, limits: site.limits)
        else {
            forgetExchange()
            if seen == 0 { waitForClient(site.times.head) }
            return 0
        }
        seenBytes = 0
        exchange.rules = try RequestRules(exchange.request)
        exchange.begin(from: client)
        if site.hasProxies, forwarding.isTrusted { exchange.settleClient(site) }
        requests += 1
        closesAfter = !exchange.rules.keepsAlive || isDraining || requests >= site.listener.limits.requestsPerConnection
        bodyCount = 0
        switch exchange.rules.framing {
        case .none, .untilClose:
            state = .waiting
            exchange.isRequestComplete = true
            worker.setDeadline(requestEnd, for: self)
        case .length(let length):
            state = .body
            bodyLeft = length
            waitForClient(site.times.body)
        case .chunked:
            state = .body
            chunks = ChunkedDecoder()
            waitForClient(site.times.body)
        }
        site.route(exchange)
        return count
    }

    /// Waits for the client, but not past the end of the request's own time.
    private func waitForClient(_ time: UInt64) { worker.setDeadline(min(worker.now + time, requestEnd), for: self) }

    /// Whether it is HTTP/2: as the handshake agreed on, or by the beginning of its preface, which no other request has
    /// (RFC 9113 §3.3, §3.4).
    private func isOfHTTP2(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard site.listener.http2 else { return false }
        if let tls { return tls.applicationProtocol == .http2 }
        return bytes.starts(with: "PRI *".utf8)
    }

    private func becomeHTTP2(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        state = .closed
        let next = handOver { HTTP2Connection($0, from: client, site: site, tls, introduction) }
        (next.place, place) = (place, nil)
        next.opened(with: bytes, isDraining: isDraining)
        return bytes.count
    }

    private var ownExchange: HTTP1Exchange {
        if let exchange { return exchange }
        let taken = worker.exchanges.popLast() ?? HTTP1Exchange(on: worker)
        taken.connection = self
        exchange = taken
        return taken
    }

    private func forgetExchange() {
        guard let exchange else { return }
        self.exchange = nil
        exchange.reset()
        exchange.connection = nil
        if worker.exchanges.count < 64 { worker.exchanges.append(exchange) }
    }

    private func body(_ bytes: UnsafeBufferPointer<UInt8>) throws(HeadError) -> Int {
        guard let exchange, exchange.takesBody else { return 0 }
        waitForClient(site.times.body)
        guard exchange.rules.framing == .chunked else {
            let count = Int(min(UInt64(bytes.count), bodyLeft))
            bodyLeft -= UInt64(count)
            exchange.requestBody(UnsafeBufferPointer(rebasing: bytes[..<count]))
            if bodyLeft == 0 { bodyEnded(exchange) }
            return count
        }
        switch try chunks.next(bytes) {
        case .skip(let count): return count
        case .data(let count):
            bodyCount += count
            if bodyCount > site.bodyLimit(exchange.route) { throw .contentTooLarge }
            exchange.requestBody(UnsafeBufferPointer(rebasing: bytes[..<count]))
            return count
        case .trailers:
            let trailers = Head(capacity: 256)
            guard case .complete(let count) = try HeadParser.trailers(bytes, into: trailers, limits: site.limits)
            else { return 0 }
            try TrailerRules.settle(trailers)
            exchange.requestTrailers = trailers.fields.isEmpty ? nil : trailers
            bodyEnded(exchange)
            return count
        }
    }

    private func bodyEnded(_ exchange: HTTP1Exchange) {
        // The response may have come to its end already, and the connection with it.
        guard case .body = state else { return }
        state = .waiting
        worker.setDeadline(requestEnd, for: self)
        exchange.requestEnded()
    }

    /// Answers what cannot be understood, and ends: where the next request begins is not known.
    private func refuse(_ error: HeadError) {
        closesAfter = true
        let exchange = ownExchange
        if exchange.began == 0 { exchange.begin(from: client) }
        exchange.record.rejection = error == .contentTooLarge ? .content : .malformed
        if exchange.server != nil { exchange.clientGone() }
        if case .body = state, exchange.isResponseBegun { return closeNow() }
        exchange.request.minorVersion = 1
        exchange.fail(error.status, error.reason)
    }

    // MARK: Responses

    /// Puts the head of a response.
    @discardableResult
    func put(_ exchange: HTTP1Exchange) -> HeadWriter.Passed {
        if case .body = state, exchange.isResponseBegun { closesAfter = true }
        var terms = HeadWriter.ResponseTerms()
        terms.method = exchange.request.method
        terms.minorVersion = exchange.request.minorVersion
        terms.keepsAlive = !closesAfter
        site.secure(exchange.response)
        exchange.route?.crossOrigin?.finish(exchange)
        let passed = HeadWriter.response(
            exchange.response,
            exchange.responseRules,
            terms: terms,
            via: site.via,
            date: worker.date,
            to: outgoing
        )
        if !passed.keepsAlive { closesAfter = true }
        return passed
    }

    /// The response has been put.
    func responseEnded() {
        let isReceived: Bool
        if case .waiting = state { isReceived = true } else { isReceived = false }
        forgetExchange()
        guard !closesAfter, isReceived else { return linger() }
        state = .head
        requestEnd = .max
        let idle = isDraining ? worker.idleGrace : site.times.idle
        worker.setDeadline(worker.now + (unread == nil ? idle : site.times.head), for: self)
        if hasEnded, unread == nil { return linger() }
        // Not from here: this may be called while input is taken.
        if unread != nil || hasUnread { worker.again(self) }
    }

    /// Ends the connection when the client has what was sent: closed at once, unread input would reset it (RFC 9112 §9.6).
    private func linger() {
        flush()
        guard !isClosed else { return }
        state = .lingering
        if let unread { worker.buffers.give(unread) }
        unread = nil
        if backlog == 0 { shutDown() }
        worker.setDeadline(worker.now + Self.lingerTime, for: self)
    }

    private func shutDown() {
        if hasEnded { return closeNow() }
        finishWriting()
        hasUnread = false
        worker.again(self)
    }

    func becameTunnel() {
        state = .tunnel
        requestEnd = .max
        worker.setDeadline(.max, for: self)
        if unread != nil { worker.again(self) }
    }

    /// The server has ended its half of the tunnel.
    func tunnelEnded() {
        finishWriting()
        endTunnelIfOver()
    }

    /// Closes both sides of a tunnel when both have ended and have got what was for them.
    private func endTunnelIfOver() {
        guard case .tunnel = state, hasEnded, let server = exchange?.server, server.hasEnded else { return }
        if backlog == 0, server.backlog == 0 { broke(nil) }
    }

    override func blocked() {
        if case .waiting = state { waitForClient(site.times.body) }
    }

    override func drained() {
        switch state {
        case .lingering: return shutDown()
        case .waiting: worker.setDeadline(requestEnd, for: self)
        case .tunnel: endTunnelIfOver()
        case .head, .body, .closed: break
        }
        exchange?.resumeResponse()
    }

    func takesMoreBody() {
        endTunnelIfOver()
        resume()
    }

    // MARK: Ends

    /// Ends after the request in progress, or now.
    override func drain() {
        isDraining = true
        switch state {
        case .head where unread == nil:
            if worker.idleGrace == 0 {
                closeNow()
            } else {
                worker.setDeadline(worker.now + worker.idleGrace, for: self)
            }
        case .head: break
        case .body, .waiting:
            // A head that is sent already has told the client that it may go on.
            if worker.idleGrace == 0 || exchange?.isResponseBegun != true { closesAfter = true }
        case .tunnel, .lingering, .closed: break
        }
    }

    /// The client has ended its half of the connection.
    private func ended() {
        hasEnded = true
        switch state {
        case .head, .lingering, .closed:
            // In the middle of a head, or between requests: there is nobody to answer.
            closeNow()
        case .body: broke(nil)
        case .tunnel:
            exchange?.server?.finishWriting()
            endTunnelIfOver()
        case .waiting: if isGivenUp { broke(nil) }
        }
    }

    override func broke(_ failure: IOFailure?) {
        exchange?.clientGone()
        closeNow()
    }

    override func deadlinePassed() {
        switch state {
        case .head:
            if unread == nil { return closeNow() }
            // What the exchange has been used for before is nothing of this client's.
            ownExchange.request.reset()
            refuse(.timedOut)
        case .body:
            if exchange?.isResponseBegun ?? false { return broke(nil) }
            // Nobody takes the body yet, for which the client is not to blame.
            if exchange?.wait != nil, worker.now < requestEnd { return waitForClient(site.times.body) }
            refuse(.timedOut)
        case .lingering, .closed: closeNow()
        case .waiting where worker.now >= requestEnd && isGivenUp:
            closesAfter = true
            exchange?.endOverdue(504, "the request has taken too long")
        case .waiting, .tunnel: broke(nil)
        }
    }

    func closeNow(resets: Bool = false) {
        guard !isClosed else { return }
        state = .closed
        if let unread { worker.buffers.give(unread) }
        unread = nil
        discardOutput()
        closeSocket(resets: resets)
        forgetExchange()
        site.closed(self)
    }
}
