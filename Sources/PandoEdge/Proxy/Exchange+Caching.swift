/// The turn of a request at the cache, and how its response goes on into the cache without its client.
extension Exchange {
    /// Begins a turn at the cache.
    final func turn(at cache: HTTPCache) -> CacheTurn {
        let spare = spareTurn.flatMap { $0.cache === cache ? $0 : nil }
        spareTurn = nil
        let begun = spare ?? CacheTurn(cache, self)
        turn = begun
        return begun
    }

    final func endTurn() {
        guard let turn else { return }
        self.turn = nil
        turn.end()
        spareTurn = turn
    }

    /// Until when the server is held up for those who read the response with this client; `.max` where it is for the client.
    final var pauseEnd: UInt64 { turn?.isPaused ?? false ? worker.now + Self.pauseTime : .max }

    /// How long slower readers of the same response are waited for.
    private static let pauseTime: UInt64 = 5_000_000_000

    /// Waits no longer for slower readers; false where nobody was waited for.
    final func endPause() -> Bool { turn?.dropLaggards() ?? false }

    /// Lets the response go on into the cache as fast as the server sends it, while this client, which is slower, reads it from there:
    /// neither others who wait for it nor the server are held up.
    final func separate(from turn: CacheTurn) {
        guard server != nil, case .filling(let fill) = turn.stage else { return }
        let own = CacheTurn(turn.cache, self)
        guard own.follow(fill, like: turn) else { return }
        handOver()
        self.turn = own
    }

    /// Lets an exchange without a client go on with the server's response.
    final func handOver() {
        let other = BackgroundExchange(like: self)
        (other.plan, other.picked, picked) = (plan, picked, nil)
        (other.isReported, other.isRetry, isRetry) = (isReported, isRetry, false)
        (other.sent, other.tried, other.retriesLeft) = (sent, tried, retriesLeft)
        (other.isResponseBegun, other.responseRules) = (isResponseBegun, responseRules)
        (other.server, server) = (server, nil)
        (other.turn, turn) = (turn, nil)
        other.turn?.exchange = other
        other.server?.move(to: other)
    }

    /// Tells the client that what it has is right, while the response goes on into the cache.
    final func answerApart(_ entry: CacheEntry) {
        guard let turn else { return }
        let status = turn.status
        isResponseBegun = true
        handOver()
        isResponseBegun = false
        let own = self.turn(at: turn.cache)
        own.adopt(turn)
        own.sendNotModified(entry, status)
    }
}
