/// Who is asked for what the cache does not have.
enum CacheSource {
    case origin
    /// The node that keeps the URI.
    case node
    case shield
}

extension CacheTurn {
    /// Asks for what is to be stored: the node that keeps it, a shield, or a server of the route.
    func fetch() {
        guard let site else { return }
        guard let nodes = site.generation.nodes else { return site.forward(exchange) }
        nodes.mark(exchange.request)
        guard !comesFromNode, let plan = nodes.plan,
            let keeper = nodes.keeper(of: query.keyBytes, at: exchange.worker.now),
            // It may answer with what was purged here, which would be kept anew.
            !nodes.isBehind(keeper, exchange.worker.purgeRelay)
        else { return askShield(nodes) }
        source = .node
        exchange.dispatch(to: plan, retries: 0, avoiding: nodes.others(than: keeper))
    }

    private func askShield(_ nodes: CacheNodes) {
        guard let shield = nodes.shield else { return askOrigin() }
        source = .shield
        exchange.dispatch(to: shield)
    }

    /// Asks a server of the route.
    func askOrigin() {
        source = .origin
        site?.forward(exchange)
    }

    /// Asks the next where a node or a shield gives no answer; false where it was a server that gave none.
    func fallsBack() -> Bool {
        guard case .leading = stage, let nodes = site?.generation.nodes else { return false }
        guard source != .origin else { return false }
        exchange.record.rejection = nil
        if source == .node { askShield(nodes) } else { askOrigin() }
        return true
    }
}
