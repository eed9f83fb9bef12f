import PandoEviction

@testable import PandoCache

/// What a cache does in the steps of readers and writers of one key. The values are the versions of the row.
protocol CoherenceSubject: Hashable {
    associatedtype Lease: Hashable

    mutating func lookUp(_ reader: Int) -> Lookup<Lease>
    /// The waiters get the value as well.
    mutating func complete(_ lease: Lease, _ value: Int) -> [Int]
    /// The leader is cancelled; returns the reader who takes over.
    mutating func handOver(_ lease: Lease) -> Int?
    mutating func prepare()
    mutating func finish(changed: Bool)
    mutating func evict()
    /// Nothing is in flight and nothing is held.
    var isIdle: Bool { get }
}

enum Lookup<Lease> {
    case hit(Int)
    case lead(Lease)
    case wait
}

/// The real state machine of the cache.
struct ShardSubject: CoherenceSubject {
    private var shard = CacheShard<Int, Int, Int>(
        policy: .adaptive,
        maximumBytes: 1000,
        seed: 1,
        refreshPause: .seconds(1)
    )

    mutating func lookUp(_ reader: Int) -> Lookup<LoadLease<Int>> {
        if case .fresh(let value?) = shard.read(0, hash: 0, now: .zero) { return .hit(value) }
        switch shard.begin(0, hash: 0, now: .zero, acceptsAbsence: false) {
        case .present(let value): return .hit(value ?? -1)
        case .lead(let lease): return .lead(lease)
        case .join(let flight):
            _ = shard.ledger.join(flight, id: UInt64(reader), waiter: reader, limit: 10)
            return .wait
        }
    }

    mutating func complete(_ lease: LoadLease<Int>, _ value: Int) -> [Int] {
        let life = EntryLife(freshUntil: .seconds(60), staleUntil: .seconds(60))
        return shard.complete(lease, hash: 0, value: value, weight: 1, life: life)
    }

    mutating func handOver(_ lease: LoadLease<Int>) -> Int? { shard.ledger.handOver(lease) }
    mutating func prepare() { shard.hold(0) }
    mutating func finish(changed: Bool) { shard.release(0, hash: 0, changed: changed) }
    mutating func evict() { shard.remove(0, hash: 0) }
    var isIdle: Bool { shard.ledger.isIdle }

    private var cached: Int? {
        let slot = shard.find(0, hash: 0)
        return slot == .none ? nil : shard.values[Int(slot)]
    }

    // The policy and the counters do not matter to what is returned: eviction is a step of its own.
    static func == (left: Self, right: Self) -> Bool {
        left.shard.ledger == right.shard.ledger && left.cached == right.cached
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(shard.ledger)
        hasher.combine(cached)
    }
}

/// Caches as they are often built, each without one part of the protection: the controls of the test.
struct NaiveSubject: CoherenceSubject {
    enum Fault: CaseIterable {
        /// Drops the value after the commit, and lets every load store.
        case storesWithoutLease
        /// Breaks leases, but lets newcomers join a load that began before the write.
        case joinsOldLoads
        /// Drops the value before the commit only.
        case dropsBeforeCommit
    }

    let fault: Fault
    private var cached: Int?
    private var flights: [Int: Flight] = [:]
    private var joinable: Int?
    private var next = 0

    private struct Flight: Hashable {
        var storable = true
        var waiters: [Int] = []
    }

    init(_ fault: Fault) {
        self.fault = fault
    }

    mutating func lookUp(_ reader: Int) -> Lookup<Int> {
        if let cached { return .hit(cached) }
        if let joinable {
            flights[joinable]?.waiters.append(reader)
            return .wait
        }
        next += 1
        flights[next] = Flight()
        joinable = next
        return .lead(next)
    }

    mutating func complete(_ lease: Int, _ value: Int) -> [Int] {
        guard let flight = flights.removeValue(forKey: lease) else { return [] }
        if joinable == lease { joinable = nil }
        if flight.storable { cached = value }
        return flight.waiters
    }

    mutating func handOver(_ lease: Int) -> Int? {
        guard flights[lease]?.waiters.isEmpty == false else {
            flights[lease] = nil
            if joinable == lease { joinable = nil }
            return nil
        }
        return flights[lease]?.waiters.removeFirst()
    }

    mutating func prepare() {
        if fault == .dropsBeforeCommit { drop() }
    }

    mutating func finish(changed: Bool) {
        if changed, fault != .dropsBeforeCommit { drop() }
    }

    mutating func evict() { cached = nil }
    var isIdle: Bool { flights.isEmpty }

    private mutating func drop() {
        cached = nil
        guard fault != .storesWithoutLease else { return joinable = nil }
        for flight in flights.keys { flights[flight]?.storable = false }
        if fault == .dropsBeforeCommit { joinable = nil }
    }
}
