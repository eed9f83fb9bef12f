extension Site {
    /// Serves a connection that has been accepted, and for which a place is taken.
    func begin(_ descriptor: Int32, from client: SocketAddress?) {
        if !listener.proxyProtocolFrom.isEmpty, let client, isIn(listener.proxyProtocolFrom, client) {
            let greeting = ProxyGreeting(descriptor, from: client, site: self)
            guard worker.add(greeting) else { return greeting.closeNow() }
            return greeting.opened()
        }
        if let relay {
            let connection = RelayClient(descriptor, from: client, site: self, relay, nil)
            guard worker.add(connection) else { return connection.end(.refused) }
            return connection.opened()
        }
        let connection = HTTP1Connection(descriptor, from: client, site: self, nil)
        guard worker.add(connection) else { return connection.closeNow() }
        connection.opened()
    }

    /// Serves a connection behind its PROXY header.
    func begin(_ greeting: ProxyGreeting, _ client: SocketAddress?, _ introduction: ProxyIntroduction?) {
        if let relay {
            return greeting.handOver { RelayClient($0, from: client, site: self, relay, introduction) }.opened()
        }
        greeting.handOver { HTTP1Connection($0, from: client, site: self, introduction) }.opened()
    }
}
