/// A connection to a server, HTTP/1: one request after the other.
final class ServerConnection: StreamSocket {
    private enum State {
        case connecting, idle, head
        case body(BodyFraming)
        case tunnel
        case closed
    }

    private let pool: ServerConnections
    private let upstream: Upstream
    let server: Server
    private var state = State.connecting
    private var exchange: Exchange?
    /// The beginning of a head or a trailer section whose end is not there yet.
    private var partial: OutputBytes?
    private var left: UInt64 = 0
    private var chunks = ChunkedDecoder()
    private var keepsAlive = true
    private var isRequestSent = false
    /// Whether it has served a request before this one, of whose answer nothing has come yet.
    private var isReused = false
    private var isBodyChunked = false
    /// Whether the server has ended its half of a tunnel.
    private(set) var hasEnded = false
    /// Whether nothing can be sent to it any more.
    private var isDeaf = false
    /// Whether the response has come to its end.
    private var isComplete = false
    /// Whether the last read filled the buffer, so that there may be more.
    private var readWasFull = false
    private let limits = HeadLimits()

    init(_ descriptor: Int32, _ pool: ServerConnections, _ upstream: Upstream, _ server: Server) {
        self.pool = pool
        self.upstream = upstream
        self.server = server
        super.init(descriptor, on: pool.worker)
    }

    // MARK: The request

    /// Belongs to an exchange from now on.
    func begin(_ exchange: Exchange) {
        self.exchange = exchange
        isRequestSent = false
        keepsAlive = true
        isReused = false
        if case .idle = state {
            state = .head
            isReused = true
        } else {
            wait(limits(exchange).connect)
        }
    }

    /// Puts the request's head.
    func sendRequest(_ exchange: Exchange) {
        state = .head
        isBodyChunked = exchange.rules.framing == .chunked
        // Some servers take such a body for the next request.
        keepsAlive = !exchange.rules.isBodyUnexpected(exchange.request.method)
        // What a PROXY header says holds for one client alone.
        if pool.plan.proxyProtocol != .off { keepsAlive = false }
        HeadWriter.request(
            exchange.request,
            exchange.rules,
            host: exchange.request.authority,
            requestID: exchange.record.requestID,
            forwarding: exchange.forwarding,
            to: outgoing
        )
        waitForServer(exchange)
    }

    var takesBody: Bool {
        if case .connecting = state { return false }
        return hasRoom && !isDeaf
    }

    func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isDeaf { return }
        if let exchange { waitForServer(exchange) }
        guard isBodyChunked else { return put(bytes) }
        outgoing.append(hexadecimal: bytes.count)
        outgoing.append("\r\n")
        put(bytes)
        outgoing.append("\r\n")
    }

    func endBody(_ trailers: Head?) {
        guard !isRequestSent else { return }
        isRequestSent = true
        if isBodyChunked, !isDeaf { outgoing.appendLastChunk(trailers) }
    }

    override func drained() { exchange?.resumeRequest() }

    // MARK: Events

    override func ready(_ ready: Poller.Ready) {
        if case .connecting = state {
            guard isConnected(ready, to: server, of: pool.plan, header: exchange?.proxyHeader ?? .local) else { return }
            exchange?.connected(self)
            if isClosed { return }
        }
        super.ready(ready)
    }

    override func readable() {
        guard exchange != nil else {
            // Tickets of TLS come when the server likes.
            if receive() != .wouldBlock { end() }
            return
        }
        // Fair to the others: what is left comes after them.
        for _ in 0..<8 {
            if case .closed = state { return }
            guard exchange?.takesResponse ?? true else {
                // The client's own deadline counts meanwhile.
                worker.setDeadline(exchange?.pauseEnd ?? .max, for: self)
                hasUnread = true
                break
            }
            switch receive() {
            case .count(let count):
                readWasFull = count == worker.scratch.count
                take(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
                if isClosed || exchange == nil { return }
                // Less than there was room for was all; the end is told only once.
                if !readWasFull, !isEnding {
                    exchange?.flushResponse()
                    return
                }
            case .wouldBlock, .wantsWrite:
                exchange?.flushResponse()
                return
            case .closed:
                return ended()
            case .failed(let failure):
                return broke(failure)
            }
        }
        exchange?.flushResponse()
        if hasUnread, exchange?.takesResponse ?? false { hasUnread = false }
        if !hasUnread, !isClosed { worker.again(self) }
    }

    override func goOn() { readable() }

    /// The client takes more; whoever says so is using the worker's buffer.
    func resumeLater() {
        guard hasUnread else { return }
        hasUnread = false
        worker.again(self)
    }

    /// The client takes more.
    func resume() {
        guard hasUnread else { return }
        hasUnread = false
        readable()
    }

    // MARK: The response

    private func limits(_ exchange: Exchange) -> WaitLimits { exchange.timeouts ?? pool.plan.timeouts }

    private func wait(_ time: UInt64) { worker.setDeadline(worker.now &+ min(time, 1 << 62), for: self) }

    /// Until something more comes, but not past the end of the request's own time.
    private func waitForServer(_ exchange: Exchange) {
        let limits = limits(exchange)
        switch state {
        case .tunnel: return wait(limits.idle)
        case .head: worker.setDeadline(worker.now &+ min(limits.perTry, limits.idle, 1 << 62), for: self)
        case .connecting, .idle, .body, .closed: wait(limits.idle)
        }
        guard limits.total < .max else { return }
        let end = exchange.began &+ min(limits.total, 1 << 62)
        if end < worker.deadline(of: self) { worker.setDeadline(end, for: self) }
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        isReused = false
        if let exchange { waitForServer(exchange) }
        guard let partial else { return consume(bytes) }
        self.partial = nil
        partial.append(bytes)
        consume(partial.bytes)
        worker.buffers.give(partial)
    }

    /// Takes bytes to their end; what is not complete is kept.
    private func consume(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes
        do throws(HeadError) {
            while !rest.isEmpty, let exchange {
                let count = try step(rest, exchange)
                if count == 0 { return keep(rest) }
                rest = UnsafeBufferPointer(rebasing: rest[count...])
                guard isComplete else { continue }
                // More than the response: nobody has asked for it, and it must not be taken for the answer to the next request.
                return complete(reusable: rest.isEmpty && !hasMore)
            }
        } catch {
            fail(502, error.reason)
        }
    }

    /// Whether more has come than a read could take.
    private var hasMore: Bool { readWasFull && (tls != nil || Socket.hasInput(descriptor)) }

    private func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        let kept = worker.buffers.take()
        kept.append(bytes)
        partial = kept
    }

    /// Takes the next part of the response; how many bytes, 0 where it is not complete.
    private func step(_ bytes: UnsafeBufferPointer<UInt8>, _ exchange: Exchange) throws(HeadError) -> Int {
        switch state {
        case .head:
            guard case .complete(let count) = try HeadParser.response(bytes, into: exchange.response, limits: limits)
            else { return 0 }
            try headCame(exchange)
            return count
        case .body(.length):
            let count = Int(min(UInt64(bytes.count), left))
            left -= UInt64(count)
            exchange.responseBody(UnsafeBufferPointer(rebasing: bytes[..<count]))
            isComplete = left == 0
            return count
        case .body(.untilClose):
            exchange.responseBody(bytes)
            return bytes.count
        case .body(.chunked): return try chunk(bytes, exchange)
        case .tunnel:
            exchange.sendBody(bytes)
            return bytes.count
        case .connecting, .idle, .closed, .body(.none): return bytes.count
        }
    }

    private func chunk(_ bytes: UnsafeBufferPointer<UInt8>, _ exchange: Exchange) throws(HeadError) -> Int {
        switch try chunks.next(bytes) {
        case .skip(let count): return count
        case .data(let count):
            exchange.responseBody(UnsafeBufferPointer(rebasing: bytes[..<count]))
            return count
        case .trailers:
            let trailers = Head(capacity: 256)
            guard case .complete(let count) = try HeadParser.trailers(bytes, into: trailers, limits: limits) else {
                return 0
            }
            try TrailerRules.settle(trailers)
            exchange.responseTrailers = trailers.fields.isEmpty ? nil : trailers
            isComplete = true
            return count
        }
    }

    private func headCame(_ exchange: Exchange) throws(HeadError) {
        let response = exchange.response
        let isSwitch = response.status == 101
        if isSwitch, exchange.rules.upgrade.isEmpty { throw .malformed("a switch of protocols that nobody asked for") }
        let rules = try ResponseRules(response, to: exchange.request.method)
        exchange.responseRules = rules
        if isSwitch {
            guard response.has(.upgrade) else { throw .malformed("a switch of protocols without Upgrade") }
            guard WebSocketUpgrade.isAgreed(response, rules, to: exchange.request, exchange.rules) else {
                throw .malformed("the server has not granted WebSocket as RFC 6455 says")
            }
            state = .tunnel
            keepsAlive = false
            // What the client sends from here on is not to be sent again, and no limit of requests is for what may be open for days.
            exchange.isResponseBegun = true
            exchange.endPassage()
            exchange.bindClient()
            return exchange.sendSwitch()
        }
        if response.status < 200 { return exchange.sendInterim() }
        keepsAlive = keepsAlive && rules.keepsAlive
        chunks = ChunkedDecoder()
        if case .length(let length) = rules.framing { left = length }
        state = .body(rules.framing)
        guard exchange.responseBegan() else {
            self.exchange = nil
            return closeNow()
        }
        isComplete = rules.framing == .none
    }

    /// The response has come to its end.
    private func complete(reusable: Bool) {
        guard let exchange else { return }
        self.exchange = nil
        isComplete = false
        if reusable, keepsAlive, isRequestSent, partial == nil, backlog == 0, pool.keep(self) {
            state = .idle
            wait(pool.plan.keepAlive.idle.wholeNanoseconds)
        } else {
            closeNow()
        }
        exchange.responseEnded()
    }

    // MARK: Ends

    /// The server has ended the connection.
    private func ended() {
        guard let exchange else { return end() }
        switch state {
        case .body(.untilClose): complete(reusable: false)
        case .tunnel:
            hasEnded = true
            exchange.endTunnel()
        default: fail(502, "the server has closed the connection before the end of its response")
        }
    }

    /// A server may answer, and close, before it has read all of the request: its answer is still to be read.
    override func sendingFailed(_ failure: IOFailure?) {
        discardOutput()
        keepsAlive = false
        guard !isDeaf else { return }
        isDeaf = true
        worker.again(self)
    }

    override func broke(_ failure: IOFailure?) {
        let reason = failure?.description ?? "the connection ended"
        fail(502, "\(server.name): \(reason)")
    }

    override func deadlinePassed() {
        switch state {
        case .idle: end()
        case .connecting: fail(504, "\(server.name) did not take the connection in time")
        case .body where exchange?.endPause() ?? false: resume()
        case .head, .body, .tunnel, .closed: fail(504, "\(server.name) did not answer in time")
        }
    }

    /// Another exchange goes on with the response.
    func move(to exchange: Exchange) { self.exchange = exchange }

    /// The exchange does not need its response any more.
    func abandon() {
        exchange = nil
        closeNow()
    }

    private func fail(_ status: Int, _ reason: String) {
        let failure: AttemptFailure =
            if case .connecting = state {
                .unreachable(status, reason)
            } else if status == 504 {
                AttemptFailure(cause: .timeout, status: status, reason: reason, outcome: .timedOut)
            } else {
                AttemptFailure(
                    cause: .reset,
                    status: status,
                    reason: reason,
                    outcome: .unreachable,
                    isStale: isReused
                )
            }
        let exchange = exchange
        self.exchange = nil
        closeNow()
        exchange?.attemptFailed(failure)
    }

    /// An idle connection ends.
    private func end() {
        pool.forget(self)
        closeNow()
    }

    /// Whether an idle connection has neither ended nor got anything; with TLS it may have got what is none of HTTP's.
    var isSilent: Bool { tls != nil || !Socket.hasInput(descriptor) }

    /// The pool needs it no more.
    func closeIdle() { closeNow() }

    func closeNow() {
        guard !isClosed else { return }
        state = .closed
        upstream.disconnected(from: server)
        if let partial { worker.buffers.give(partial) }
        partial = nil
        discardOutput()
        closeSocket()
    }
}
