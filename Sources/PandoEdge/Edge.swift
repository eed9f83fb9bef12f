#if canImport(Glibc)
    import Glibc
#endif

/// An edge: listeners, workers and what they serve.
package final class Edge: Sendable {
    private let mailboxes: [Worker.Mailbox]
    /// Where it listens.
    package let address: SocketAddress

    /// Listens and serves, on threads of its own, until ``stop()``.
    package init(at address: SocketAddress, servers: [SocketAddress], workers count: Int) throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        let socket = try Socket.listen(at: address).get()
        let upstream = Upstream(name: "default", number: 0, servers: servers)
        var mailboxes: [Worker.Mailbox] = []
        for _ in 0..<count {
            mailboxes.append(
                try Worker.launch { worker in
                    let listener = Listener(socket, on: worker, site: Site(upstream))
                    _ = worker.add(listener, isEdge: false)
                }
            )
        }
        self.mailboxes = mailboxes
        self.address = Socket.localAddress(socket) ?? address
    }

    /// Stops all workers.
    package func stop() {
        for mailbox in mailboxes { mailbox.post { $0.stop() } }
    }
}
