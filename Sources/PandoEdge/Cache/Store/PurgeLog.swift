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

    struct Latest: Sendable {
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

    /// With purges of a process before this one, under their own numbers.
    convenience init(_ records: [PurgeRecord]) {
        self.init()
        state.withLock { state in
            for record in records { Self.apply(record, to: &state) }
        }
        advance(to: records.map(\.generation).max() ?? 1)
    }

    /// How many purges there were.
    package var generation: UInt64 { current.load(ordering: .acquiring) }

    /// Goes on from a number; for a start.
    func advance(to generation: UInt64) {
        // Under the lock that purges take, so that no number is given twice.
        state.withLock { _ in
            if generation > self.generation { current.store(generation, ordering: .releasing) }
        }
    }

    /// Purges what has a tag. Returns the purge's number.
    @discardableResult
    package func purge(tag: UInt64, _ kind: PurgeKind) -> UInt64 { purge(.tag(tag), kind) }

    /// Purges what has a URI that begins with a prefix; all, with an empty one. Returns the purge's number.
    @discardableResult
    package func purge(prefix: [UInt8], _ kind: PurgeKind) -> UInt64 { purge(.prefix(prefix), kind) }

    private func purge(_ target: PurgeRecord.Target, _ kind: PurgeKind) -> UInt64 {
        state.withLock { state in
            let number = next()
            Self.apply(PurgeRecord(generation: number, kind: kind, target: target), to: &state)
            return number
        }
    }

    private static func apply(_ record: PurgeRecord, to state: inout State) {
        switch record.target {
        case .tag(let tag):
            if state.tags.count >= maximumTags, state.tags[tag] == nil { forgetTags(&state) }
            raise(&state.tags[tag, default: Latest()], record.latest)
        case .prefix(let bytes):
            if bytes.isEmpty { return raise(&state.floor, record.latest) }
            // An older one of the same text and no more effect says nothing any longer.
            state.prefixes.removeAll { $0.bytes == bytes && $0.kind.rawValue <= record.kind.rawValue }
            if state.prefixes.count >= maximumPrefixes { forgetPrefixes(&state) }
            state.prefixes.append(Prefix(bytes: bytes, generation: record.generation, kind: record.kind))
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

extension PurgeRecord {
    fileprivate var latest: PurgeLog.Latest {
        kind == .hard ? PurgeLog.Latest(hard: generation) : PurgeLog.Latest(soft: generation)
    }
}
