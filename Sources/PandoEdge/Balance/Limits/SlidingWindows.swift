/// At most so many requests of each key in any time of a given length.
///
/// Two counters a key: the window before this one counts by the part of it that still lies within the length. That takes the requests of that window as
/// spread evenly, which errs by some per cent where they came in a burst, and needs no memory for each request. Memory is bounded by
/// `capacity`; a key that is forgotten begins anew.
package final class SlidingWindows: Sendable {
    private struct Counts: Sendable {
        var window: UInt64
        var current = 0
        var previous = 0
    }

    private let keys: RateKeys<Counts>
    private let limit: Int
    private let length: UInt64

    /// Makes the windows.
    ///
    /// - Parameters:
    ///   - limit: The most requests, 1 at least.
    ///   - length: The time within which they count.
    ///   - capacity: The most keys that are remembered.
    package init(limit: Int, per length: Duration, capacity: Int = 65_536) {
        precondition(limit >= 1 && length > .zero && capacity >= 1, "a limit, a length and a capacity are above 0")
        self.limit = limit
        self.length = max(1, length.wholeNanoseconds)
        keys = RateKeys(capacity: capacity)
    }

    /// Counts a request of a key where it may go on; one that may not does not count.
    package func take(of key: UInt64, at now: UInt64) -> RateDecision {
        let window = now / length
        return keys.withValue(of: key, default: Counts(window: window)) { [limit, length] counts in
            if counts.window < window {
                counts.previous = counts.window + 1 == window ? counts.current : 0
                (counts.window, counts.current) = (window, 0)
            }
            let elapsed = now % length
            let weight = 1 - Double(elapsed) / Double(length)
            let used = Double(counts.current) + Double(counts.previous) * weight
            if used + 1 > Double(limit) {
                let wait = Self.wait(counts.current, counts.previous, elapsed, limit, length)
                return RateDecision(isAllowed: false, remaining: 0, retryAfter: wait)
            }
            counts.current += 1
            return RateDecision(isAllowed: true, remaining: Int(Double(limit) - used - 1), retryAfter: 0)
        }
    }

    /// Nanoseconds until the counts leave room for one.
    private static func wait(_ current: Int, _ previous: Int, _ elapsed: UInt64, _ limit: Int, _ length: UInt64)
        -> UInt64
    {
        let room = Double(limit - 1)
        let whole = Double(length)
        if current <= limit - 1 {
            // Once enough of the window before has left: current + previous × (1 - time / length) = room.
            let time = whole * (1 - (room - Double(current)) / Double(previous))
            return UInt64(max(1, (time - Double(elapsed)).rounded(.up)))
        }
        // This window must become the one before first.
        let after = whole * (1 - room / Double(current))
        return length - elapsed + UInt64(max(0, after.rounded(.up)))
    }

    /// How many keys are remembered.
    package var count: Int { keys.count }
}
