#if canImport(Glibc)
    import Glibc
#endif

/// The side of a relayed connection that is a server of an upstream.
final class RelayServer: RelaySocket {
    private let plan: UpstreamPlan
    private let server: Server
    private let client: RelayClient
    /// Whether the system has made the connection, so that TLS can begin.
    private var isTaken = false
    private var isReady = false

    init(_ descriptor: Int32, _ plan: UpstreamPlan, _ server: Server, for client: RelayClient) {
        self.plan = plan
        self.server = server
        self.client = client
        super.init(descriptor, on: client.worker)
        other = client
    }

    override var isOpen: Bool { isReady }

    override func passed(_ count: Int) { client.passedBack(count) }

    override func finished() { client.finished() }

    // MARK: Connecting

    override func ready(_ ready: Poller.Ready) {
        if !isReady {
            guard isTaken || ready.canWrite, isTaken || connect() else { return }
            if let tls, !isGreeted(tls) { return }
            isReady = true
            worker.setDeadline(.max, for: self)
            client.connected()
            if isClosed { return }
        }
        super.ready(ready)
    }

    /// The system says what came of the connection; false where it failed.
    private func connect() -> Bool {
        let error = Socket.pendingError(descriptor)
        guard error == 0 else {
            broke(.system(error))
            return false
        }
        guard plan.proxyProtocol == .off || plan.proxyProtocol.introduce(client.proxyHeader, descriptor) else {
            broke(.system(ENOBUFS))
            return false
        }
        isTaken = true
        if let wanted = plan.tls { begin(wanted.session(descriptor, with: server.index)) }
        return true
    }

    /// Goes on with the handshake, which counts as a part of connecting; whether it is complete.
    private func isGreeted(_ tls: TLSSession) -> Bool {
        switch tls.handshake() {
        case .count: return true
        // The socket is told of either way.
        case .wouldBlock, .wantsWrite: return false
        case .closed: broke(.tls(.endedInHandshake))
        case .failed(let failure): broke(failure)
        }
        return false
    }

    // MARK: Ends

    override func broke(_ failure: IOFailure?) {
        if isReady { client.end(.server) } else { client.attemptFailed(.unreachable) }
    }

    override func deadlinePassed() { client.attemptFailed(.timedOut) }

    func closeNow(resets: Bool) {
        guard !isClosed else { return }
        other = nil
        plan.upstream.disconnected(from: server)
        discardOutput()
        closeSocket(resets: resets)
    }
}
