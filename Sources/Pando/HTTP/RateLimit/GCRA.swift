/// A token bucket in one number: the generic cell rate algorithm (ITU-T I.371, "virtual scheduling").
///
/// The number is the theoretical arrival time: when the bucket would be full again. Zero means a client that was never
/// seen, so a table of these needs no marker for free places. Pure: time comes in.
struct GCRA: Sendable, Hashable {
    /// What a client may do.
    enum Decision: Equatable {
        /// Go on; so many more at once, and the bucket is full again after so many nanoseconds.
        case allowed(remaining: Int, resetNanoseconds: Int64)
        /// Come back after so many nanoseconds.
        case refused(retryNanoseconds: Int64)
    }

    private let intervalNanoseconds: Int64
    private let burst: Int64

    init(_ limit: RateLimit) {
        intervalNanoseconds = max(1, Int64(1e9 / limit.requestsPerSecond))
        burst = Int64(limit.burst)
    }

    /// One request at `now`; updates the number of the client if it is allowed.
    func take(_ arrival: inout Int64, now: Int64) -> Decision {
        let full = max(arrival, now)
        let next = full + intervalNanoseconds
        let allowance = burst * intervalNanoseconds
        let excess = next - now - allowance
        if excess > 0 { return .refused(retryNanoseconds: excess) }
        arrival = next
        return .allowed(remaining: Int(-excess / intervalNanoseconds), resetNanoseconds: next - now)
    }

    /// Whether a client with this number is as good as one that was never seen.
    func isForgettable(_ arrival: Int64, now: Int64) -> Bool { arrival <= now }
}
