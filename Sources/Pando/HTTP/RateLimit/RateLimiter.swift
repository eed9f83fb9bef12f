import Synchronization

/// The buckets of many clients, in a table of fixed size.
///
/// The table is set-associative: the hash of a client picks eight places, and a client that is not among them takes the
/// place of the one whose bucket fills first. An attacker with many addresses can push out others only by making them
/// better off, never worse. The hash is seeded at start, so places cannot be aimed at.
final class RateLimiter: Sendable {
    private struct Place {
        var client: UInt64 = 0
        var arrival: Int64 = 0
    }

    private static let ways = 8

    private let algorithm: GCRA
    private let sets: Int
    private let seed: UInt64
    private let places: Mutex<[Place]>

    /// Makes a table for about `clients` clients, 16 bytes each.
    init(_ limit: RateLimit, clients: Int = 65_536, seed: UInt64 = .random(in: 1 ... .max)) {
        algorithm = GCRA(limit)
        sets = max(1, clients / Self.ways)
        self.seed = seed
        places = Mutex(Array(repeating: Place(), count: sets * Self.ways))
    }

    /// One request of a client.
    func take(client: UInt64, now: UInt64) -> GCRA.Decision {
        let key = max(1, mix(client ^ seed))
        let first = Int(key % UInt64(sets)) * Self.ways
        let now = Int64(now)
        return places.withLock { places in
            var chosen = first
            for index in first..<(first + Self.ways) {
                if places[index].client == key {
                    chosen = index
                    break
                }
                if places[index].arrival < places[chosen].arrival { chosen = index }
            }
            if places[chosen].client != key { places[chosen] = Place(client: key, arrival: 0) }
            return algorithm.take(&places[chosen].arrival, now: now)
        }
    }

    /// A bijection that spreads the bits (the finalizer of SplitMix64).
    private func mix(_ value: UInt64) -> UInt64 {
        var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
