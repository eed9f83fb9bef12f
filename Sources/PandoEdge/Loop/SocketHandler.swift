/// What a worker tells of a socket. Belongs to the thread of its worker, from its making to its end.
class SocketHandler {
    unowned let worker: Worker
    /// The socket; -1 when it is closed.
    private(set) var descriptor: Int32
    /// Tells the handlers of one descriptor apart that follow one another.
    let token: UInt64

    init(_ descriptor: Int32, on worker: Worker) {
        self.worker = worker
        self.descriptor = descriptor
        token = worker.nextToken(for: descriptor)
    }

    /// The socket is ready.
    func ready(_ ready: Poller.Ready) {}

    /// The time has come that ``Worker/setDeadline(_:for:)`` was told.
    func deadlinePassed() {}

    /// Goes on where ``Worker/again(_:)`` was asked for it.
    func goOn() {}

    /// The socket is about to be closed in order: the last chance to say so.
    func closing() {}

    /// Takes no more requests; ends when those that are under way have ended.
    func drain() {}

    /// Whether it is a client's connection that a site serves.
    func belongs(to site: Site) -> Bool { false }

    /// The site that it belongs to serves by another generation.
    func siteChanged() {}

    /// The worker stops: nothing more will be told.
    func stopped() {}

    final var isClosed: Bool { descriptor < 0 }

    /// Leaves the socket to another handler, which is made with it.
    final func handOver<Next: SocketHandler>(to make: (Int32) -> Next) -> Next {
        let next = make(descriptor)
        worker.replace(self, by: next)
        descriptor = -1
        return next
    }

    /// Forgets and closes the socket.
    final func closeSocket(resets: Bool = false) {
        guard descriptor >= 0 else { return }
        worker.forget(self)
        if !resets { closing() }
        if resets { Socket.abort(descriptor) } else { Socket.end(descriptor) }
        descriptor = -1
    }
}
