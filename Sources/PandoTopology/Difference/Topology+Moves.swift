extension Topology {
    /// The moves that lead from this topology to another, in the order in which they must be made; empty where nothing changes.
    ///
    /// Nodes that go are taken away before state moves and nodes that come are added after it, so that no state is ever
    /// shared by more processes than its engine allows: before sessions return to a process there is one process, and
    /// before there are two the sessions have left it.
    public func moves(to target: Topology) -> [Move] {
        let state = databaseMoves(to: target) + engineMoves(to: target)
        let nodes = nodeMoves(to: target)
        let shape = shapeMoves(to: target)
        return target.appProcesses < appProcesses ? nodes + shape + state : state + shape + nodes
    }

    private func databaseMoves(to target: Topology) -> [Move] {
        let (old, new) = (engines.database, target.engines.database)
        var moves: [Move] = []
        if old.place != new.place { moves.append(Move(.database, from: old.place, to: new.place)) }
        if old.copies != new.copies { moves.append(Move(.replicas, from: old.copies, to: new.copies)) }
        if old.shards != new.shards { moves.append(Move(.shards, from: "\(old.shards)", to: "\(new.shards)")) }
        return moves
    }

    private func engineMoves(to target: Topology) -> [Move] {
        var moves: [Move] = []
        func compare<Kind>(_ subject: Move.Subject, _ old: Engine<Kind>, _ new: Engine<Kind>) {
            if old != new { moves.append(Move(subject, from: old.title, to: new.title)) }
        }
        compare(.sessions, engines.sessions, target.engines.sessions)
        compare(.cache, engines.cache, target.engines.cache)
        compare(.queue, engines.queue, target.engines.queue)
        compare(.search, engines.search, target.engines.search)
        return moves
    }

    private func shapeMoves(to target: Topology) -> [Move] {
        func placement(_ topology: Topology) -> String {
            let groups = topology.nodes.filter { !$0.domains.isEmpty }
            return groups.isEmpty
                ? "together" : groups.map { $0.domains.sorted().joined(separator: "+") }.joined(separator: ", ")
        }
        func places(_ topology: Topology) -> String {
            topology.regions.isEmpty ? "one" : topology.regions.joined(separator: ", ")
        }
        var moves: [Move] = []
        if placement(self) != placement(target) {
            moves.append(Move(.domains, from: placement(self), to: placement(target)))
        }
        if places(self) != places(target) { moves.append(Move(.regions, from: places(self), to: places(target))) }
        return moves
    }

    /// One move a group that differs, matched by title; groups that come last.
    private func nodeMoves(to target: Topology) -> [Move] {
        var left = target.nodes
        var moves: [Move] = []
        for group in nodes {
            guard let index = left.firstIndex(where: { $0.title == group.title }) else {
                moves.append(Move(.nodes, from: group.summary, to: "none"))
                continue
            }
            let match = left.remove(at: index)
            if match != group { moves.append(Move(.nodes, from: group.summary, to: match.summary)) }
        }
        return moves + left.map { Move(.nodes, from: "none", to: $0.summary) }
    }
}

extension DatabaseEngine {
    fileprivate var place: String {
        let detail = engine == .sqlite ? path : address?.description
        return detail.map { "\(engine.rawValue) \($0)" } ?? engine.rawValue
    }

    fileprivate var copies: String {
        replicas == 0 ? "none" : "\(replicas)" + (failover == .none ? "" : " with \(failover.rawValue)")
    }
}

extension Engine {
    fileprivate var title: String {
        let place = address.map { " \($0)" } ?? ""
        return members > 1 ? "\(engine.rawValue)\(place) × \(members)" : engine.rawValue + place
    }
}

extension NodeGroup {
    /// `2 × web at 127.0.0.1:8100`, with what else is set.
    public var summary: String {
        var text = "\(count) × \(title) at \(address)"
        if let admin { text += ", admin \(admin)" }
        if let host { text += ", host \(host)" }
        if tls { text += ", TLS" + (certificate.map { " with \($0)" } ?? "") }
        if let virtualAddress { text += ", virtual address \(virtualAddress)" }
        if caches { text += ", caches" }
        if let gateway { text += ", gateway for \(gateway.rawValue)" }
        return text
    }
}
