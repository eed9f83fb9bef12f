import Synchronization

extension Upstream {
    /// The choice of the policy among servers, one at least.
    @inline(__always)
    func choose(_ servers: ServerSet, _ draw: Draw, _ random: inout WorkerRandom) -> Int {
        switch settings.balance {
        case .powerOfTwo: twoChoices(servers, at: draw.now, &random)
        case .roundRobin: servers.member(at: Int(turn() % UInt64(servers.count)))
        case .weighted: turnByWeight(servers)
        case .leastConnections: least(servers, &random)
        case .consistentHash: rendezvous.choose(draw.hash, among: servers)
        }
    }

    @inline(__always)
    private func turn() -> UInt64 { shared.turns.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// Smooth weighted turns without state of the servers: the multiples of the golden ratio, modulo 1, fill the unit interval evenly, and the gaps
    /// between the visits to any part of it have three lengths at most (Sós 1957, the three-gap theorem). A server's part is its share of the
    /// weight. nginx's smooth turns come to the same, at the price of a lock around a counter for each server.
    private func turnByWeight(_ servers: ServerSet) -> Int {
        var total = 0
        servers.forEach { total += self.servers[$0].settings.weight }
        let fraction = turn() &* 0x9E37_79B9_7F4A_7C15
        let place = fraction.multipliedFullWidth(by: UInt64(total)).high
        return member(at: Int(truncatingIfNeeded: place), of: servers)
    }

    /// The server whose part of the summed weights a number lies in.
    @inline(__always)
    private func member(at place: Int, of servers: ServerSet) -> Int {
        var left = place
        let member = servers.first { index in
            left -= self.servers[index].settings.weight
            return left < 0
        }
        // A server without weight is in no set.
        return member ?? servers.member(at: 0)
    }

    /// The one with the fewest requests for its weight; of several any.
    private func least(_ servers: ServerSet, _ random: inout WorkerRandom) -> Int {
        var best = -1
        var lowest = Double.infinity
        var equal = 1
        servers.forEach { index in
            let server = self.servers[index]
            let load = Double(server.state.places.counts.active + 1) / Double(max(1, server.settings.weight))
            if load < lowest {
                (best, lowest, equal) = (index, load, 1)
            } else if load == lowest {
                equal += 1
                if random.below(equal) == 0 { best = index }
            }
        }
        return best
    }

    /// The better of two different ones, drawn by weight.
    @inline(__always)
    private func twoChoices(_ servers: ServerSet, at now: UInt64, _ random: inout WorkerRandom) -> Int {
        let count = servers.count
        if count == 1 { return servers.member(at: 0) }
        var one: Int
        var other: Int
        if weights == nil {
            one = random.below(count)
            other = random.below(count - 1)
            if other >= one { other += 1 }
            one = servers.member(at: one)
            other = servers.member(at: other)
        } else {
            var rest = servers
            one = drawByWeight(rest, &random)
            rest.remove(one)
            other = drawByWeight(rest, &random)
        }
        let now = averagesTime(now)
        return cost(one, now) <= cost(other, now) ? one : other
    }

    private func drawByWeight(_ servers: ServerSet, _ random: inout WorkerRandom) -> Int {
        var total = 0
        servers.forEach { total += self.servers[$0].settings.weight }
        return member(at: random.below(total), of: servers)
    }

    @inline(__always)
    private func cost(_ index: Int, _ now: UInt64) -> Double {
        let state = servers[index].state
        return state.latency.cost(state.places.counts, weight: weights?[index] ?? 1, at: now, decay)
    }
}
