import Synchronization

/// The fills that others may join, by URI, in parts with a lock each.
///
/// Lock order: a part's lock, then that of a fill or of a tier.
final class FillTable: Sendable {
    private struct State: Sendable {
        var fills: [CacheKey: [CacheFill]] = [:]
        /// Hashes of URIs whose answers are of no use to others, with the time until which nobody waits for one.
        var passes: [UInt64: CacheTime] = [:]
    }

    private final class Part: Sendable {
        let state = Mutex(State())
    }

    enum Claim: Sendable {
        case join(CacheFill)
        case lead(CacheFill)
        /// Nobody waits for this URI, or too many fetch it.
        case alone
    }

    private let parts = (0..<16).map { _ in Part() }

    /// The most fills of one URI at a time, and the most passes remembered in a part.
    private static let maximumFills = 16
    private static let maximumPasses = 4096

    private func part(_ key: CacheKey) -> Part { parts[Int(key.hash >> 56) & 15] }

    /// Joins a fill that may answer a request, or registers a new one.
    ///
    /// - Parameters:
    ///   - generation: How many purges there were: what began before one of them may be what was purged.
    ///   - make: Makes the new one; called under the lock.
    func claim(
        _ query: CacheQuery,
        generation: UInt64,
        now: CacheTime,
        make: (CacheKey) -> CacheFill
    ) -> Claim {
        let key = query.key
        return part(key).state.withLock { state in
            if let until = state.passes[key.hash] {
                if now < until { return .alone }
                state.passes[key.hash] = nil
            }
            let fills = state.fills[key] ?? []
            if let fill = fills.first(where: { $0.generation >= generation && $0.mayAnswer(query) }) {
                return .join(fill)
            }
            guard fills.count(where: \.isShared) < Self.maximumFills else { return .alone }
            let fill = make(key)
            state.fills[key] = fills + [fill]
            return .lead(fill)
        }
    }

    /// Removes a fill, and before that does what must not overlap with an invalidation.
    ///
    /// - Parameter body: Called under the lock; told whether the fill was invalidated.
    func finish<Result: Sendable>(_ fill: CacheFill, _ body: (_ isDoomed: Bool) -> Result) -> Result {
        part(fill.key).state.withLock { state in
            state.fills[fill.key]?.removeAll { $0 === fill }
            if state.fills[fill.key]?.isEmpty == true { state.fills[fill.key] = nil }
            return body(fill.state.withLock { $0.isDoomed })
        }
    }

    /// Registers one that nobody may join, so that an invalidation reaches it.
    func register(_ fill: CacheFill) {
        part(fill.key).state.withLock { $0.fills[fill.key, default: []].append(fill) }
    }

    /// Nothing that is on its way for a URI is to be stored.
    func doom(_ key: CacheKey) {
        part(key).state.withLock { state in
            for fill in state.fills[key] ?? [] { fill.state.withLock { $0.isDoomed = true } }
        }
    }

    /// Nobody waits for an answer of a URI for a while.
    func pass(_ key: CacheKey, until: CacheTime) {
        part(key).state.withLock { state in
            if state.passes.count >= Self.maximumPasses { state.passes.removeAll(keepingCapacity: true) }
            state.passes[key.hash] = until
        }
    }

    /// Answers of a URI may be of use to others again.
    func unpass(_ key: CacheKey) { part(key).state.withLock { $0.passes[key.hash] = nil } }
}

extension CacheFill {
    /// Whether what it brings may answer a request, as far as is known.
    fileprivate func mayAnswer(_ query: CacheQuery) -> Bool {
        guard isShared else { return false }
        return state.withLock { state in
            guard !state.isDoomed else { return false }
            switch state.phase {
            case .waiting: return stale.map { query.matches($0.variant) } ?? true
            case .streaming(let pending): return state.keepsAll && query.matches(pending.terms.variant)
            case .done(let entry): return query.matches(entry.variant)
            case .storing, .ended, .released: return false
            }
        }
    }
}
