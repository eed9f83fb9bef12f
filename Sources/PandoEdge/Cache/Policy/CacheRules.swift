/// How a route caches, as its configuration says. The defaults are what RFC 9111 asks for, on the careful side.
package struct CacheRules: Sendable {
    /// What is done with an answer that sets a cookie.
    package enum CookieRule: Sendable {
        /// Never stored.
        case refuse
        /// Stored where the answer says that it is for everybody: public, s-maxage, or a targeted field. The default, because
        /// a session's cookie in a shared cache is another user's login.
        case whenShared
        /// Stored like any other, which is what RFC 9111 §7.3 allows.
        case store
    }

    /// The fields that speak to this cache, the most specific first (RFC 9213 §2.2).
    package var targets = ["cdn-cache-control"]
    /// The name in Cache-Status.
    package var name = "pando" {
        didSet { statusPrefix = CacheStatus.prefix(name) }
    }
    /// What Cache-Status begins with.
    private(set) var statusPrefix = CacheStatus.prefix("pando")
    /// The share of the time since Last-Modified for which an answer without a lifetime is fresh (RFC 9111 §4.2.2); 0 turns
    /// heuristics off.
    package var heuristicShare = 0.1
    /// The longest heuristic lifetime, in seconds.
    package var heuristicMaximumSeconds: Int64 = 86_400
    /// Seconds for which an answer of a status is fresh that says nothing itself; how errors are cached.
    package var lifetimes: [Int: Int64] = [:]
    /// The same for all statuses that a heuristic is allowed for; nil for a heuristic.
    package var lifetime: Int64?
    /// Seconds for which such an answer is fresh whatever it says, but for no-store and private; nil for as it says.
    package var forcedLifetime: Int64?
    /// The longest lifetime, whatever an answer says; nil for none.
    package var maximumLifetime: Int64?
    /// stale-while-revalidate of answers that do not give it, in seconds; -1 for none.
    package var staleWhileRevalidate: Int64 = -1
    /// Seconds past its lifetime for which an answer is served when no server can be reached or all fail.
    package var graceSeconds: Int64 = 0
    package var cookies = CookieRule.whenShared
    /// Whether answers are stored that were got with Authorization or Cookie and do not say that they are for everybody.
    package var sharesCredentials = false
    /// Whether no-cache, max-age and the like of clients count (RFC 9111 §5.2.1).
    package var honorsRequestDirectives = true
    /// Larger answers are passed on and not stored.
    package var maximumEntryBytes = 32 << 20
    /// The variants of one resource; the oldest makes room for another.
    package var maximumVariants = 64

    /// Which parameters of the query tell resources apart.
    package var query = QueryRule.all
    /// What tells answers apart beside Vary, as ``Variant`` has it: fields in lower case, and cookies.
    package var variantNames: [String] = []

    package init() {}
}
