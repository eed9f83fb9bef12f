public import PandoDatabase
import Synchronization

extension Transaction {
    /// Drops the value of `key` exactly if this transaction commits, before its writer is answered.
    ///
    /// A lookup that begins after the answer never gets what was there before: see ``Cache``. Until the answer others may
    /// still get the old value. A rollback leaves the value. Call it once for each key whose value the transaction changes,
    /// before or after the statements.
    public func invalidate<Key, Value>(_ key: Key, in cache: Cache<Key, Value>) {
        enlist(Invalidation(.key(key), in: cache))
    }

    /// As ``invalidate(_:in:)`` for every key of the cache. Takes time in proportion to its entries.
    public func invalidateAll<Key, Value>(in cache: Cache<Key, Value>) {
        enlist(Invalidation(.all, in: cache))
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
