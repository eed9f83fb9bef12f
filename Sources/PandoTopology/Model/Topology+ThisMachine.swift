extension Topology {
    /// A rung in the form in which it runs on one machine, to try it out and to test it: its edge listens on the loopback
    /// interface, without TLS and a host name, at ports that need no privileges.
    public static func onThisMachine(_ rung: Rung) -> Topology {
        var topology = Topology(rung)
        for index in topology.nodes.indices where topology.nodes[index].role == .edge {
            topology.nodes[index].address = Address(host: "127.0.0.1", port: 8080)
            topology.nodes[index].admin = nil
            topology.nodes[index].host = nil
            topology.nodes[index].tls = false
        }
        return topology
    }

    /// Where clients go: the first edge's address, or that of the first node that answers requests where there is no edge.
    public var site: NodeGroup? { nodes.first { $0.role == .edge } ?? nodes.first(where: \.role.servesWeb) }

    /// Whether all of it is one process.
    public var isOneProcess: Bool { nodes.count == 1 && nodes[0].count == 1 && nodes[0].role == .all }

    /// The same topology with other numbers of equal nodes; nil where more than that is different.
    ///
    /// - Parameter target: what it would become.
    public func changedInCounts(to target: Topology) -> Topology? {
        var expected = self
        guard nodes.count == target.nodes.count else { return nil }
        for index in nodes.indices where nodes[index].role.runsApp {
            expected.nodes[index].count = target.nodes[index].count
        }
        return expected == target ? target : nil
    }
}
