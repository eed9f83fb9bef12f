import Logging
public import PandoTelemetry
public import Synchronization

/// Who waits for a load.
@usableFromInline
typealias CacheWaiter<Key: Hashable & Sendable, Value: Sendable> = CheckedContinuation<CacheWaitEnd<Key, Value>, Never>

/// How a wait ends.
@usableFromInline
enum CacheWaitEnd<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The load has brought this.
    case value(Value?)
    /// The load threw.
    case failed(any Error)
    /// The leader was cancelled: take the load over.
    case lead(LoadLease<Key>)
    /// The load had ended before the wait began: begin again.
    case again
    /// The line was full.
    case full
    /// The waiter was cancelled.
    case cancelled
}

/// The loads that the present task is in the middle of, so that a load cannot wait for itself or for one that waits for
/// it.
@usableFromInline
enum CacheLoadPath {
    struct Step: Hashable, Sendable {
        let cache: ObjectIdentifier
        let flight: UInt64
    }

    @TaskLocal static var current: [Step] = []

    /// Runs a load as the next step of the path.
    @usableFromInline
    static func adding<R>(
        flight: UInt64,
        of cache: ObjectIdentifier,
        _ load: () async throws -> R
    ) async rethrows -> R {
        try await $current.withValue(current + [Step(cache: cache, flight: flight)], operation: load)
    }
}

extension Cache {
    /// Loads a value or waits for one.
    @inlinable
    func load(_ request: CacheRequest<Key>, _ load: @Sendable () async throws -> Value?) async throws -> Value? {
        if configuration.keepsNothing { return try await loadAlone(load) }
        let lock = shards[shard(of: request.hash)]
        while true {
            let time = now()
            let begin = lock.state.withLock {
                $0.begin(request.key, hash: request.hash, now: time, acceptsAbsence: request.absentTTL != nil)
            }
            switch begin {
            case .present(let value):
                return value
            case .lead(let lease):
                return try await lead(lease, request, load)
            case .join(let flight):
                if try mustLoadAlone(flight) { return try await loadAlone(load) }
                switch await wait(for: flight, in: lock) {
                case .value(let value):
                    if value == nil, request.absentTTL == nil { continue }
                    return value
                case .failed(let error): throw error
                case .lead(let lease): return try await lead(lease, request, load)
                case .again: continue
                case .full: throw overloaded("too many callers wait for one load")
                case .cancelled: throw CancellationError()
                }
            }
        }
    }

    /// Serves a stale value and sees to its refresh; without an owner of refreshes the caller loads.
    @usableFromInline
    func stale(
        _ value: Value?,
        _ request: CacheRequest<Key>,
        _ load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        switch refresher.submit({ await self.refresh(request, load) }) {
        case .accepted, .busy: return value
        case .stopped: break
        }
        do {
            return try await reload(request, load) ?? value
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Counted by `lead`. A stale value is what the caller has asked for in place of waiting, so also of failing.
            return value
        }
    }

    private func refresh(_ request: CacheRequest<Key>, _ load: @Sendable () async throws -> Value?) async {
        do {
            _ = try await reload(request, load)
        } catch {
            logger.info(
                "A refresh failed; the stale value stays",
                metadata: ["cache.name": "\(name)", "error": "\(error)"]
            )
        }
    }

    /// Loads although there is a value. nil if another load is in flight, whose result will be stored.
    @inlinable
    func reload(_ request: CacheRequest<Key>, _ load: @Sendable () async throws -> Value?) async throws
        -> Value?
    {
        let begin = shards[shard(of: request.hash)].state.withLock { $0.beginLoad(request.key) }
        guard case .lead(let lease) = begin else { return nil }
        return try await lead(lease, request, load)
    }

    /// Runs a load in the caller's task and tells those who wait.
    @inlinable
    func lead(
        _ lease: LoadLease<Key>,
        _ request: CacheRequest<Key>,
        _ load: @Sendable () async throws -> Value?
    ) async throws -> Value? {
        guard reserveLoad() else {
            let error = overloaded("too many loads at a time")
            end(lease, request, with: .failed(error))
            throw error
        }
        let start = now()
        do {
            let value = try await CacheLoadPath.adding(flight: lease.flight, of: ObjectIdentifier(self)) {
                try await load()
            }
            loadsInFlight.subtract(1, ordering: .relaxed)
            metrics.loadDuration.record(now() - start)
            store(value, lease, request, start: start)
            return value
        } catch {
            loadsInFlight.subtract(1, ordering: .relaxed)
            if Task.isCancelled {
                handOver(lease, request)
            } else {
                metrics.loadFailures.increment()
                end(lease, request, with: .failed(error))
            }
            throw error
        }
    }

    @inlinable
    func store(_ value: Value?, _ lease: LoadLease<Key>, _ request: CacheRequest<Key>, start: Duration) {
        let weight =
            Shard.overheadBytes
            + (value.map { weigh(request.key, $0) } ?? weighKey(request.key))
        let life = life(of: value, request, start: start)
        let waiters = shards[shard(of: request.hash)].state.withLock {
            $0.complete(lease, hash: request.hash, value: value, weight: weight, life: life)
        }
        for waiter in waiters { waiter.resume(returning: .value(value)) }
    }

    @inlinable
    func end(_ lease: LoadLease<Key>, _ request: CacheRequest<Key>, with end: CacheWaitEnd<Key, Value>) {
        let waiters = shards[shard(of: request.hash)].state.withLock { $0.ledger.end(lease).waiters }
        for waiter in waiters { waiter.resume(returning: end) }
    }

    @inlinable
    func handOver(_ lease: LoadLease<Key>, _ request: CacheRequest<Key>) {
        let next = shards[shard(of: request.hash)].state.withLock { $0.ledger.handOver(lease) }
        next?.resume(returning: .lead(lease))
    }

    /// From the start of the load, so that the bound on the age of what is served is the time to live. nil: not kept.
    @inlinable
    func life(of value: Value?, _ request: CacheRequest<Key>, start: Duration) -> EntryLife? {
        let whole = value == nil ? request.absentTTL ?? .zero : request.ttl
        guard whole > .zero else { return nil }
        let share = Double(random() >> 11) * 0x1p-53
        let freshUntil = start + whole * (1 - configuration.ttlJitter * share)
        return EntryLife(freshUntil: freshUntil, staleUntil: freshUntil + request.staleFor)
    }

    @inlinable
    func wait(for flight: UInt64, in lock: CacheShardLock<Key, Value>) async -> CacheWaitEnd<Key, Value> {
        let id = nextWaiter.add(1, ordering: .relaxed).oldValue
        let limit = configuration.maximumWaitersPerLoad
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let joining = lock.state.withLock { $0.ledger.join(flight, id: id, waiter: continuation, limit: limit) }
                switch joining {
                case .ended: continuation.resume(returning: .again)
                case .full: continuation.resume(returning: .full)
                case .waiting:
                    // A cancellation before the wait began found nobody to wake.
                    if Task.isCancelled { leave(flight, id, in: lock) }
                }
            }
        } onCancel: {
            leave(flight, id, in: lock)
        }
    }

    @inlinable
    func leave(_ flight: UInt64, _ id: UInt64, in lock: CacheShardLock<Key, Value>) {
        lock.state.withLock { $0.ledger.leave(flight, id: id) }?.resume(returning: .cancelled)
    }

    /// Whether the caller, being in the middle of a load itself, must not wait for this one.
    @usableFromInline
    func mustLoadAlone(_ flight: UInt64) throws -> Bool {
        let path = CacheLoadPath.current
        guard !path.isEmpty else { return false }
        if path.contains(CacheLoadPath.Step(cache: ObjectIdentifier(self), flight: flight)) {
            throw CacheError(.recursiveLoad, "a load in cache '\(name)' asked for the key that it loads")
        }
        return true
    }

    /// A load for the caller alone, not stored.
    @inlinable
    func loadAlone(_ load: @Sendable () async throws -> Value?) async throws -> Value? {
        guard reserveLoad() else { throw overloaded("too many loads at a time") }
        defer { loadsInFlight.subtract(1, ordering: .relaxed) }
        return try await load()
    }

    @inlinable
    func reserveLoad() -> Bool {
        guard loadsInFlight.add(1, ordering: .relaxed).newValue <= configuration.maximumLoads else {
            loadsInFlight.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    @usableFromInline
    func overloaded(_ what: String) -> CacheError {
        CacheError(.overloaded, "\(what) in cache '\(name)'; try again later")
    }
}
