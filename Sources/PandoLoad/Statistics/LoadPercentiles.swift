import Histogram

/// Times of many requests, in microseconds, with three significant digits.
public struct LoadPercentiles: Sendable, Codable, Equatable {
    /// How many times there are.
    public var count: Int
    /// The arithmetic mean.
    public var mean: Double
    /// Half of the times are at most this.
    public var p50: Int
    /// 90 % of the times are at most this.
    public var p90: Int
    /// 99 % of the times are at most this.
    public var p99: Int
    /// 99.9 % of the times are at most this.
    public var p999: Int
    /// The longest time.
    public var max: Int

    /// Makes percentiles of known values.
    public init(count: Int, mean: Double, p50: Int, p90: Int, p99: Int, p999: Int, max: Int) {
        self.count = count
        self.mean = mean
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.p999 = p999
        self.max = max
    }

    /// Nil for an empty histogram: no time is not a time of 0.
    init?(_ histogram: TimeHistogram) {
        guard histogram.totalCount > 0 else { return nil }
        let longest = histogram.maxRecorded
        func at(_ percentile: Double) -> Int { Int(min(histogram.valueAtPercentile(percentile), longest)) }
        self.init(
            count: Int(histogram.totalCount),
            mean: (histogram.mean * 10).rounded() / 10,
            p50: at(50),
            p90: at(90),
            p99: at(99),
            p999: at(99.9),
            max: Int(longest)
        )
    }

    func larger(_ other: LoadPercentiles) -> LoadPercentiles {
        let both = Swift.max(1, count + other.count)
        return LoadPercentiles(
            count: count + other.count,
            mean: (mean * Double(count) + other.mean * Double(other.count)) / Double(both),
            p50: Swift.max(p50, other.p50),
            p90: Swift.max(p90, other.p90),
            p99: Swift.max(p99, other.p99),
            p999: Swift.max(p999, other.p999),
            max: Swift.max(max, other.max)
        )
    }

    private enum CodingKeys: String, CodingKey {
        case count
        case mean = "meanMicroseconds"
        case p50 = "p50Microseconds"
        case p90 = "p90Microseconds"
        case p99 = "p99Microseconds"
        case p999 = "p999Microseconds"
        case max = "maxMicroseconds"
    }
}
