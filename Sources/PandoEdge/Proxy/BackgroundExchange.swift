/// An exchange without a client: it brings something into the cache, or goes on for those who wait for it when the client of the
/// exchange that began is gone.
final class BackgroundExchange: Exchange {
    private let known: Forwarding

    /// - Parameter exchange: Whose request it asks with.
    init(like exchange: Exchange) {
        known = exchange.forwarding
        super.init(on: exchange.worker)
        request.copy(exchange.request)
        rules = exchange.rules
        began = exchange.began
        client = exchange.client
        route = exchange.route
        isRequestComplete = true
    }

    /// Has a stale entry validated while a client gets it.
    static func refresh(_ entry: CacheEntry, _ fill: CacheFill, for turn: CacheTurn) {
        let exchange = BackgroundExchange(like: turn.exchange)
        // The time that a request may take is that of the client; this one begins now.
        exchange.began = exchange.worker.now
        let own = CacheTurn(turn.cache, exchange)
        exchange.turn = own
        own.refresh(entry, fill, like: turn)
    }

    override var hasClient: Bool { false }
    override var forwarding: Forwarding { known }
    override var clientHasRoom: Bool { true }

    override func sendInterim() {}
    override func sendHead() {}
    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Nothing of it is kept, and nobody reads it any more.
        if case .filling = turn?.stage, turn?.outlivesClient == false { clientGone() }
    }
    override func sendEnd() { reset() }
    override func sendAbort() { reset() }
    override func flushClient() {}
    override func resumeRequest() {}
    override func sendSwitch() { clientGone() }
    override func endTunnel() {}
}
