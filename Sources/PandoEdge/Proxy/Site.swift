/// What the connections of a listener are served by, on one worker.
final class Site {
    let limits = HeadLimits()
    let upstream: Upstream

    init(_ upstream: Upstream) { self.upstream = upstream }

    func route(_ exchange: Exchange) { exchange.dispatch(to: upstream) }

    func closed(_ connection: HTTP1Connection) {}
}
