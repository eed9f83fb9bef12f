import PandoTopology

/// One loaded configuration, made ready for the workers. It never changes; what was learned of servers and counted against limits is
/// in objects that the next generation takes over.
final class Generation: Sendable {
    /// Counts up with every reload.
    let number: Int
    let configuration: EdgeConfiguration
    let table: RouteTable
    /// By the places in ``table``.
    let routes: [RoutePlan]
    /// What is refused before anything else; nil for nothing.
    let deny: DenyGate?
    let gateways: [GatewayPlan]
    /// By the places of the listeners; nil where one speaks no TLS.
    let tlsContexts: [TLSContext?]
    /// By the places of the listeners; nil where one speaks HTTP.
    let relays: [RelayPlan?]
    /// By their numbers.
    let upstreams: [UpstreamPlan]
    /// Where the keys of tokens come from.
    let keys: [KeySource]
    /// What all routes store; the first that a generation has is that of all after it.
    let cache: HTTPCache?
    /// The caches that this one belongs together with; nil where it is alone.
    let nodes: CacheNodes?
    /// What purges bear that come where clients come; nil where none may.
    let purgeToken: [UInt8]?

    /// - Throws: ``EdgeConfigurationError`` with all that this edge cannot do yet.
    init(
        _ configuration: EdgeConfiguration,
        adopting previous: Generation?,
        _ metrics: EdgeMetrics,
        _ resolver: NameResolver,
        at now: UInt64
    ) throws(EdgeConfigurationError) {
        var issues = configuration.unsupported
        var contexts: [TLSContext?] = []
        for (index, listener) in configuration.listeners.enumerated() {
            do throws(EdgeIssue) {
                contexts.append(try Self.tls(listener, configuration, at: "listeners[\(index)]", adopting: previous))
            } catch {
                issues.append(error)
            }
        }
        var plans: [String: UpstreamPlan] = [:]
        var upstreams: [UpstreamPlan] = []
        for (number, configured) in configuration.upstreamsWithNodes.enumerated() {
            let old = previous?.upstreams.first { $0.name == configured.name }
            do throws(EdgeIssue) {
                let plan = try UpstreamPlan(configured, number: number, adopting: old, metrics, resolver, at: now)
                plans[configured.name] = plan
                upstreams.append(plan)
            } catch {
                issues.append(error)
            }
        }
        let keys = KeySource.all(of: configuration, adopting: previous?.keys ?? [], &issues)
        if !issues.isEmpty { throw EdgeConfigurationError(issues) }
        let table = RouteTable(configuration)
        let gateways = configuration.gateways.map { gateway in
            GatewayPlan(gateway, adopting: previous?.gateways.first { $0.name == gateway.name }, metrics)
        }
        var routes: [RoutePlan] = []
        for placed in table.routes {
            let place = previous?.table.routes.firstIndex { $0.keyPath == placed.keyPath }
            do throws(EdgeIssue) {
                let old = place.flatMap { previous?.routes[$0] }
                let gateway = placed.gateway.flatMap { name in gateways.first { $0.name == name } }
                routes.append(
                    try RoutePlan(placed, gateway, plans, configuration.cache, keys, adopting: old, metrics)
                )
            } catch {
                issues.append(error)
            }
        }
        if !issues.isEmpty { throw EdgeConfigurationError(issues) }
        if let kept = previous?.cache { cache = kept } else { cache = try Self.openCache(configuration.cache) }
        let store = configuration.cache
        let shield = store?.shield.flatMap { plans[$0] }
        nodes = CacheNodes(store, plans[CacheNodes.upstreamName], shield: shield, adopting: previous?.nodes)
        purgeToken = store?.purgeToken?.value()
        number = (previous?.number ?? 0) + 1
        self.configuration = configuration
        self.table = table
        self.gateways = gateways
        deny = DenyGate(configuration)
        tlsContexts = contexts
        relays = configuration.listeners.map { $0.proto.isHTTP ? nil : RelayPlan($0, plans, metrics) }
        self.routes = routes
        self.keys = keys
        self.upstreams = upstreams
    }

    private static func openCache(
        _ store: EdgeConfiguration.CacheStore?
    ) throws(EdgeConfigurationError) -> HTTPCache? {
        guard let store else { return nil }
        do throws(DiskError) {
            return try HTTPCache(HTTPCache.Configuration(store))
        } catch {
            let problem = "the folder cannot be used: \(error)"
            let issue = EdgeIssue(.error, "cache.folder", problem, "choose one that the edge may write to")
            throw EdgeConfigurationError([issue])
        }
    }
}

extension EdgeConfiguration {
    /// What the file may say and this edge cannot do yet: refused at the start instead of being left out.
    package var unsupported: [EdgeIssue] {
        var issues: [EdgeIssue] = []
        func refuse(_ condition: Bool, _ keyPath: String, _ what: String) {
            guard condition else { return }
            issues.append(EdgeIssue(.error, keyPath, "\(what) cannot be done yet by this version", "leave it out"))
        }
        for (index, listener) in listeners.enumerated() {
            let path = "listeners[\(index)]"
            refuse(listener.proto == .https && listener.minimumTLS < .tls12, path, "TLS before version 1.2")
        }
        for upstream in upstreams {
            let path = "upstreams.\(upstream.name)"
            refuse(upstream.http != .http1, path, "HTTP/2 to servers")
        }
        return issues
    }
}
