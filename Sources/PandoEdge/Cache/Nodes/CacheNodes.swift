import PandoTopology

/// The caches that this one belongs together with: the nodes of a CDN, of which each keeps a share of all URIs, and a shield in front
/// of the origin.
///
/// A miss goes to the node that keeps the URI, from there to the shield, and from there to the origin. It cannot go round in circles: a
/// request that another node sends goes to no further node, and one that has been here before is refused, as each node notes itself in
/// CDN-Loop (RFC 8586).
final class CacheNodes: Sendable {
    /// What this node is called in CDN-Loop.
    let name: String
    /// The nodes as an upstream, by their places in the configuration; nil where there is none but this.
    let plan: UpstreamPlan?
    let shield: UpstreamPlan?
    private let addresses: [Address]
    /// In lower case.
    private let names: [String]
    private let ownName: String
    private let own: Int
    private let shares: Rendezvous

    /// What the nodes are called as an upstream, which no upstream of a configuration can be.
    static let upstreamName = "cache.nodes"

    init?(
        _ store: EdgeConfiguration.CacheStore?,
        _ plan: UpstreamPlan?,
        shield: UpstreamPlan?,
        adopting old: CacheNodes?
    ) {
        guard let store, plan != nil || shield != nil else { return nil }
        self.plan = plan
        self.shield = shield
        // A shield alone needs no name that others know.
        name = store.node?.description ?? old?.name ?? "pando-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        ownName = name.lowercased()
        addresses = store.nodes
        names = store.nodes.map { $0.description.lowercased() }
        own = store.node.flatMap { store.nodes.firstIndex(of: $0) } ?? -1
        shares = Rendezvous(plan?.upstream.servers.map(\.settings) ?? [])
    }

    /// Whether a node has still to hear of a purge that this one knows of.
    func isBehind(_ index: Int, _ relay: PurgeRelay?) -> Bool { relay?.isBehind(addresses[index]) ?? false }

    /// The other node that keeps a URI; nil where it is this one. A node that is down or drained has its share kept by the others.
    func keeper(of uri: [UInt8], at now: UInt64) -> Int? {
        guard let plan else { return nil }
        var nodes = ServerSet()
        for server in plan.upstream.servers
        where server.index == own || !server.isDraining && server.health(at: now) == .healthy {
            nodes.insert(server.index)
        }
        let hash = uri.withUnsafeBufferPointer { StableHash.of($0) }
        let chosen = shares.choose(hash, among: nodes)
        return chosen < 0 || chosen == own ? nil : chosen
    }

    /// All but one, as those that a request is not sent to.
    func others(than index: Int) -> ServerSet {
        var set = ServerSet()
        for server in plan?.upstream.servers ?? [] where server.index != index { set.insert(server.index) }
        return set
    }

    // MARK: CDN-Loop

    /// Where a request has been.
    enum Passage {
        /// It comes from a client.
        case none
        /// Another of the nodes has sent it.
        case node
        /// It has been here before.
        case here
    }

    /// Where a request has been, by its CDN-Loop.
    func passage(of request: Head) -> Passage {
        var found = Passage.none
        for field in request.fields
        where field.id == .other && ByteText.isEqual(request.bytes(field.name), ignoringCaseOf: "cdn-loop") {
            for element in ListElements(request, field.value) {
                let bytes = request.bytes(element)
                let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
                let identifier = ByteText.lowercased(ByteText.trimmed(UnsafeBufferPointer(rebasing: bytes[..<end])))
                if identifier == ownName { return .here }
                if names.contains(identifier) { found = .node }
            }
        }
        return found
    }

    /// Notes in a request that it has been here.
    func mark(_ request: Head) { request.add(name: "cdn-loop", name) }
}

extension EdgeConfiguration {
    /// All upstreams, and the cache nodes as the last.
    var upstreamsWithNodes: [Upstream] { upstreams + (cache?.nodesUpstream.map { [$0] } ?? []) }
}

extension EdgeConfiguration.CacheStore {
    /// The nodes as an upstream; nil where there are none.
    var nodesUpstream: EdgeConfiguration.Upstream? {
        guard !nodes.isEmpty else { return nil }
        var upstream = EdgeConfiguration.Upstream(
            name: CacheNodes.upstreamName,
            servers: nodes.map { EdgeConfiguration.Server(.tcp($0)) }
        )
        // A node is there to be quicker than the origin: what it does not do soon is done without it.
        upstream.timeouts.connect = .milliseconds(500)
        upstream.retries.attempts = 0
        upstream.panicThreshold = 0
        upstream.outliers?.maximumEjectedPercent = 100
        return upstream
    }
}
