/// Whether a response may be stored (RFC 9111 §3), and what is known of it if so.
package enum StoreDecision: Sendable {
    case store(StoreTerms)
    case refuse(StoreRefusal)
}

/// How a response is stored.
package struct StoreTerms: Sendable {
    package var facts = EntryFacts()
    /// Fields, in lower case, that are left out of what is stored.
    package var withheldFields: [String] = []
    /// Which requests it answers (RFC 9111 §4.1).
    package var variant = Variant.none
}

/// Why a response is not stored; the text is for Cache-Status and the log.
package enum StoreRefusal: String, Sendable {
    case method = "method"
    case status = "status"
    case noStore = "no-store"
    case requestNoStore = "request-no-store"
    case isPrivate = "private"
    case authorization = "authorization"
    case cookies = "set-cookie"
    case requestCookies = "cookie"
    case vary = "vary"
    case noLifetime = "no-lifetime"
    case range = "range"
    case tooLarge = "too-large"
    case passes = "pass"
    case incomplete = "incomplete"
}

extension StoreRefusal {
    /// Whether it says something about one request only, and nothing about the URI or what is stored of it.
    var isAboutRequest: Bool {
        switch self {
        case .method, .requestNoStore, .authorization, .requestCookies, .range: true
        case .status, .noStore, .isPrivate, .cookies, .vary, .noLifetime, .tooLarge, .passes, .incomplete: false
        }
    }
}

extension StoreDecision {
    /// Statuses whose meaning hangs on the one request, or that their definition forbids to store (RFC 6585 §3 to §6).
    private static let neverStored: Set<Int> = [304, 407, 408, 412, 416, 417, 421, 425, 428, 429, 431, 511]

    /// Statuses that must-understand is fulfilled for: their rules for caches are followed here (RFC 9111 §5.2.2.3).
    private static let understood: Set<Int> = [
        200, 203, 204, 206, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 410, 414, 451, 500, 501, 502,
        503, 504,
    ]

    /// Decides about a final response to a request.
    ///
    /// - Parameters:
    ///   - request: As the client sent it.
    ///   - response: With the fields that Connection names removed.
    package static func make(
        request: Head,
        response: Head,
        rules: CacheRules,
        requestTime: CacheTime,
        responseTime: CacheTime
    ) -> StoreDecision {
        guard request.method == .get else { return .refuse(.method) }
        if CacheDirectives(request).has(.noStore), rules.honorsRequestDirectives { return .refuse(.requestNoStore) }
        let targeted = TargetedControl.find(response, targets: rules.targets)
        var directives = targeted ?? CacheDirectives(response)
        if rules.forcedLifetime != nil, Freshness.heuristicStatuses.contains(response.status) {
            directives.flags.subtract([.noCache, .invalidLifetime])
        }
        if let refusal = refusal(request, response, directives, rules, isTargeted: targeted != nil) {
            return .refuse(refusal)
        }
        var terms = StoreTerms()
        terms.withheldFields = directives.withheldFields
        guard let variant = Variant(request: request, response: response, extra: rules.variantNames) else {
            return .refuse(.vary)
        }
        terms.variant = variant
        if response.status == 206 {
            guard request.has(.range),
                let range = response.first(.contentRange).flatMap({ ContentRange(response.bytes($0)) })
            else { return .refuse(.range) }
            terms.facts.range = range
        }
        let source = terms.facts.take(response, directives, targeted != nil, rules, requestTime, responseTime)
        let isMarked = directives.has(.isPublic) || Freshness.heuristicStatuses.contains(response.status)
        if source == .none, !isMarked { return .refuse(.noLifetime) }
        return terms.facts.isUseful(response, rules) ? .store(terms) : .refuse(.noLifetime)
    }

    private static func refusal(
        _ request: Head,
        _ response: Head,
        _ directives: CacheDirectives,
        _ rules: CacheRules,
        isTargeted: Bool
    ) -> StoreRefusal? {
        let status = response.status
        guard status >= 200, status <= 599, !neverStored.contains(status) else { return .status }
        let understands = directives.has(.mustUnderstand)
        if understands, !understood.contains(status) { return .status }
        if directives.has(.noStore), !understands { return .noStore }
        if directives.has(.isPrivate) { return .isPrivate }
        let isShared = isTargeted || directives.has(.isPublic) || directives.sharedMaxAge >= 0
        if !rules.sharesCredentials {
            if request.has(.authorization), !allowsAuthorization(directives) { return .authorization }
            if request.has(.cookie), !isShared, !tellsCookiesApart(rules) { return .requestCookies }
        }
        guard response.has(.setCookie) else { return nil }
        switch rules.cookies {
        case .store: return nil
        case .refuse: return .cookies
        case .whenShared:
            let isWithheld = directives.withheldFields.contains("set-cookie")
            return isShared || isWithheld ? nil : .cookies
        }
    }

    /// Whether the rules tell answers apart by cookies, which is leave to store what was got with them.
    private static func tellsCookiesApart(_ rules: CacheRules) -> Bool {
        rules.variantNames.contains { $0.hasPrefix("=") || $0 == "cookie" }
    }

    /// What makes an answer to a request with credentials storable (RFC 9111 §3.5).
    private static func allowsAuthorization(_ directives: CacheDirectives) -> Bool {
        directives.has(.mustRevalidate) || directives.has(.isPublic) || directives.sharedMaxAge >= 0
    }
}

extension EntryFacts {
    /// Takes what the fields of a response say; returns where its lifetime is from.
    fileprivate mutating func take(
        _ response: Head,
        _ directives: CacheDirectives,
        _ isTargeted: Bool,
        _ rules: CacheRules,
        _ requestTime: CacheTime,
        _ responseTime: CacheTime
    ) -> Freshness.Source {
        status = response.status
        self.responseTime = responseTime
        let sent = response.first(.date).flatMap { HTTPDate.parse(response.bytes($0), now: responseTime) }
        date = sent ?? responseTime.seconds
        let changed = response.first(.lastModified)
        lastModified = changed.flatMap { HTTPDate.parse(response.bytes($0), now: responseTime) } ?? EntryFacts.none
        initialAge = Freshness.initialAge(
            response,
            date: date,
            requestTime: requestTime,
            responseTime: responseTime
        )
        let freshness = Freshness(
            response,
            directives,
            isTargeted: isTargeted,
            date: date,
            rules: rules,
            now: responseTime
        )
        lifetime = min(freshness.lifetime, rules.maximumLifetime ?? .max)
        let named = directives.staleWhileRevalidate
        staleWhileRevalidate = named < 0 && !directives.forbidsStale ? rules.staleWhileRevalidate : named
        staleIfError = directives.staleIfError
        flags = directives.flags
        hasSharedLifetime = directives.sharedMaxAge >= 0
        return freshness.source
    }

    /// Whether it can be used at least once more: while fresh, while stale, or after it was validated.
    fileprivate func isUseful(_ response: Head, _ rules: CacheRules) -> Bool {
        if response.has(.etag) || lastModified != EntryFacts.none { return true }
        if flags.contains(.noCache) { return false }
        if isFresh(at: responseTime) { return true }
        let stale = max(staleWhileRevalidate, staleIfError, rules.graceSeconds)
        return !forbidsStale && lifetime * 1000 + stale * 1000 > initialAge && stale > 0
    }
}
