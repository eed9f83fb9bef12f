/// Whether a stored response may answer a request (RFC 9111 §4, §4.2.4, §5.2.1; RFC 5861; RFC 8246).
package enum Reuse: Equatable, Sendable {
    case fresh
    /// It is stale and may be served; with `refreshes` one validation is to run beside it.
    case stale(refreshes: Bool)
    /// It is to be validated first.
    case validate(Cause)

    /// Why, in the words of Cache-Status.
    package enum Cause: String, Sendable {
        case stale
        case request
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - request: What the client's Cache-Control says; empty where that does not count.
    ///   - isPurged: It was purged softly and counts as stale.
    package static func decide(
        _ facts: EntryFacts,
        request: CacheDirectives,
        now: CacheTime,
        isPurged: Bool = false
    ) -> Reuse {
        if facts.flags.contains(.noCache) { return .validate(.stale) }
        if request.has(.noCache) { return .validate(.request) }
        let age = facts.age(at: now)
        let isFresh = facts.isFresh(at: now) && !isPurged
        if request.maxAge >= 0, age > request.maxAge * 1000 {
            // A reload asks with max-age=0, which an answer that never changes while fresh does not need (RFC 8246 §2).
            guard isFresh, facts.flags.contains(.immutable), request.maxAge == 0 else { return .validate(.request) }
        }
        if isFresh {
            guard request.minFresh < 0 || facts.remaining(at: now) >= request.minFresh else {
                return .validate(.request)
            }
            return .fresh
        }
        let staleness = age - facts.lifetime * 1000
        // The author allowed this by name, so s-maxage alone does not stand against it.
        if facts.mayBeStaleByName, request.minFresh < 0 {
            let window = facts.staleWhileRevalidate * 1000
            if isPurged ? facts.staleWhileRevalidate > 0 : staleness < window { return .stale(refreshes: true) }
        }
        if !isPurged, !facts.forbidsStale, request.minFresh < 0 {
            if request.has(.anyStaleness) { return .stale(refreshes: false) }
            if request.maxStale >= 0, staleness <= request.maxStale * 1000 { return .stale(refreshes: false) }
        }
        return .validate(.stale)
    }

    /// Whether a stale response may stand in for a failed exchange: the server is gone, or answered 500, 502, 503 or 504
    /// (RFC 5861 §4, RFC 9111 §4.2.4). A stored failure stands in for none: the new one says what is wrong now.
    package static func mayReplaceError(
        _ facts: EntryFacts,
        request: CacheDirectives,
        rules: CacheRules,
        now: CacheTime
    ) -> Bool {
        guard facts.status < 500, facts.mayBeStaleByName, !request.has(.noCache) else { return false }
        let named = max(facts.staleIfError, request.staleIfError)
        let grace = facts.forbidsStale ? -1 : rules.graceSeconds
        let allowed = max(named, grace)
        return allowed >= 0 && facts.age(at: now) - facts.lifetime * 1000 <= allowed * 1000
    }
}

extension EntryFacts {
    /// Whether serving it stale is forbidden (RFC 9111 §4.2.4).
    var forbidsStale: Bool {
        hasSharedLifetime || !flags.isDisjoint(with: [.mustRevalidate, .proxyRevalidate, .noCache])
    }

    /// Whether it may answer those who asked at the same time: it is fresh, or may be served stale while it is validated, which
    /// then has to be one validation for all.
    func answersOthers(at now: CacheTime) -> Bool {
        if flags.contains(.noCache) { return false }
        return isFresh(at: now) || mayBeStaleByName && staleWhileRevalidate > 0
    }

    /// Whether stale-while-revalidate and stale-if-error count. Against an s-maxage they do, as whoever writes both wants both;
    /// against must-revalidate they do not.
    var mayBeStaleByName: Bool { flags.isDisjoint(with: [.mustRevalidate, .proxyRevalidate, .noCache]) }
}
