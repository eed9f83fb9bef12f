/// The right of one caller to load a key. It names the flight until it is completed, failed or given up.
@usableFromInline
struct LoadLease<Key: Hashable & Sendable>: Hashable, Sendable {
    @usableFromInline
    let key: Key
    /// Unique in the cache.
    @usableFromInline
    let flight: UInt64

    @inlinable
    init(key: Key, flight: UInt64) {
        self.key = key
        self.flight = flight
    }
}

/// The loads in flight and the keys held by transactions of one shard: which load may be joined, and which may store.
///
/// This is the rule behind "no older value after an acknowledged write", as a pure state machine:
///
/// 1. A transaction *holds* its keys before its commit. A held key accepts no fill, and every load of it that is in
///    flight loses its lease: what it brings will not be stored.
/// 2. When the outcome is known and before the writer is acknowledged, a commit *detaches* the load in flight: callers
///    that come later cannot join it, and it cannot store. The owner drops the cached value. Then the hold ends.
/// 3. A load stores only if its lease is whole: it began while nobody held the key, and nobody held it since.
///
/// So a caller that begins after an acknowledgement meets neither a value nor a load that began before it. Callers that
/// began before may still get the older value: their read overlaps the write. A rollback ends the hold and leaves the
/// value and the load. Holds of one key by several transactions count.
@usableFromInline
struct LoadLedger<Key: Hashable & Sendable, Waiter: Sendable>: Sendable {
    /// What a caller that missed does next.
    @usableFromInline
    enum Begin {
        /// Load, then report by the lease.
        case lead(LoadLease<Key>)
        /// Wait for this flight.
        case join(flight: UInt64)
    }

    /// Whether a caller was put in line.
    @usableFromInline
    enum Joining {
        case waiting
        /// The flight has ended meanwhile: begin again.
        case ended
        /// The line is full.
        case full
    }

    @usableFromInline
    struct Waiting: Sendable {
        @usableFromInline
        let id: UInt64
        @usableFromInline
        let waiter: Waiter

        @inlinable
        init(id: UInt64, waiter: Waiter) {
            self.id = id
            self.waiter = waiter
        }
    }

    @usableFromInline
    struct Flight: Sendable {
        @usableFromInline
        var storable: Bool
        @usableFromInline
        var waiters: [Waiting] = []

        @inlinable
        init(storable: Bool) {
            self.storable = storable
        }
    }

    @usableFromInline
    var flights: [UInt64: Flight] = [:]
    /// The flight of a key that newcomers join.
    @usableFromInline
    var joinable: [Key: UInt64] = [:]
    @usableFromInline
    var holds: [Key: Int] = [:]
    @usableFromInline
    var holdsOnAll = 0
    @usableFromInline
    var nextNumber: UInt64
    @usableFromInline
    let stride: UInt64

    /// - Parameters:
    ///   - first: The number of the first flight.
    ///   - stride: The distance of two numbers, so that the ledgers of a cache number apart.
    init(first: UInt64 = 0, stride: UInt64 = 1) {
        nextNumber = first
        self.stride = stride
    }

    /// True if nothing is in flight and nothing is held.
    var isIdle: Bool { flights.isEmpty && holds.isEmpty && holdsOnAll == 0 }

    /// A caller missed `key`.
    @inlinable
    mutating func begin(_ key: Key) -> Begin {
        if let flight = joinable[key] { return .join(flight: flight) }
        let number = nextNumber
        nextNumber += stride
        flights[number] = Flight(storable: !isHeld(key))
        joinable[key] = number
        return .lead(LoadLease(key: key, flight: number))
    }

    /// Puts a waiter in line, unless the flight has ended or `limit` wait already.
    @inlinable
    mutating func join(_ flight: UInt64, id: UInt64, waiter: Waiter, limit: Int) -> Joining {
        guard let waiting = flights[flight]?.waiters.count else { return .ended }
        guard waiting < limit else { return .full }
        flights[flight]?.waiters.append(Waiting(id: id, waiter: waiter))
        return .waiting
    }

    /// Takes a waiter out of line; nil if it was served already.
    @inlinable
    mutating func leave(_ flight: UInt64, id: UInt64) -> Waiter? {
        guard let position = flights[flight]?.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return flights[flight]?.waiters.remove(at: position).waiter
    }

    /// The load of a lease has ended, in a value or an error.
    ///
    /// - Returns: Whether a value may be stored, and who waits for it.
    @inlinable
    mutating func end(_ lease: LoadLease<Key>) -> (storable: Bool, waiters: [Waiter]) {
        guard let flight = flights.removeValue(forKey: lease.flight) else {
            preconditionFailure("flight \(lease.flight) has ended twice")
        }
        if joinable[lease.key] == lease.flight { joinable[lease.key] = nil }
        return (flight.storable, flight.waiters.map { $0.waiter })
    }

    /// The leader was cancelled: the first in line takes over the lease.
    ///
    /// - Returns: The new leader, or nil if nobody waits and the flight has ended.
    @inlinable
    mutating func handOver(_ lease: LoadLease<Key>) -> Waiter? {
        guard flights[lease.flight]?.waiters.isEmpty == false else {
            _ = end(lease)
            return nil
        }
        return flights[lease.flight]?.waiters.removeFirst().waiter
    }

    /// A transaction is about to commit a change of `key`.
    mutating func hold(_ key: Key) {
        holds[key, default: 0] += 1
        if let flight = joinable[key] { flights[flight]?.storable = false }
    }

    /// The outcome of a transaction that held `key` is known.
    ///
    /// - Parameter changed: Whether the value may have changed. If so the caller drops it in the same step.
    mutating func release(_ key: Key, changed: Bool) {
        guard let count = holds[key] else { preconditionFailure("a key was released that nobody held") }
        holds[key] = count == 1 ? nil : count - 1
        if changed { detach(key) }
    }

    /// A transaction is about to commit a change of every key.
    mutating func holdAll() {
        holdsOnAll += 1
        for flight in flights.keys { flights[flight]?.storable = false }
    }

    /// As ``release(_:changed:)`` after ``holdAll()``.
    mutating func releaseAll(changed: Bool) {
        precondition(holdsOnAll > 0, "all keys were released and nobody held them")
        holdsOnAll -= 1
        if changed { detachAll() }
    }

    /// Shuts the load of `key` off from newcomers and from the store.
    mutating func detach(_ key: Key) {
        guard let flight = joinable.removeValue(forKey: key) else { return }
        flights[flight]?.storable = false
    }

    /// Shuts all loads off from newcomers and from the store.
    mutating func detachAll() {
        joinable.removeAll()
        for flight in flights.keys { flights[flight]?.storable = false }
    }

    @inlinable
    func isHeld(_ key: Key) -> Bool { holdsOnAll > 0 || holds[key] != nil }
}

// States can be told apart, so that a test can visit each once.
extension LoadLedger: Equatable where Waiter: Equatable {}
extension LoadLedger: Hashable where Waiter: Hashable {}
extension LoadLedger.Waiting: Equatable where Waiter: Equatable {}
extension LoadLedger.Waiting: Hashable where Waiter: Hashable {}
extension LoadLedger.Flight: Equatable where Waiter: Equatable {}
extension LoadLedger.Flight: Hashable where Waiter: Hashable {}
