/// What decides how a stored response may be used: plain numbers, so that a decision reads no text.
package struct EntryFacts: Sendable, Equatable {
    package var status = 200
    /// When the response came (RFC 9111 §4.2.3).
    package var responseTime = CacheTime(milliseconds: 0)
    /// The corrected initial age, in milliseconds.
    package var initialAge: Int64 = 0
    /// The freshness lifetime, in seconds.
    package var lifetime: Int64 = 0
    /// Date, in seconds since 1970.
    package var date: Int64 = 0
    /// Last-Modified, in seconds since 1970; ``none`` where it is missing.
    package var lastModified: Int64 = EntryFacts.none
    /// Seconds; -1 where the directive is missing (RFC 5861).
    package var staleWhileRevalidate: Int64 = -1
    package var staleIfError: Int64 = -1
    /// The directives that matter after it was stored.
    package var flags = CacheDirectives.Flags()
    /// s-maxage was given, which forbids to serve it stale (RFC 9111 §5.2.2.10).
    package var hasSharedLifetime = false
    /// The place of a partial response in the whole (RFC 9110 §14.4); nil for a complete one.
    package var range: ContentRange?

    /// No date.
    package static let none = Int64.min

    package init() {}

    /// The current age, in milliseconds (RFC 9111 §4.2.3).
    package func age(at now: CacheTime) -> Int64 {
        initialAge &+ max(0, now.milliseconds &- responseTime.milliseconds)
    }

    /// The seconds for which it stays fresh; negative once it is stale.
    package func remaining(at now: CacheTime) -> Int64 {
        let milliseconds = lifetime &* 1000 &- age(at: now)
        // Rounded down, so that what is left of the last second counts as fresh and the first instant after as stale.
        return milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }

    /// Whether it is fresh (RFC 9111 §4.2): its lifetime exceeds its age.
    package func isFresh(at now: CacheTime) -> Bool { lifetime &* 1000 > age(at: now) }
}
