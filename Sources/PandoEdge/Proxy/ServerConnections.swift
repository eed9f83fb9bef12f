/// A worker's connections to the servers of one upstream: those that are idle wait here for the next request.
final class ServerConnections {
    unowned let worker: Worker
    /// The upstream of the generation in force.
    private(set) var plan: UpstreamPlan
    private var idle: [[ServerConnection]]
    /// Whether no generation needs it any more.
    private var isRetired = false

    init(_ plan: UpstreamPlan, on worker: Worker) {
        self.plan = plan
        self.worker = worker
        idle = Array(repeating: [], count: plan.addresses.count)
    }

    /// Whether its connections serve an upstream of another generation as well.
    func fits(_ plan: UpstreamPlan) -> Bool {
        plan.name == self.plan.name && plan.addresses == self.plan.addresses
            && plan.tls?.configured == self.plan.tls?.configured && plan.proxyProtocol == self.plan.proxyProtocol
    }

    func change(to plan: UpstreamPlan) { self.plan = plan }

    /// Ends those that are idle, and each of the others when its response has ended.
    func retire() {
        isRetired = true
        for connection in idle.joined() { connection.closeIdle() }
        idle = idle.map { _ in [] }
    }

    /// Gets an exchange a connection to a server: one that is idle, or a new one.
    func serve(_ exchange: Exchange, server: Server) {
        let index = server.index
        if !exchange.needsNewConnection, let connection = takeIdle(index, for: exchange) {
            connection.begin(exchange)
            return exchange.connected(connection)
        }
        guard plan.upstream.connect(to: server) else {
            return exchange.attemptFailed(.noRoom("\(server.name) has as many connections as it may"))
        }
        switch Socket.connect(to: plan.addresses[index]) {
        case .failure(let error):
            plan.upstream.disconnected(from: server)
            exchange.attemptFailed(.unreachable(502, "\(server.name): \(error)"))
        case .success(let descriptor):
            let connection = ServerConnection(descriptor, self, plan.upstream, server)
            guard worker.add(connection) else {
                connection.closeNow()
                return exchange.attemptFailed(.noRoom("the edge has too many connections"))
            }
            connection.begin(exchange)
            exchange.server = connection
        }
    }

    /// An idle connection to a server; nil where there is none. What must not be sent twice gets none that the server has just
    /// ended, as far as that can be known.
    private func takeIdle(_ index: Int, for exchange: Exchange) -> ServerConnection? {
        guard index < idle.count else { return nil }
        while let connection = idle[index].popLast() {
            if exchange.request.method.isIdempotent || connection.isSilent { return connection }
            connection.closeIdle()
        }
        return nil
    }

    /// Takes a connection back that can serve another request; false where there are enough.
    func keep(_ connection: ServerConnection) -> Bool {
        let index = connection.server.index
        guard !isRetired, idle[index].count < plan.keepAlive.connections else { return false }
        idle[index].append(connection)
        return true
    }

    /// Forgets an idle connection that has ended.
    func forget(_ connection: ServerConnection) {
        idle[connection.server.index].removeAll { $0 === connection }
    }
}
