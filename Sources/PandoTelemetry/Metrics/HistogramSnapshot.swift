/// The buckets of a histogram as they stood when they were read.
///
/// Two snapshots of one series subtract to the observations between them, and snapshots of equal bounds merge, so
/// that percentiles can be given for any window and any group of series.
public struct HistogramSnapshot: Sendable, Equatable {
    /// The upper bounds of the buckets, ascending; above the last one is the bucket without a bound.
    public let bounds: [Double]
    /// Observations by bucket, not cumulative: one more than there are bounds.
    public private(set) var counts: [Int]
    /// The sum of all observations.
    public private(set) var sum: Double

    /// A snapshot of known buckets.
    ///
    /// - Precondition: `counts` has one element more than `bounds`.
    public init(bounds: [Double], counts: [Int], sum: Double) {
        precondition(counts.count == bounds.count + 1, "a histogram has one bucket more than bounds")
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    /// The number of observations.
    public var count: Int { counts.reduce(0, +) }

    /// The estimate of the value below which the fraction `quantile` of the observations lies.
    ///
    /// Linear within the bucket, so it is wrong by at most the bucket's width. Observations above the last bound give
    /// that bound. O(buckets).
    ///
    /// - Parameter quantile: A fraction in 0…1; others are clamped.
    /// - Returns: The estimate in the unit of the histogram, or nil without observations.
    public func percentile(_ quantile: Double) -> Double? {
        let total = count
        guard total > 0, let last = bounds.last else { return nil }
        let rank = min(max(quantile, 0), 1) * Double(total)
        var below = 0
        for (index, bound) in bounds.enumerated() {
            let inside = counts[index]
            if inside > 0, Double(below + inside) >= rank {
                let lower = index == 0 ? min(0, bound) : bounds[index - 1]
                return lower + (bound - lower) * max(0, rank - Double(below)) / Double(inside)
            }
            below += inside
        }
        return last
    }

    /// The observations since `earlier`, a snapshot of the same series.
    ///
    /// A series that was reset or has other bounds in between gives the whole of this snapshot.
    public func subtracting(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
        guard bounds == earlier.bounds, zip(counts, earlier.counts).allSatisfy({ $0 >= $1 }) else { return self }
        var difference = self
        for index in counts.indices { difference.counts[index] -= earlier.counts[index] }
        difference.sum -= earlier.sum
        return difference
    }

    /// The observations of both; histograms of other bounds cannot be merged and leave this one as it is.
    public func merging(_ other: HistogramSnapshot) -> HistogramSnapshot {
        guard bounds == other.bounds else { return self }
        var merged = self
        for index in counts.indices { merged.counts[index] += other.counts[index] }
        merged.sum += other.sum
        return merged
    }
}
