extension Topology {
    /// The preset of a rung. Addresses are of one machine; a file gives the real ones.
    public init(_ rung: Rung) {
        self.init(nodes: Topology.presetNodes(rung), engines: Topology.presetEngines(rung))
    }

    /// The rung that this topology stands on: the highest whose change it has made.
    ///
    /// A mixed topology may stand on a rung without having made every change below it.
    public var rung: Rung {
        Rung.allCases.last(where: hasMadeChange) ?? .laptop
    }

    private func hasMadeChange(of rung: Rung) -> Bool {
        switch rung {
        case .laptop: true
        case .server: nodes.contains { $0.role == .edge || $0.tls || $0.host != nil }
        case .scaleOut: engines.database.engine == .postgresql || webProcesses > 1
        case .sharedState: engines.sessions.engine == .redis || engines.cache.engine == .redis
        case .replicas: engines.database.replicas > 0
        case .contentAndEvents:
            engines.queue.engine.isServer || engines.search.engine.isServer || nodes.contains(where: \.caches)
        case .noSinglePointOfFailure: nodes.contains { $0.virtualAddress != nil } || engines.queue.members > 1
        case .services: nodes.contains { !$0.domains.isEmpty || $0.gateway != nil }
        case .shards: engines.database.shards > 1
        case .regions: regions.count > 1
        }
    }

    private static func presetEngines(_ rung: Rung) -> Engines {
        var engines = Engines()
        guard rung >= .scaleOut else { return engines }
        engines.database.engine = .postgresql
        engines.search = Engine(.postgresql)
        engines.cache = Engine(.none)
        if rung >= .sharedState {
            engines.sessions = Engine(.redis)
            engines.cache = Engine(.redis)
        }
        if rung >= .replicas {
            engines.database.replicas = 2
            engines.database.failover = .patroni
        }
        if rung >= .contentAndEvents {
            engines.queue = Engine(.nats)
            engines.search = Engine(.opensearch)
        }
        if rung >= .noSinglePointOfFailure {
            engines.sessions.members = 3
            engines.cache.members = 3
            engines.queue.members = 3
            engines.search.members = 3
        }
        if rung >= .shards { engines.database.shards = 4 }
        return engines
    }

    private static func presetNodes(_ rung: Rung) -> [NodeGroup] {
        func local(_ port: Int) -> Address { Address(host: "127.0.0.1", port: port) }
        let everywhere = Address(host: "0.0.0.0", port: 443)
        switch rung {
        case .laptop:
            return [NodeGroup(.all, address: local(8080), admin: local(9090))]
        case .server:
            return [
                NodeGroup(.edge, address: everywhere, admin: local(9090), host: "app.example", tls: true),
                NodeGroup(.all, address: local(8100), admin: local(9100)),
            ]
        case .regions:
            return [NodeGroup(.nameserver, count: 2, address: Address(host: "0.0.0.0", port: 53))]
                + regionNodes("east", virtualAddress: "192.0.2.10")
                + regionNodes("west", virtualAddress: "198.51.100.10")
        default:
            return climbedNodes(rung, edge: everywhere)
        }
    }

    private static func climbedNodes(_ rung: Rung, edge address: Address) -> [NodeGroup] {
        func local(_ port: Int) -> Address { Address(host: "127.0.0.1", port: port) }
        var edge = NodeGroup(.edge, address: address, admin: local(9090), host: "app.example", tls: true)
        edge.caches = rung >= .contentAndEvents
        if rung >= .noSinglePointOfFailure {
            edge.count = 2
            edge.virtualAddress = "192.0.2.10"
        }
        var nodes = [edge]
        if rung >= .services {
            nodes[0].gateway = .web
            var mobile = edge
            mobile.gateway = .mobile
            mobile.address.port = 8443
            mobile.admin = local(9095)
            nodes.append(mobile)
        }
        nodes.append(
            NodeGroup(.web, count: rung >= .noSinglePointOfFailure ? 3 : 2, address: local(8100), admin: local(9100))
        )
        nodes.append(
            NodeGroup(.worker, count: rung >= .contentAndEvents ? 2 : 1, address: local(8200), admin: local(9200))
        )
        return nodes
    }

    private static func regionNodes(_ region: String, virtualAddress: String) -> [NodeGroup] {
        climbedNodes(.shards, edge: Address(host: "0.0.0.0", port: 443)).map { group in
            var group = group
            group.region = region
            if group.virtualAddress != nil { group.virtualAddress = virtualAddress }
            return group
        }
    }
}
