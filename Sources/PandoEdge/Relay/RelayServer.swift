/// The side of a relayed connection that is a server of an upstream.
final class RelayServer: RelaySocket {
    private let plan: UpstreamPlan
    private let server: Server
    private let client: RelayClient
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
            guard isConnected(ready, to: server, of: plan, header: client.proxyHeader) else { return }
            isReady = true
            worker.setDeadline(.max, for: self)
            client.connected()
            if isClosed { return }
        }
        super.ready(ready)
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
