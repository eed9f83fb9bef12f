import Synchronization

/// Who gets a request, or why nobody.
package enum Pick: Sendable {
    /// This server: a place at it is taken.
    case server(Server)
    /// None is usable.
    case down
    /// All that are usable have as many requests as they may.
    case full
    /// All that are usable have been tried by this request.
    case tried
    /// The upstream has as many requests as it may.
    case limited
}

extension Upstream {
    /// Chooses the server of a request, and takes a place at it.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds of a monotonic clock.
    ///   - hash: What requests that belong together have in common: for ``Balance/consistentHash(loadBound:)``.
    ///   - sticky: The server that the client is bound to, by ``server(sticky:)``. It gets the request even while it is drained; where it is not
    ///     healthy, is full or has been tried, the request goes where others go.
    ///   - tried: Those that this request has been sent to already.
    ///   - random: The worker's own.
    package func pick(
        at now: UInt64,
        hash: UInt64? = nil,
        sticky: Server? = nil,
        tried: ServerSet = ServerSet(),
        using random: inout WorkerRandom
    ) -> Pick {
        if candidates.seen.load(ordering: .relaxed) != shared.changes.value
            || now >= candidates.nextLook.load(ordering: .relaxed)
        {
            look(at: now)
        }
        guard shared.active.enter(atMost: settings.limits.requests) else { return .limited }
        if tried.isEmpty { shared.budget.count(at: now) }
        if let sticky, !tried.contains(sticky.index), isUsable(sticky, at: now), take(sticky.index, .max) {
            return .server(sticky)
        }
        let preferred = candidates.preferred.load()
        let draw = Draw(hash: hash ?? random.next(), now: now, bound: bound())
        if let index = place(preferred.subtracting(tried), draw, &random) { return .server(servers[index]) }
        return spill(preferred, tried, draw, &random)
    }

    /// What a choice depends on.
    struct Draw {
        var hash: UInt64
        var now: UInt64
        /// Requests that a server may have for its weight, by the bound of consistent hashing.
        var bound: Double
    }

    /// Looks further where no preferred server has a place.
    @inline(never)
    private func spill(
        _ preferred: ServerSet,
        _ tried: ServerSet,
        _ draw: Draw,
        _ random: inout WorkerRandom
    ) -> Pick {
        let others = candidates.others.load()
        var unbound = draw
        unbound.bound = .infinity
        if let index = place(others.subtracting(tried), unbound, &random) { return .server(servers[index]) }
        // The bound is there for balance: it refuses nobody. All can be at it where some have been tried.
        if draw.bound < .infinity, let index = place(preferred.subtracting(tried), unbound, &random) {
            return .server(servers[index])
        }
        let usable = preferred.union(others)
        if usable.isEmpty, servers.count > 64, let index = place(settled().subtracting(tried), unbound, &random) {
            return .server(servers[index])
        }
        shared.active.leave()
        return usable.isEmpty ? .down : usable.subtracting(tried).isEmpty ? .tried : .full
    }

    /// The usable servers as they are while nobody replaces them.
    private func settled() -> ServerSet {
        shared.comparison.withLock { _ in candidates.preferred.load().union(candidates.others.load()) }
    }

    /// Chooses among servers until one has a place.
    @inline(__always)
    private func place(_ servers: ServerSet, _ draw: Draw, _ random: inout WorkerRandom) -> Int? {
        var left = servers
        var passedOver = -1
        let isSlow = draw.now < candidates.slowUntil.load(ordering: .relaxed)
        while !left.isEmpty {
            let index = choose(left, draw, &random)
            if isSlow, passesOver(index, draw, &random) {
                // It gets what nobody else can take.
                if passedOver < 0 { passedOver = index }
            } else if take(index, limit(index, draw)) {
                return index
            }
            left.remove(index)
        }
        return passedOver >= 0 && take(passedOver, limit(passedOver, draw)) ? passedOver : nil
    }

    @inline(__always)
    private func take(_ index: Int, _ limit: Int) -> Bool {
        let server = servers[index]
        return server.state.places.enter(atMost: min(limit, server.settings.maximumRequests))
    }

    /// Whether a client that is bound to a server may go to it.
    private func isUsable(_ server: Server, at now: UInt64) -> Bool {
        server.index < servers.count && servers[server.index] === server && server.health(at: now) == .healthy
    }

    // MARK: Bounded loads

    @inline(__always)
    private func bound() -> Double {
        guard case .consistentHash(let loadBound) = settings.balance else { return .infinity }
        // The request that is being placed is among the active ones already, as m + 1 in the paper.
        return max(1, loadBound) * Double(shared.active.count)
            / Double(max(1, candidates.weight.load(ordering: .relaxed)))
    }

    @inline(__always)
    private func limit(_ index: Int, _ draw: Draw) -> Int {
        guard draw.bound < .infinity else { return .max }
        return Int(min(1e9, draw.bound * Double(servers[index].settings.weight)).rounded(.up))
    }

    // MARK: Slow start

    /// Whether a server that became healthy a short while ago is left out this time. One mechanism for all policies: of the requests that a
    /// policy gives to the server, a growing share stays there. With consistent hashing that is a growing share of its keys.
    private func passesOver(_ index: Int, _ draw: Draw, _ random: inout WorkerRandom) -> Bool {
        let since = servers[index].state.usableSince(draw.now)
        let elapsed = draw.now > since ? draw.now - since : 0
        guard since != 0, elapsed < slowStart else { return false }
        let share = max(0.1, Double(elapsed) / Double(slowStart))
        if case .consistentHash = settings.balance {
            // Other bits of the hash than those that chose the server.
            return Double(WorkerRandom.mix(draw.hash ^ 0x736C_6F77) >> 11) * 0x1p-53 >= share
        }
        return random.unit() >= share
    }
}
