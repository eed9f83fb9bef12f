import Hummingbird
import PandoDatabase
import PandoTelemetry

/// The routes of a node with everything that stands before them.
struct NodeRoutes {
    let responder: RouterResponder<AppContext>
    let entries: [RouteTable.Entry]
    let gate: GateParts
}

extension NodeAssembly {
    /// Builds the router when every domain has registered: first the front, for middleware reaches only what is added
    /// after it, then the routes of each domain.
    ///
    /// - Throws: ``NodeError`` with code `duplicate` for routes that no request can tell apart; what a domain throws.
    func buildRoutes() throws -> NodeRoutes {
        let gate = makeGate()
        let fallback = Fallback(mounts: mounts)
        let front = Front(
            frontConfiguration,
            registry: metrics,
            traces: traces,
            admission: gate.admission,
            sessions: sessions,
            fallback: fallback
        )
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FrontMiddleware(front: front))
        let entries = try addRoutes(to: router)
        fallback.learn(entries)
        return NodeRoutes(responder: router.buildResponder(), entries: entries, gate: gate)
    }

    private func addRoutes(to router: Router<AppContext>) throws -> [RouteTable.Entry] {
        var entries: [RouteTable.Entry] = []
        for domain in domains {
            let table = RouteTable(router: router, domain: domain.name, after: entries)
            for add in domain.routes { try add(table.group()) }
            guard table.conflicts.isEmpty else {
                throw NodeError(.duplicate, table.conflicts.joined(separator: "; "))
            }
            entries = table.entries
        }
        do {
            try router.validate()
        } catch {
            throw NodeError(.duplicate, "routes clash: \(error)")
        }
        return entries
    }

    private var frontConfiguration: Front.Configuration {
        var front = Front.Configuration()
        front.limits = configuration.limits
        front.rateLimit = configuration.rateLimit
        front.trustedProxies = configuration.trustedProxies
        front.allowedOrigins = configuration.allowedOrigins
        front.security = configuration.security
        front.compresses = configuration.compressesResponses
        front.isTold = { [database] in database.isToldOf($0) }
        front.problems = ProblemMapper(problemMaps)
        return front
    }

    private func makeGate() -> GateParts {
        let admission = AdmissionController(
            criticalPaths: configuration.criticalPaths,
            sheds: configuration.shedsOverload
        )
        admission.register(in: metrics)
        let gate = GateParts(limits: configuration.limits, admission: admission, metrics: GateMetrics(metrics))
        let connections = gate.connections
        metrics.collect("pando_http_connections", help: "Open connections of the service", kind: .gauge) {
            [(labels: [], value: Double(connections.open))]
        }
        return gate
    }
}
