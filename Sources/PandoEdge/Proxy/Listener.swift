/// Takes the connections that come to an address, for one worker; others listen at the same socket.
final class Listener: SocketHandler {
    private let site: Site
    /// How many are taken before those that are there have their turn.
    private static let batch = 64

    init(_ descriptor: Int32, site: Site) {
        self.site = site
        super.init(descriptor, on: site.worker)
    }

    override func ready(_ ready: Poller.Ready) {
        for _ in 0..<Self.batch {
            guard let (accepted, client) = Socket.accept(descriptor) else { return }
            guard site.places.enter(atMost: site.listener.limits.connections) else {
                Socket.abort(accepted)
                continue
            }
            site.begin(accepted, from: client)
        }
    }
}
