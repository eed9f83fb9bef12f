import Synchronization

/// What a purge does to what it hits.
package enum PurgeKind: UInt8, Sendable {
    /// It is stale from now on: served while it is validated or while the server is gone, where that is allowed.
    case soft = 1
    /// It is gone.
    case hard = 2
}

/// Purges by tag and by prefix: noted with a number each, and compared when an entry is next looked at.
///
/// So a purge costs the same for one entry and for a million, and a lookup costs one comparison of two numbers as long as nothing
/// was purged since. What is purged stays in memory until it is looked at or driven out, which the bound of the store covers.
package final class PurgeLog: Sendable {
    private struct Prefix: Sendable {
        var bytes: [UInt8]
        var generation: UInt64
        var kind: PurgeKind
    }

    private struct Latest: Sendable {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
    }

    private struct State: Sendable {
        var tags: [UInt64: Latest] = [:]
        var prefixes: [Prefix] = []
        /// Everything up to here is purged: purges that were forgotten for want of room took all with them.
        var floor = Latest()
    }

    /// The most tags and prefixes remembered.
    static let maximumTags = 65_536
    static let maximumPrefixes = 1024

    private let current: Atomic<UInt64>
    private let state = Mutex(State())

    /// - Parameter generation: The number to begin with: past those of entries from before a restart.
    package init(generation: UInt64 = 1) { current = Atomic(generation) }

    /// How many purges there were.
    package var generation: UInt64 { current.load(ordering: .acquiring) }

    /// Goes on from a number, as long as nothing is purged; for a start.
    func advance(to generation: UInt64) {
        if generation > self.generation { current.store(generation, ordering: .releasing) }
    }

    /// Purges what has a tag. Returns the purge's number.
    @discardableResult
    package func purge(tag: UInt64, _ kind: PurgeKind) -> UInt64 {
        state.withLock { state in
            let number = next()
            if state.tags.count >= Self.maximumTags, state.tags[tag] == nil { Self.forgetTags(&state) }
            var latest = state.tags[tag] ?? Latest()
            if kind == .hard { latest.hard = number } else { latest.soft = number }
            state.tags[tag] = latest
            return number
        }
    }

    /// Purges what has a URI that begins with a prefix; all, with an empty one. Returns the purge's number.
    @discardableResult
    package func purge(prefix: [UInt8], _ kind: PurgeKind) -> UInt64 {
        state.withLock { state in
            let number = next()
            if prefix.isEmpty {
                if kind == .hard { state.floor.hard = number } else { state.floor.soft = number }
                return number
            }
            // An older one of the same text and no more effect says nothing any longer.
            state.prefixes.removeAll { $0.bytes == prefix && $0.kind.rawValue <= kind.rawValue }
            if state.prefixes.count >= Self.maximumPrefixes { Self.forgetPrefixes(&state) }
            state.prefixes.append(Prefix(bytes: prefix, generation: number, kind: kind))
            return number
        }
    }

    /// The number is visible only after the purge is noted, as both happen under the lock that a check takes too.
    private func next() -> UInt64 { current.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }

    /// The strongest purge after a number that hits an entry.
    func check(_ entry: CacheEntry, since: UInt64) -> PurgeKind? {
        check(uri: entry.key.bytes, tags: entry.tags, since: since)
    }

    /// The strongest purge after a number that hits a URI or one of its tags.
    func check(uri: [UInt8], tags: [UInt64], since: UInt64) -> PurgeKind? {
        state.withLock { state in
            var isSoft = state.floor.soft > since
            if state.floor.hard > since { return .hard }
            for tag in tags {
                guard let latest = state.tags[tag] else { continue }
                if latest.hard > since { return .hard }
                if latest.soft > since { isSoft = true }
            }
            for prefix in state.prefixes.reversed() {
                if prefix.generation <= since { break }
                guard uri.starts(with: prefix.bytes) else { continue }
                if prefix.kind == .hard { return .hard }
                isSoft = true
            }
            return isSoft ? .soft : nil
        }
    }

    /// Makes room: what was stored before the newest purge that is forgotten counts as purged.
    private static func forgetTags(_ state: inout State) {
        for latest in state.tags.values { raise(&state.floor, latest) }
        state.tags.removeAll(keepingCapacity: true)
    }

    private static func forgetPrefixes(_ state: inout State) {
        for prefix in state.prefixes.prefix(maximumPrefixes / 2) {
            let latest = prefix.kind == .hard ? Latest(hard: prefix.generation) : Latest(soft: prefix.generation)
            raise(&state.floor, latest)
        }
        state.prefixes.removeFirst(maximumPrefixes / 2)
    }

    private static func raise(_ floor: inout Latest, _ latest: Latest) {
        floor.soft = max(floor.soft, latest.soft)
        floor.hard = max(floor.hard, latest.hard)
    }
}
