import PandoTelemetry
import PandoTopology

/// The side of a relayed connection that is the client: it finds the server, and says how the connection was.
final class RelayClient: RelaySocket {
    private enum State {
        /// The first message of TLS is looked at, and left where it is.
        case hello(seen: Int)
        case connecting
        case relaying
        case closed
    }

    let site: Site
    let address: SocketAddress?
    let listener: EdgeConfiguration.Listener
    private let introduction: ProxyIntroduction?
    /// What logs, and servers by the PROXY protocol, call it.
    private(set) lazy var id = String(hexadecimal: worker.random.next()) + String(hexadecimal: worker.random.next())
    private(set) var record: RelayRecord
    private let plan: RelayPlan
    private var way: RelayPlan.Way?
    private(set) var attempts: RelayAttempts?
    private var server: RelayServer?
    private var state = State.connecting
    /// When it ends, whatever is said; `.max` for never.
    private var latest = UInt64.max

    init(
        _ descriptor: Int32,
        from address: SocketAddress?,
        site: Site,
        _ plan: RelayPlan,
        _ introduction: ProxyIntroduction?
    ) {
        self.site = site
        self.address = address
        self.plan = plan
        self.introduction = introduction
        listener = site.listener
        record = RelayRecord(began: site.worker.now)
        super.init(descriptor, on: site.worker)
    }

    /// The connection has been accepted.
    func opened() {
        guard listener.proto == .tlsPassthrough else { return choose(nil) }
        state = .hello(seen: 0)
        worker.setDeadline(worker.now + site.times.head, for: self)
    }

    // MARK: The way

    override func readable() {
        guard case .hello(let seen) = state else { return super.readable() }
        hasUnread = true
        switch Socket.peek(descriptor, into: worker.scratch) {
        case .count(let count):
            // The end of what comes, and still no whole message.
            if count == seen { return isEnding ? end(.client) : () }
            state = .hello(seen: count)
            read(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
        case .wouldBlock, .wantsWrite: return
        case .closed, .failed: end(.client)
        }
    }

    /// Looks for the name in what has come so far.
    private func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        do throws(ClientHello.Failure) {
            guard case .complete(let hello) = try ClientHello.parse(bytes) else {
                return isEnding ? end(.client) : ()
            }
            record.serverName = hello.serverName
            choose(hello.serverName)
        } catch {
            refuse(.malformed)
        }
    }

    private func choose(_ name: String?) {
        state = .connecting
        worker.setDeadline(.max, for: self)
        guard let found = plan.way(of: name) else {
            sayUnknown()
            return refuse(.route)
        }
        way = found
        attempts = RelayAttempts(found.upstream)
        connect()
    }

    /// Tells the client that its name is none of ours (RFC 6066 §3): a fatal alert, which browsers have words for.
    private func sayUnknown() {
        // What was not read would reset the connection, and take the alert with it.
        _ = receive()
        outgoing.append("\u{15}\u{03}\u{03}\u{00}\u{02}\u{02}\u{70}" as StaticString)
        flush()
    }

    // MARK: The server

    private func connect() {
        guard let way else { return }
        let plan = way.upstream
        let hash = plan.hashKey.map { _ in StableHash.of(address?.host ?? "") }
        switch attempts?.begin(hash, on: worker) {
        case .server(let picked): connect(to: picked, plan)
        case .down: refuse(.noServer)
        case .full, .limited: refuse(.capacity)
        case .tried, nil: refuse(nil)
        }
    }

    private func connect(to picked: Server, _ plan: UpstreamPlan) {
        record.server = picked
        guard plan.upstream.connect(to: picked) else { return attemptFailed(.abandoned) }
        guard case .success(let descriptor) = Socket.connect(to: plan.addresses[picked.index]) else {
            plan.upstream.disconnected(from: picked)
            return attemptFailed(.unreachable)
        }
        let made = RelayServer(descriptor, plan, picked, for: self)
        server = made
        guard worker.add(made) else { return attemptFailed(.abandoned) }
        worker.setDeadline(worker.now &+ min(plan.timeouts.connect, 1 << 62), for: made)
    }

    /// What the server is told of the client.
    var proxyHeader: ProxyHeader {
        var header = Array(id.utf8).withUnsafeBufferPointer { proxyHeader(address, introduction, id: $0) }
        header.authority = record.serverName ?? header.authority
        return header
    }

    /// The server has not taken the connection: another one is asked, where that is allowed.
    func attemptFailed(_ outcome: ServerOutcome) {
        server?.closeNow(resets: true)
        server = nil
        if attempts?.failed(outcome, at: worker.now) ?? false { connect() } else { refuse(nil) }
    }

    /// The server has taken the connection.
    func connected() {
        record.connected = worker.now
        attempts?.succeeded(at: worker.now)
        state = .relaying
        other = server
        watch()
        resume()
    }

    // MARK: Bytes

    override func passed(_ count: Int) {
        record.receivedBytes += count
        way?.meter.received.increment(by: count)
        watch()
    }

    /// So many bytes of the server go to the client.
    func passedBack(_ count: Int) {
        record.sentBytes += count
        way?.meter.sent.increment(by: count)
        watch()
    }

    private func watch() { worker.setDeadline(min(worker.now + site.times.idle, latest), for: self) }

    // MARK: Ends

    override func finished() { end(.complete) }

    override func broke(_ failure: IOFailure?) { end(.client) }

    override func deadlinePassed() { end(worker.now >= latest ? .drain : .idle) }

    private func refuse(_ rejection: ExchangeRecord.Rejection?) {
        record.rejection = rejection
        end(.refused)
    }

    override func drain() {
        switch state {
        case .hello, .connecting: end(.drain)
        case .relaying:
            latest = min(latest, worker.now + site.generation.configuration.drainTimeout.wholeNanoseconds)
            worker.setDeadline(min(worker.deadline(of: self), latest), for: self)
        case .closed: break
        }
    }

    override func stopped() { end(.drain) }

    override func belongs(to site: Site) -> Bool { self.site === site }

    /// Another generation is in force: a server that is no longer among those of its upstream is to be left.
    override func siteChanged() {
        guard let way, let server = attempts?.server else { return }
        let plan = site.generation.upstreams.first { $0.name == way.upstream.name }
        let stays = plan?.upstream.servers.contains { $0.settings.address == server.settings.address } ?? false
        if !stays { drain() }
    }

    /// Ends both sides. What is cut off ends with a reset, so that it does not look complete.
    func end(_ end: RelayRecord.End) {
        guard !isClosed else { return }
        state = .closed
        record.end = end
        let isCut = end != .complete && end != .refused
        // Before anybody can see that it is over.
        (way?.meter ?? plan.unrouted).count(end)
        worker.relayEnded(self)
        other = nil
        server?.closeNow(resets: isCut)
        server = nil
        attempts?.release(at: worker.now)
        discardOutput()
        closeSocket(resets: isCut)
        site.closed(self)
    }

    /// Nanoseconds since it was accepted.
    var age: UInt64 { worker.now - min(record.began, worker.now) }

    /// The upstream that it went to; nil where it went nowhere.
    var upstream: UpstreamPlan? { way?.upstream }
}

extension Worker {
    /// A relayed connection has ended; all that is said of it is said here.
    func relayEnded(_ relay: RelayClient) {
        if let rejection = relay.record.rejection { meters?.count(rejection) }
        accessLog?.add(relay)
    }
}
