public import PandoDatabase
import Synchronization

extension Transaction {
    /// Drops the value of `key` exactly if this transaction commits, before its writer is answered.
    ///
    /// A lookup that begins after the answer never gets what was there before: see ``Cache``. Until the answer others may
    /// still get the old value. A rollback leaves the value. Call it once for each key whose value the transaction changes,
    /// before or after the statements.
    ///
    /// Where the key has a text form (`LosslessStringConvertible`), caches in front of the service forget what is tagged with
    /// ``Cache/tag(for:)`` as well: see ``invalidate(tag:)``.
    public func invalidate<Key, Value>(_ key: Key, in cache: Cache<Key, Value>) {
        enlist(Invalidation(.key(key), in: cache))
        if let scope = InvalidationScope.current, let tag = cache.tagIfNamed(key) {
            enlist(TagInvalidation(tag, in: scope))
        }
    }

    /// As ``invalidate(_:in:)`` for every key of the cache. Takes time in proportion to its entries.
    public func invalidateAll<Key, Value>(in cache: Cache<Key, Value>) {
        enlist(Invalidation(.all, in: cache))
        invalidate(tag: cache.groupTag)
    }

    /// Has the caches in front of the service forget all answers that are tagged with `tag`, if this transaction commits, or may have,
    /// and before the client hears of it: the answer to the request in whose task the transaction runs tells them.
    ///
    /// Call it outside of `once`: a repeated request must tell it again, since the answer that told it first was lost. A commit
    /// outside of a request tells nobody; what an answer says of its lifetime then bounds how old it is served.
    ///
    /// - Parameter tag: such as `hotels/7`. What is made of all hotels, tagged with `hotels/*`, is forgotten too; `hotels` alone has
    ///   all forgotten that is tagged with it or begins with `hotels/`. An answer has room for 64 tags; where there are more, it names
    ///   their groups.
    public func invalidate(tag: String) {
        guard let scope = InvalidationScope.current else { return }
        enlist(TagInvalidation(tag, in: scope))
    }
}

/// The part that a cache takes in a transaction: holds keys before the commit, and drops their values after it.
///
/// One that is let go without an outcome counts as `unknown`, so that no key stays held for ever.
final class Invalidation<Key: Hashable & Sendable, Value: Sendable>: CommitParticipant {
    enum Scope: Sendable {
        case key(Key)
        case all
    }

    private let cache: Cache<Key, Value>
    private let scope: Scope
    private let isHeld = Atomic(false)

    init(_ scope: Scope, in cache: Cache<Key, Value>) {
        self.scope = scope
        self.cache = cache
    }

    deinit {
        if isHeld.load(ordering: .acquiring) { cache.release(scope, changed: true) }
    }

    func prepare() async {
        guard !isHeld.exchange(true, ordering: .acquiringAndReleasing) else { return }
        cache.hold(scope)
    }

    func finish(_ outcome: CommitOutcome) async {
        guard isHeld.exchange(false, ordering: .acquiringAndReleasing) else { return }
        cache.release(scope, changed: outcome != .rolledBack)
    }
}

extension Cache {
    fileprivate func hold(_ scope: Invalidation<Key, Value>.Scope) {
        switch scope {
        case .key(let key): shards[shard(of: hash(of: key))].state.withLock { $0.hold(key) }
        case .all: for shard in shards { shard.state.withLock { $0.holdAll() } }
        }
    }

    fileprivate func release(_ scope: Invalidation<Key, Value>.Scope, changed: Bool) {
        switch scope {
        case .key(let key):
            let hash = hash(of: key)
            shards[shard(of: hash)].state.withLock { $0.release(key, hash: hash, changed: changed) }
        case .all:
            for shard in shards { shard.state.withLock { $0.releaseAll(changed: changed) } }
        }
    }
}
