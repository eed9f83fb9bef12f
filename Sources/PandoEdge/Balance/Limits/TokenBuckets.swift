/// What a rate limit says to a request.
package struct RateDecision: Sendable, Equatable {
    /// Whether it may go on.
    package var isAllowed: Bool
    /// How many more may follow at once.
    package var remaining: Int
    /// Nanoseconds until one may come; 0 where this one may go on.
    package var retryAfter: UInt64
}

/// A token bucket for each key: so many requests a second on average, and so many at once after a pause.
///
/// Kept as the time when the bucket will be full again, one number a key (the generic cell rate algorithm, ITU-T I.371, which decides as a
/// bucket with continuous refill does). Memory is bounded by `capacity`; a key that is forgotten starts with a full bucket, so that the capacity
/// must be above the number of clients of a few seconds.
package final class TokenBuckets: Sendable {
    private let keys: RateKeys<UInt64>
    /// Nanoseconds a token.
    private let interval: UInt64
    /// Nanoseconds until an empty bucket is full.
    private let depth: UInt64

    /// Makes the buckets.
    ///
    /// - Parameters:
    ///   - ratePerSecond: Above 0; one in eleven days is the least that is told from none.
    ///   - burst: The tokens of a full bucket, 1 at least.
    ///   - capacity: The most keys that are remembered.
    package init(ratePerSecond: Double, burst: Int, capacity: Int = 65_536) {
        precondition(ratePerSecond > 0 && burst >= 1 && capacity >= 1, "a rate, a burst and a capacity are above 0")
        interval = UInt64(max(1, min(1e15, 1e9 / ratePerSecond)))
        depth = Self.time(burst, interval)
        keys = RateKeys(capacity: capacity)
    }

    /// Takes tokens out of a key's bucket where there are enough.
    package func take(_ tokens: Int = 1, of key: UInt64, at now: UInt64) -> RateDecision {
        let cost = Self.time(tokens, interval)
        return keys.withValue(of: key, default: now) { [interval, depth] full in
            let start = max(full, now)
            let next = start &+ cost
            let latest = now &+ depth
            if next > latest {
                let remaining = Int((latest - min(start, latest)) / interval)
                return RateDecision(isAllowed: false, remaining: remaining, retryAfter: next - latest)
            }
            full = next
            return RateDecision(isAllowed: true, remaining: Int((latest - next) / interval), retryAfter: 0)
        }
    }

    /// The time of so many tokens; a century at most, so that sums of times do not overflow.
    private static func time(_ tokens: Int, _ interval: UInt64) -> UInt64 {
        let (time, isTooLong) = interval.multipliedReportingOverflow(by: UInt64(max(0, tokens)))
        return isTooLong ? 3_155_760_000_000_000_000 : min(time, 3_155_760_000_000_000_000)
    }

    /// How many keys are remembered.
    package var count: Int { keys.count }
}
