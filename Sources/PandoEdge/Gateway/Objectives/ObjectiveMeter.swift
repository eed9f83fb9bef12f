import PandoTelemetry

/// Something that a gateway promises of its requests, and how it keeps to it: of all that there were, and of those of the last hour.
///
/// Requests that their clients gave up count for nothing. A failed one, or one that was broken off on our side, counts against the
/// availability, and for nothing where it is about latency: an error that comes at once is no quick answer.
final class ObjectiveMeter: Sendable {
    /// What is promised.
    enum Promise: Hashable, Sendable {
        /// The time that a response takes at most, in nanoseconds.
        case latency(UInt64)
        /// That requests do not fail.
        case availability

        /// In metrics and in the live state.
        var name: String {
            switch self {
            case .latency: "latency"
            case .availability: "availability"
            }
        }

        /// Whether a request was as it was promised; nil where it counts for nothing.
        func isKept(status: Int, end: ExchangeRecord.End, nanoseconds: UInt64) -> Bool? {
            if end == .client { return nil }
            let hasFailed = status >= 500 || end == .server
            switch self {
            case .availability: return !hasFailed
            // A tunnel is as long as its use.
            case .latency(let bound): return hasFailed || status == 101 ? nil : nanoseconds <= bound
            }
        }
    }

    /// How long the window is, in seconds; of the oldest of its minutes all or nothing counts.
    static let windowSeconds: UInt64 = 3_600

    let promise: Promise
    /// The share of requests that it is promised of, in percent.
    let targetPercent: Double
    private let recent = SlidingCount<60>(over: windowSeconds * 1_000_000_000)
    private let recentMisses = SlidingCount<60>(over: windowSeconds * 1_000_000_000)
    private let total: Counter
    private let kept: Counter

    /// - Parameters:
    ///   - total: Gets all requests that count.
    ///   - kept: Gets those that were as promised.
    init(_ promise: Promise, _ targetPercent: Double, total: Counter, kept: Counter) {
        self.promise = promise
        self.targetPercent = targetPercent
        self.total = total
        self.kept = kept
    }

    /// A request has ended.
    func count(status: Int, end: ExchangeRecord.End, nanoseconds: UInt64, at now: UInt64) {
        guard let isKept = promise.isKept(status: status, end: end, nanoseconds: nanoseconds) else { return }
        total.increment()
        recent.add(1, at: now)
        if isKept { kept.increment() } else { recentMisses.add(1, at: now) }
    }

    /// The last hour.
    func attainment(at now: UInt64) -> Attainment {
        let requests = recent.sum(at: now)
        return Attainment(
            requests: requests,
            misses: min(requests, recentMisses.sum(at: now)),
            targetPercent: targetPercent
        )
    }
}
