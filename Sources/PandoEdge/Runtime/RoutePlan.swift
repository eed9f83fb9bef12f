import PandoTopology

/// A route of a generation as workers need it.
final class RoutePlan: Sendable {
    /// What happens to its requests.
    enum Action: Sendable {
        case upstream(UpstreamPlan)
        /// Upstreams with the sums of the shares up to them, and what keeps a client with its own.
        case split([(upTo: Int, plan: UpstreamPlan)], by: EdgeConfiguration.HashKey?)
        case redirect(status: Int, to: TargetTemplate)
        case respond(EdgeConfiguration.FixedResponse)
        case files(FileFolder)
    }

    let name: String
    /// The name of its gateway.
    let gateway: String?
    let action: Action
    /// Who gets copies of its requests, and how many of a hundred; nil for nobody.
    let mirror: (plan: UpstreamPlan, percent: Int)?
    /// What becomes of the path for the servers; nil for nothing.
    let rewrite: TargetTemplate?
    let requestChanges: EdgeConfiguration.HeaderChanges?
    let responseChanges: EdgeConfiguration.HeaderChanges?
    let retries: EdgeConfiguration.Retries?
    let timeouts: WaitLimits?
    /// Which certificate clients must show; nil for none.
    let mutualTLS: EdgeConfiguration.MutualTLS?
    /// What pages of other origins may do; nil for what the servers say.
    let crossOrigin: CrossOrigin?
    /// Which tokens requests must bear; nil for none.
    let tokens: TokenVerifier?
    /// Fields that the edge alone tells servers; nil for none.
    let guardedFields: [String]?
    /// What requests are held to; nil for nothing.
    let description: OpenAPIPlan?
    /// Which members of JSON responses are passed on; nil for all.
    let shape: ShapeRules?
    /// Of the route, then of its gateway.
    let rates: [RateLimit]
    /// Those by the subject of the token.
    let subjectRates: [RateLimit]
    /// Of the route, then of its gateway.
    let admissions: [Admission]
    /// How important its requests are; 0 is the most.
    let rank: Int
    private let limits: RequestLimits
    let meter: EdgeMetrics.RouteMeter
    /// What its gateway promises.
    let objectives: [ObjectiveMeter]
    /// Bytes of a request's body; `.max` for the listener's limit.
    let bodyBytes: Int
    /// What of its answers is stored, and how; nil for nothing.
    let cacheRules: CacheRules?
    /// Which responses are compressed; nil for none.
    let compression: CompressionRules?

    init(
        _ placed: EdgeConfiguration.PlacedRoute,
        _ group: GatewayPlan?,
        _ upstreams: [String: UpstreamPlan],
        _ store: EdgeConfiguration.CacheStore?,
        _ keys: [KeySource],
        adopting previous: RoutePlan?,
        _ metrics: EdgeMetrics
    ) throws(EdgeIssue) {
        let route = placed.route
        name = route.name ?? route.path.description
        gateway = placed.gateway
        objectives = group?.objectives ?? []
        meter = metrics.meter(gateway: gateway, route: name)
        action = try Self.action(route, upstreams, placed.keyPath)
        mirror = try route.mirror.map { mirror throws(EdgeIssue) in
            guard let plan = upstreams[mirror.upstream] else {
                throw EdgeIssue(.error, placed.keyPath, "there is no upstream '\(mirror.upstream)'", "define it")
            }
            return (plan, mirror.percent)
        }
        rewrite = route.rewrite.map { TargetTemplate($0, of: route.path) }
        mutualTLS = route.mutualTLS
        crossOrigin = route.cors.map(CrossOrigin.init)
        description = try route.openAPI.map { openAPI throws(EdgeIssue) in
            try OpenAPIPlan.load(openAPI, adopting: previous?.description, placed.keyPath)
        }
        shape = route.shape.map(ShapeRules.init)
        requestChanges = route.requestHeaders.isEmpty ? nil : route.requestHeaders
        responseChanges = route.responseHeaders.isEmpty ? nil : route.responseHeaders
        retries = route.retries
        timeouts = route.timeouts.map(WaitLimits.init)
        tokens = route.jwt.flatMap { jwt in
            keys.first { $0.place == jwt.keys }.map { TokenVerifier(jwt, $0, adopting: previous?.tokens) }
        }
        let told = (tokens?.fields ?? []) + (route.mutualTLS?.forward.map { [$0.lowercased()] } ?? [])
        guardedFields = told.isEmpty ? nil : told
        let own = RequestLimits(route.limits, adopting: previous?.limits)
        limits = own
        let all = own.rates + (group?.limits.rates ?? [])
        rates = all.filter { $0.configured.by != .subject }
        subjectRates = all.filter { $0.configured.by == .subject }
        admissions = [own.admission, group?.limits.admission].compactMap(\.self)
        let priority = route.limits.priority == .normal ? group?.priority ?? .normal : route.limits.priority
        rank = priority.rank
        compression = route.compression.map(CompressionRules.init)
        bodyBytes = min(route.limits.bodyBytes ?? .max, group?.bodyBytes ?? .max)
        cacheRules = route.cache.map { CacheRules($0, store ?? .init()) }
    }

    private static func action(
        _ route: EdgeConfiguration.Route,
        _ upstreams: [String: UpstreamPlan],
        _ keyPath: String
    ) throws(EdgeIssue) -> Action {
        func plan(_ name: String) throws(EdgeIssue) -> UpstreamPlan {
            if let plan = upstreams[name] { return plan }
            throw EdgeIssue(.error, keyPath, "there is no upstream '\(name)'", "define it under upstreams")
        }
        switch route.action {
        case .upstream(let name): return .upstream(try plan(name))
        case .split(let split):
            var (sum, parts) = (0, [(upTo: Int, plan: UpstreamPlan)]())
            for part in split.parts where part.weight > 0 {
                sum += part.weight
                parts.append((sum, try plan(part.upstream)))
            }
            return .split(parts, by: split.by)
        case .redirect(let redirect):
            return .redirect(status: redirect.status, to: TargetTemplate(redirect, of: route.path))
        case .respond(let response): return .respond(response)
        case .files(let files): return .files(try FileFolder(files, route, keyPath))
        }
    }
}

/// What bounds the requests of a route, or of a gateway, with what has been counted.
struct RequestLimits: Sendable {
    let rates: [RateLimit]
    let admission: Admission?

    /// - Parameter previous: Those of the generation before. A reload forgives nobody: limits that have not changed keep their counts.
    init(_ configured: EdgeConfiguration.RouteLimits, adopting previous: RequestLimits?) {
        rates = configured.rate.map { rate in previous?.rates.first { $0.configured == rate } ?? RateLimit(rate) }
        admission = configured.concurrency.map { wanted in
            if let old = previous?.admission, old.configured == wanted { return old }
            return Admission(wanted)
        }
    }
}

/// What the routes of a gateway have in common.
final class GatewayPlan: Sendable {
    let name: String
    let limits: RequestLimits
    let bodyBytes: Int
    let priority: EdgeConfiguration.Priority
    let objectives: [ObjectiveMeter]

    init(_ gateway: EdgeConfiguration.Gateway, adopting previous: GatewayPlan?, _ metrics: EdgeMetrics) {
        name = gateway.name
        limits = RequestLimits(gateway.limits, adopting: previous?.limits)
        bodyBytes = gateway.limits.bodyBytes ?? .max
        priority = gateway.limits.priority
        // A reload forgets nothing of what is promised as before.
        objectives = gateway.objectives.promises.map { promise, target in
            previous?.objectives.first { $0.promise == promise && $0.targetPercent == target }
                ?? metrics.meter(promise, target, of: gateway.name)
        }
    }
}

extension EdgeConfiguration.Objectives {
    /// What is promised, and of how many of a hundred requests.
    fileprivate var promises: [(ObjectiveMeter.Promise, Double)] {
        [
            latency.map { (.latency($0.wholeNanoseconds), latencyPercent) },
            availabilityPercent.map { (.availability, $0) },
        ].compactMap(\.self)
    }
}

/// A rate limit with its counts.
final class RateLimit: Sendable {
    let configured: EdgeConfiguration.RateLimit
    private let buckets: TokenBuckets?
    private let windows: SlidingWindows?

    init(_ configured: EdgeConfiguration.RateLimit) {
        self.configured = configured
        let seconds = Double(configured.per.wholeNanoseconds) / 1e9
        switch configured.method {
        case .tokenBucket:
            windows = nil
            buckets = TokenBuckets(
                ratePerSecond: Double(configured.requests) / seconds,
                burst: configured.burst,
                capacity: configured.keys
            )
        case .slidingWindow:
            buckets = nil
            windows = SlidingWindows(
                limit: configured.requests,
                per: configured.per,
                capacity: configured.keys
            )
        }
    }

    func take(_ key: UInt64, at now: UInt64) -> RateDecision {
        if let buckets { return buckets.take(of: key, at: now) }
        return windows?.take(of: key, at: now) ?? RateDecision(isAllowed: true, remaining: 0, retryAfter: 0)
    }
}
