extension Site {
    /// Serves a connection that has been accepted, and for which a place is taken.
    func begin(_ descriptor: Int32, from client: SocketAddress?) {
        if let relay {
            let connection = RelayClient(descriptor, from: client, site: self, relay)
            guard worker.add(connection) else { return connection.end(.refused) }
            return connection.opened()
        }
        let connection = HTTP1Connection(descriptor, from: client, site: self)
        guard worker.add(connection) else { return connection.closeNow() }
        connection.opened()
    }
}
