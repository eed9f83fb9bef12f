extension Site {
    /// Answers from the cache, or asks a server.
    func serve(_ exchange: Exchange, _ route: RoutePlan) {
        guard let rules = route.cacheRules, let cache = generation.cache else { return forward(exchange) }
        exchange.turn(at: cache).begin(rules, self)
    }

    /// Sends a request to the upstream of its route.
    func forward(_ exchange: Exchange) {
        guard let route = exchange.route else { return }
        switch route.action {
        case .upstream(let plan):
            prepare(exchange, route)
            if let mirror = route.mirror { exchange.mirror(to: mirror) }
            exchange.dispatch(to: plan)
        case .split(let parts, let key):
            prepare(exchange, route)
            guard let last = parts.last else { return exchange.fail(503, "the split has no part") }
            let draw = key.map { RequestKey.hash($0, exchange) } ?? worker.random.next()
            let place = Int(draw % UInt64(last.upTo))
            if let mirror = route.mirror { exchange.mirror(to: mirror) }
            exchange.dispatch(to: (parts.first { place < $0.upTo } ?? last).plan)
        case .redirect, .respond, .files: break
        }
    }
}
