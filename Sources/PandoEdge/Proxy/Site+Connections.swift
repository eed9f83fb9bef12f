extension Site {
    /// Serves a connection that has been accepted, and for which a place is taken.
    func begin(_ descriptor: Int32, from client: SocketAddress?) {
        if !listener.proxyProtocolFrom.isEmpty, let client, isIn(listener.proxyProtocolFrom, client) {
            let greeting = ProxyGreeting(descriptor, from: client, site: self)
            guard worker.add(greeting) else { return greeting.closeNow() }
            return greeting.opened()
        }
        guard let place = admit(client) else {
            places.leave()
            return Socket.abort(descriptor)
        }
        if let relay {
            let connection = RelayClient(descriptor, from: client, site: self, relay, nil)
            connection.place = place
            guard worker.add(connection) else { return connection.end(.refused) }
            return connection.opened()
        }
        let connection = HTTP1Connection(descriptor, from: client, site: self, nil)
        connection.place = place
        guard worker.add(connection) else { return connection.closeNow() }
        connection.opened()
    }

    /// Serves a connection behind its PROXY header.
    func begin(_ greeting: ProxyGreeting, _ client: SocketAddress?, _ introduction: ProxyIntroduction?) {
        guard let place = admit(client) else { return greeting.closeNow() }
        if let relay {
            let next = greeting.handOver { RelayClient($0, from: client, site: self, relay, introduction) }
            next.place = place
            return next.opened()
        }
        let next = greeting.handOver { HTTP1Connection($0, from: client, site: self, introduction) }
        next.place = place
        next.opened()
    }
}
