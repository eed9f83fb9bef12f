import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// Takes the connections that come to an address, for one worker; others listen at the same socket.
final class Listener: SocketHandler {
    private let site: Site
    /// How many are taken before those that are there have their turn.
    private static let batch = 64

    init(_ descriptor: Int32, on worker: Worker, site: Site) {
        self.site = site
        super.init(descriptor, on: worker)
    }

    override func ready(_ ready: Poller.Ready) {
        for _ in 0..<Self.batch {
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let accepted = accept4(descriptor, nil, nil, flags)
            guard accepted >= 0 else { return }
            Socket.setNoDelay(accepted)
            let connection = HTTP1Connection(accepted, on: worker, site: site)
            guard worker.add(connection) else {
                connection.closeSocket()
                continue
            }
            connection.opened()
        }
    }
}
