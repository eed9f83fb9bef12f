/// What a cache has done since it was made.
@usableFromInline
struct CacheCounts: Sendable, Hashable {
    /// Lookups that found a value, fresh or stale.
    @usableFromInline
    var hits = 0
    /// Lookups that found nothing that may be used.
    @usableFromInline
    var misses = 0
    /// Entries driven out for want of room, and values too heavy to be kept.
    @usableFromInline
    var evictions = 0
    /// Entries found past their life.
    var expirations = 0
    /// Keys whose value a committed transaction has dropped.
    var invalidations = 0

}
