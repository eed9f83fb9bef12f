import PandoTopology

/// Where the connections of a listener of `tcp` or `tlsPassthrough` go, in one generation.
final class RelayPlan: Sendable {
    /// An upstream, with what its connections count in.
    struct Way: Sendable {
        let upstream: UpstreamPlan
        let meter: RelayMeter
    }

    /// For names that no rule is for, for clients that say none, and for bytes that are not looked at; nil for nowhere.
    let rest: Way?
    /// What connections count in that go nowhere.
    let unrouted: RelayMeter
    private let exact: [String: Way]
    /// By what follows the asterisk, with the dot; the longest first.
    private let below: [(suffix: String, way: Way)]

    /// - Parameter upstreams: By their names; those that the listener speaks of are among them.
    init(
        _ listener: EdgeConfiguration.Listener,
        _ upstreams: [String: UpstreamPlan],
        _ metrics: EdgeMetrics
    ) {
        let place = listener.endpoint.description
        func way(_ name: String?) -> Way? {
            guard let name, let plan = upstreams[name] else { return nil }
            return Way(upstream: plan, meter: metrics.relays.meter(listener: place, upstream: name))
        }
        rest = way(listener.upstream)
        unrouted = metrics.relays.meter(listener: place, upstream: "")
        var exact: [String: Way] = [:]
        var below: [(suffix: String, way: Way)] = []
        for rule in listener.names {
            guard let way = way(rule.upstream) else { continue }
            for host in rule.hosts {
                if host.hasPrefix("*.") { below.append((String(host.dropFirst()), way)) } else { exact[host] = way }
            }
        }
        self.exact = exact
        self.below = below.sorted { $0.suffix.utf8.count > $1.suffix.utf8.count }
    }

    /// Where a name goes, which is in lower case; nil for nowhere.
    func way(of name: String?) -> Way? {
        guard var name else { return rest }
        // A name at the root is the same name (RFC 6066 §3 has it without the dot).
        if name.hasSuffix(".") { name.removeLast() }
        if let way = exact[name] { return way }
        for (suffix, way) in below where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count { return way }
        return rest
    }
}

extension Generation {
    /// Where the connections of a listener of this generation go; nil where it speaks HTTP.
    func relay(of listener: EdgeConfiguration.Listener) -> RelayPlan? {
        configuration.listeners.firstIndex(of: listener).flatMap { relays[$0] }
    }
}
