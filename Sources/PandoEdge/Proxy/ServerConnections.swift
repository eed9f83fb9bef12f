/// A worker's connections to the servers of one upstream: those that are idle wait here for the next request.
final class ServerConnections {
    unowned let worker: Worker
    let upstream: Upstream
    private var idle: [[ServerConnection]]

    /// The most that are kept for each server.
    static let maximumIdle = 256

    init(_ upstream: Upstream, on worker: Worker) {
        self.upstream = upstream
        self.worker = worker
        idle = Array(repeating: [], count: upstream.servers.count)
    }

    /// Gets an exchange a connection to a server: one that is idle, or a new one.
    func serve(_ exchange: Exchange, server index: Int) {
        if let connection = idle[index].popLast() {
            connection.begin(exchange)
            return exchange.connected(connection)
        }
        switch Socket.connect(to: upstream.servers[index]) {
        case .failure(let error):
            exchange.attemptFailed(502, "\(upstream.servers[index]): \(error)", server: index, mayHaveRun: false)
        case .success(let descriptor):
            let connection = ServerConnection(descriptor, self, serverIndex: index)
            guard worker.add(connection) else {
                connection.closeSocket()
                return exchange.attemptFailed(503, "too many connections", server: index, mayHaveRun: false)
            }
            connection.begin(exchange)
            exchange.server = connection
        }
    }

    /// Takes a connection back that can serve another request; false where there are enough.
    func keep(_ connection: ServerConnection) -> Bool {
        guard idle[connection.serverIndex].count < Self.maximumIdle else { return false }
        idle[connection.serverIndex].append(connection)
        return true
    }

    /// Forgets an idle connection that has ended.
    func forget(_ connection: ServerConnection) {
        idle[connection.serverIndex].removeAll { $0 === connection }
    }
}
