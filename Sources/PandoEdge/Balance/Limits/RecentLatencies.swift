import Synchronization

/// A percentile of recent latencies, for the delay after which a request is sent a second time. (Dean and Barroso, "The tail at scale", CACM
/// 56, 2013: hedged at the 95th percentile, a twentieth more load cuts the tail.)
///
/// Buckets are an eighth of a power of two wide. Their counts are halved each second once there are enough, so that the percentile follows
/// what happens now, and holds where little happens.
final class RecentLatencies: Sendable {
    private static let enough = 1024
    private static let interval: UInt64 = 1_000_000_000
    /// Latencies are counted in units of 16 µs.
    private static let shift: UInt64 = 14

    private let counts = InlineArray<200, Atomic<UInt32>> { _ in Atomic(0) }
    private let percentile = Atomic<UInt64>(0)
    private let due = Atomic<UInt64>(0)

    init() {}

    @inline(__always)
    func record(_ latency: UInt64) { counts[Self.bucket(latency)].wrappingAdd(1, ordering: .relaxed) }

    /// The percentile, as it was within the last second, in nanoseconds; nil before enough requests have been seen.
    func value(_ share: Double, minimum: Int, at now: UInt64) -> UInt64? {
        let due = due.load(ordering: .relaxed)
        if now >= due,
            self.due.compareExchange(expected: due, desired: now &+ Self.interval, ordering: .relaxed).exchanged
        {
            percentile.store(compute(share, minimum), ordering: .relaxed)
        }
        let value = percentile.load(ordering: .relaxed)
        return value == 0 ? nil : value
    }

    private func compute(_ share: Double, _ minimum: Int) -> UInt64 {
        var taken = InlineArray<200, UInt32>(repeating: 0)
        var total = 0
        for bucket in 0..<200 {
            taken[bucket] = counts[bucket].load(ordering: .relaxed)
            total += Int(taken[bucket])
        }
        guard total >= max(1, minimum) else { return 0 }
        if total >= Self.enough {
            for bucket in 0..<200 { counts[bucket].wrappingSubtract(taken[bucket] / 2, ordering: .relaxed) }
        }
        var rank = Int((share * Double(total)).rounded(.up))
        for bucket in 0..<200 {
            rank -= Int(taken[bucket])
            if rank <= 0 { return Self.end(of: bucket) }
        }
        return Self.end(of: 199)
    }

    /// Below 8 units a bucket each; then eight to a power of two.
    static func bucket(_ latency: UInt64) -> Int {
        let units = latency >> shift
        if units < 8 { return Int(units) }
        let power = 63 - units.leadingZeroBitCount
        return min(199, (power - 2) << 3 + Int(units >> UInt64(power - 3)) & 7)
    }

    /// The first latency above a bucket, in nanoseconds.
    static func end(of bucket: Int) -> UInt64 {
        if bucket < 8 { return UInt64(bucket + 1) << shift }
        let power = bucket >> 3 + 2
        return UInt64(9 + bucket & 7) << (UInt64(power - 3) + shift)
    }
}

/// When a request that may be repeated is sent to a second server as well.
package struct HedgeSettings: Sendable, Equatable {
    /// After the time within which this share of the requests was answered.
    package var percentile: Double
    /// Not before so many requests have been seen.
    package var minimumRequests: Int
    /// Never sooner.
    package var minimumDelay: Duration

    /// Sets the delay.
    package init(percentile: Double = 0.95, minimumRequests: Int = 100, minimumDelay: Duration = .milliseconds(1)) {
        self.percentile = percentile
        self.minimumRequests = minimumRequests
        self.minimumDelay = minimumDelay
    }
}
