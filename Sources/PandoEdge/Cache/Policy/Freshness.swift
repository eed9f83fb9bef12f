/// How long a response is fresh and how old it was when it came (RFC 9111 §4.2).
struct Freshness {
    /// Where the lifetime is from.
    enum Source: Equatable {
        case explicit, rule, heuristic, none
    }

    var lifetime: Int64 = 0
    var source = Source.none

    /// Statuses that may be stored without any lifetime in the answer (RFC 9110 §15.1).
    static let heuristicStatuses: Set<Int> = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]

    /// Calculates the lifetime (RFC 9111 §4.2.1): s-maxage, max-age, Expires, a rule for the status, or a heuristic; before all of
    /// them what the rules enforce.
    ///
    /// - Parameters:
    ///   - directives: Of the field in force.
    ///   - isTargeted: It is a targeted field, which hides Expires too.
    ///   - date: The answer's Date, or the time it came.
    init(_ head: Head, _ directives: CacheDirectives, isTargeted: Bool, date: Int64, rules: CacheRules, now: CacheTime)
    {
        let isCommon = Self.heuristicStatuses.contains(head.status)
        if isCommon, let forced = rules.forcedLifetime {
            self.init(forced, .rule)
        } else if directives.sharedMaxAge >= 0 {
            self.init(directives.sharedMaxAge, .explicit)
        } else if directives.maxAge >= 0 {
            self.init(directives.maxAge, .explicit)
        } else if directives.has(.invalidLifetime) {
            self.init(0, .explicit)
        } else if !isTargeted, let expires = head.first(.expires) {
            // A value that is no date, "0" above all, is the past (RFC 9111 §5.3).
            let end = HTTPDate.parse(head.bytes(expires), now: now)
            self.init(end.map { max(0, $0 - date) } ?? 0, .explicit)
        } else if let rule = rules.lifetimes[head.status] {
            self.init(rule, .rule)
        } else if isCommon, let rule = rules.lifetime {
            self.init(rule, .rule)
        } else {
            self.init(Self.heuristic(head, directives, date: date, rules: rules, now: now), .heuristic)
            if lifetime == 0 { source = .none }
        }
    }

    private init(_ lifetime: Int64, _ source: Source) {
        self.lifetime = lifetime
        self.source = source
    }

    /// A share of the time since the last change (RFC 9111 §4.2.2); 0 where heuristics are not allowed.
    private static func heuristic(
        _ head: Head,
        _ directives: CacheDirectives,
        date: Int64,
        rules: CacheRules,
        now: CacheTime
    ) -> Int64 {
        guard rules.heuristicShare > 0, heuristicStatuses.contains(head.status) || directives.has(.isPublic),
            let field = head.first(.lastModified), let changed = HTTPDate.parse(head.bytes(field), now: now),
            changed < date
        else { return 0 }
        return min(rules.heuristicMaximumSeconds, Int64(Double(date - changed) * rules.heuristicShare))
    }

    /// The corrected initial age, in milliseconds (RFC 9111 §4.2.3).
    static func initialAge(_ head: Head, date: Int64, requestTime: CacheTime, responseTime: CacheTime) -> Int64 {
        // In whole seconds, as Date has no fractions.
        let apparent = max(0, responseTime.seconds - date) * 1000
        let delay = max(0, responseTime.milliseconds - requestTime.milliseconds)
        return max(apparent, ageValue(head) * 1000 + delay)
    }

    /// The number in Age: of several the first, of none or garbage 0 (RFC 9111 §5.1).
    static func ageValue(_ head: Head) -> Int64 {
        guard let field = head.first(.age) else { return 0 }
        for element in ListElements(head, field) { return ByteText.deltaSeconds(head.bytes(element)) ?? 0 }
        return 0
    }
}
