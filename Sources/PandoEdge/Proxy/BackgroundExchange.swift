/// Brings something into the cache, or goes on for those who wait for it when the client of the exchange that began is gone.
final class BackgroundExchange: ClientlessExchange {
    override init(like exchange: Exchange) {
        super.init(like: exchange)
        began = exchange.began
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

    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Nothing of it is kept, and nobody reads it any more.
        if case .filling = turn?.stage, turn?.outlivesClient == false { clientGone() }
    }

    override func sendEnd() { reset() }
    override func sendAbort() { reset() }
}
