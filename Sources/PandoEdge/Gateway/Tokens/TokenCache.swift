import Crypto
import Synchronization

/// Tokens that were verified, by their hashes: the second request with a token costs a lookup. Bounded; what was not used for longest
/// goes, half of all at a time.
final class TokenCache: Sendable {
    /// SHA-256 of a token, so that no token is ever taken for another.
    struct Key: Hashable, Sendable {
        private let parts: (UInt64, UInt64, UInt64, UInt64)

        init(_ token: UnsafeBufferPointer<UInt8>) {
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(token))
            parts = hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
        }

        static func == (one: Key, other: Key) -> Bool { one.parts == other.parts }

        // It is as random as a hash can be, and nobody chooses it who has not the issuer's key.
        func hash(into hasher: inout Hasher) { hasher.combine(parts.0) }
    }

    private struct Halves {
        var young: [Key: AcceptedToken] = [:]
        var old: [Key: AcceptedToken] = [:]
    }

    private let capacity: Int
    private let halves = Mutex(Halves())

    /// - Parameter capacity: The most tokens that it remembers.
    init(capacity: Int = 16_384) { self.capacity = capacity }

    /// How many are remembered.
    var count: Int { halves.withLock { $0.young.count + $0.old.count } }

    func find(_ key: Key) -> AcceptedToken? {
        halves.withLock { halves in
            if let found = halves.young[key] { return found }
            guard let found = halves.old.removeValue(forKey: key) else { return nil }
            Self.keep(found, key, &halves, capacity)
            return found
        }
    }

    func keep(_ token: AcceptedToken, _ key: Key) {
        halves.withLock { halves in
            halves.old[key] = nil
            Self.keep(token, key, &halves, capacity)
        }
    }

    private static func keep(_ token: AcceptedToken, _ key: Key, _ halves: inout Halves, _ capacity: Int) {
        if halves.young.count >= max(1, capacity / 2) { halves = Halves(young: [:], old: halves.young) }
        halves.young[key] = token
    }
}
