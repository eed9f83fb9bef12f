import Synchronization

/// What the cache has done since it was made.
package struct CacheCounters: Sendable, Equatable {
    package var hits = 0
    package var misses = 0
    /// Of the hits, those that were stale.
    package var stale = 0
    /// Entries that a server confirmed.
    package var revalidated = 0
    /// Requests that waited for another's answer instead of going to a server.
    package var coalesced = 0
    /// Requests that the cache had no part in.
    package var bypassed = 0
    /// Bytes of bodies that no server had to send.
    package var bytesSaved = 0
    package var stored = 0
    package var evictions = 0
    package var invalidations = 0
    /// Hits that had to be read from the disk.
    package var diskHits = 0
    package var diskWrites = 0
    /// Writes that failed; nothing is written for a while after each.
    package var diskFailures = 0
    /// Entries not written, because the queue or the disk was full.
    package var diskSkips = 0
    /// Files that were torn or damaged, and removed.
    package var diskDamages = 0

    package init() {}
}

/// Counts from many threads.
final class CacheTally: Sendable {
    enum Event: Int, CaseIterable {
        case hit, miss, stale, revalidated, coalesced, bypassed, bytesSaved, stored, eviction, invalidation
        case diskHit, diskWrite, diskFailure, diskSkip, diskDamage
    }

    private final class Cell: Sendable { let count = Atomic<Int>(0) }

    private let cells = Event.allCases.map { _ in Cell() }

    func add(_ event: Event, _ count: Int = 1) {
        if count != 0 { cells[event.rawValue].count.wrappingAdd(count, ordering: .relaxed) }
    }

    private func value(_ event: Event) -> Int { cells[event.rawValue].count.load(ordering: .relaxed) }

    var counters: CacheCounters {
        var found = CacheCounters()
        found.hits = value(.hit)
        found.misses = value(.miss)
        found.stale = value(.stale)
        found.revalidated = value(.revalidated)
        found.coalesced = value(.coalesced)
        found.bypassed = value(.bypassed)
        found.bytesSaved = value(.bytesSaved)
        found.stored = value(.stored)
        found.evictions = value(.eviction)
        found.invalidations = value(.invalidation)
        found.diskHits = value(.diskHit)
        found.diskWrites = value(.diskWrite)
        found.diskFailures = value(.diskFailure)
        found.diskSkips = value(.diskSkip)
        found.diskDamages = value(.diskDamage)
        return found
    }
}
