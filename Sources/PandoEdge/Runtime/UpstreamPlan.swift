import PandoTopology

/// An upstream of a generation as workers need it: whom to choose, where the servers are, and what to wait for.
final class UpstreamPlan: Sendable {
    let upstream: Upstream
    /// By the servers' indexes.
    let addresses: [SocketAddress]
    /// What the configuration calls them.
    let endpoints: [EdgeConfiguration.Endpoint]
    let timeouts: WaitLimits
    let retries: EdgeConfiguration.Retries
    let keepAlive: EdgeConfiguration.KeepAlive
    /// How many requests may wait for a server, and how long.
    let waiting: (places: Int, time: UInt64)
    /// After what time a slow request of a safe method is sent to another server too; `.max` for never.
    let hedgeDelay: UInt64
    let meter: EdgeMetrics.UpstreamMeter
    /// Where its health is asked for, if not at the servers themselves.
    let probeAddress: SocketAddress?
    /// What requests that belong together have in common; nil where the choice does not depend on it.
    let hashKey: EdgeConfiguration.HashKey?
    /// The cookie that binds clients to servers; nil for none.
    let sticky: StickyBinding?
    /// TLS to the servers; nil for none.
    let tls: UpstreamTLS?
    /// What begins each connection to a server.
    let proxyProtocol: EdgeConfiguration.ProxyProtocol

    var name: String { upstream.name }

    /// - Throws: ``EdgeIssue`` where the name of a server means nothing to the resolver, or a file of TLS is of no use.
    init(
        _ configured: EdgeConfiguration.Upstream,
        number: Int,
        adopting previous: UpstreamPlan?,
        _ metrics: EdgeMetrics,
        _ resolver: NameResolver,
        at now: UInt64
    ) throws(EdgeIssue) {
        var addresses: [SocketAddress] = []
        for (index, server) in configured.servers.enumerated() {
            let keyPath = "upstreams.\(configured.name).servers[\(index)]"
            let known = previous?.endpoints.firstIndex(of: server.endpoint).map { previous?.addresses[$0] } ?? nil
            addresses.append(try resolver.address(server.endpoint, known: known, keyPath))
        }
        self.addresses = addresses
        endpoints = configured.servers.map(\.endpoint)
        if let endpoint = configured.health?.endpoint {
            probeAddress = try Self.resolve(endpoint, "upstreams.\(configured.name).health.address")
        } else {
            probeAddress = nil
        }
        if let wanted = configured.tls { tls = try UpstreamTLS(wanted, configured) } else { tls = nil }
        proxyProtocol = configured.proxyProtocol
        timeouts = WaitLimits(configured.timeouts)
        retries = configured.retries
        keepAlive = configured.keepAlive
        waiting = (configured.limits.pending, configured.limits.pendingTimeout.wholeNanoseconds)
        if case .hash(let key) = configured.balance { hashKey = key } else { hashKey = nil }
        hedgeDelay = configured.hedge?.after.wholeNanoseconds ?? .max
        var settings = Upstream.Settings(configured)
        let share = Double(configured.hedge?.budgetPercent ?? 0) / 100
        settings.hedges = RetrySettings(share: share, minimumPerSecond: 1)
        if case .sticky(let sticky) = configured.balance {
            settings.sticky = try StickyBinding.cookie(sticky, "upstreams.\(configured.name).balance.sticky")
        }
        upstream = Upstream(
            name: configured.name,
            number: number,
            servers: configured.servers.map { Server.Settings($0, limits: configured.limits) },
            settings: settings,
            adopting: previous?.upstream,
            at: now
        )
        sticky = if case .sticky(let wanted) = configured.balance { StickyBinding(wanted, upstream) } else { nil }
        meter = metrics.meter(upstream)
    }

    static func resolve(_ endpoint: EdgeConfiguration.Endpoint, _ keyPath: String) throws(EdgeIssue) -> SocketAddress {
        switch endpoint {
        case .unix(let path):
            if let address = SocketAddress(host: path, port: 0) { return address }
            throw EdgeIssue(.error, keyPath, "'\(path)' is no absolute path of a socket", "use at most 107 bytes")
        case .tcp(let address):
            if let resolved = SocketAddress(host: address.host, port: address.port) { return resolved }
            if let resolved = SocketAddress(resolving: address.host, port: address.port) { return resolved }
            throw EdgeIssue(.error, keyPath, "no address is known for the host '\(address.host)'", "check its name")
        }
    }
}

/// What is waited for, in nanoseconds; `.max` is for ever.
struct WaitLimits: Sendable {
    var connect: UInt64
    var perTry: UInt64
    var total: UInt64
    var idle: UInt64

    init(_ timeouts: EdgeConfiguration.Timeouts) {
        connect = timeouts.connect.wholeNanoseconds
        perTry = timeouts.perTry?.wholeNanoseconds ?? .max
        total = timeouts.total?.wholeNanoseconds ?? .max
        idle = timeouts.idle.wholeNanoseconds
    }
}

extension Server.Settings {
    init(_ server: EdgeConfiguration.Server, limits: EdgeConfiguration.UpstreamLimits) {
        let address: ServerAddress =
            switch server.endpoint {
            case .unix(let path): .unix(path)
            case .tcp(let address): .host(address.host, port: UInt16(address.port))
            }
        self.init(
            address,
            weight: server.weight,
            isBackup: server.backup,
            isLocal: server.local,
            maximumConnections: limits.connections,
            maximumRequests: server.maximumConnections ?? limits.connections
        )
    }
}

extension Upstream.Settings {
    init(_ configured: EdgeConfiguration.Upstream) {
        let balance: Balance =
            switch configured.balance {
            case .leastTime: .powerOfTwo()
            case .roundRobin: .weighted
            case .leastConnections: .leastConnections
            case .random: .weighted
            case .hash: .consistentHash()
            case .sticky: .powerOfTwo()
            }
        self.init(
            balance: balance,
            prefersLocal: configured.servers.contains { $0.local },
            slowStart: configured.slowStart,
            panicThreshold: Double(configured.panicThreshold) / 100,
            activeHealth: configured.health.map {
                ActiveHealth.Settings(rise: $0.rise, fall: $0.fall, isFailClosed: $0.failClosed)
            },
            outliers: configured.outliers.map(OutlierSettings.init),
            limits: UpstreamLimits(
                connections: configured.limits.connections * configured.servers.count,
                requests: configured.limits.requests
            ),
            retries: RetrySettings(share: Double(configured.retries.budgetPercent) / 100, minimumPerSecond: 3)
        )
    }
}

extension OutlierSettings {
    init(_ configured: EdgeConfiguration.Outliers) {
        self.init(
            errorsInARow: configured.failures,
            interval: configured.window,
            minimumRequests: 20,
            failureMargin: configured.failurePercent.map { Double($0) / 100 },
            latencyFactor: configured.latencyFactor.map(Double.init),
            ejection: configured.ejection,
            maximumEjection: configured.ejection * 10,
            maximumShare: Double(configured.maximumEjectedPercent) / 100
        )
    }
}
