import PandoDashboard
import PandoTopology

extension ServicePlace {
    /// What the dashboard says about the topology.
    func dashboardFacts(app: String) -> DashboardFacts {
        let engines = topology.engines
        return DashboardFacts(
            app: app,
            version: Release.version,
            rung: topology.rung.rawValue,
            rungName: topology.rung.name,
            nodes: topology.nodes.map {
                DashboardFacts.Node(name: $0.title, role: $0.role.rawValue, address: $0.address.description)
            },
            engines: [
                DashboardFacts.Engine(
                    block: "database",
                    name: engines.database.engine.rawValue,
                    detail: database.description
                ),
                DashboardFacts.Engine(block: "sessions", name: engines.sessions.engine.rawValue),
                DashboardFacts.Engine(block: "cache", name: engines.cache.engine.rawValue),
                DashboardFacts.Engine(block: "queue", name: engines.queue.engine.rawValue),
                DashboardFacts.Engine(block: "search", name: engines.search.engine.rawValue),
            ]
        )
    }
}
