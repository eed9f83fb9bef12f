/// One second (or more, in long runs) of a run.
public struct LoadInterval: Sendable, Codable, Equatable {
    /// Seconds from the start of the run to the end of the interval.
    public var second: Double
    /// Length in seconds.
    public var length: Double
    /// Arrivals that were due.
    public var arrived: Int
    /// Answers of any status that came.
    public var answered: Int
    /// Requests without an answer, and answers that are errors.
    public var errors: Int
    /// Arrivals and requests dropped at a bound; they are among the errors.
    public var dropped: Int
    /// Requests on connections at the end.
    public var inFlight: Int
    /// Requests and arrivals that waited at the end.
    public var waiting: Int
    /// Latencies of what ended in the interval; nil if nothing did.
    public var latency: LoadPercentiles?

    init(second: Double, length: Double, _ statistics: IntervalStatistics) {
        self.second = second
        self.length = length
        arrived = statistics.arrived
        answered = statistics.answered
        errors = statistics.errors
        dropped = statistics.dropped
        inFlight = statistics.inFlight
        waiting = statistics.waiting
        latency = LoadPercentiles(statistics.latency)
    }

    /// The middle of the interval, in seconds from the start of the run.
    var middle: Double { second - length / 2 }

    /// Joins the interval that follows this one. Its percentiles become the larger of the two: an upper bound, as
    /// percentiles cannot be added.
    mutating func join(_ next: LoadInterval) {
        second = next.second
        length += next.length
        arrived += next.arrived
        answered += next.answered
        errors += next.errors
        dropped += next.dropped
        inFlight = next.inFlight
        waiting = next.waiting
        latency = latency.map { mine in next.latency.map { mine.larger($0) } ?? mine } ?? next.latency
    }
}

/// The intervals of a run, in bounded memory: when there are too many, neighbours are joined.
struct TimeSeries: Sendable {
    /// The most intervals kept, an even number.
    let capacity: Int

    private(set) var intervals: [LoadInterval] = []
    private var perInterval = 1
    private var inLast = 0

    /// - Parameter capacity: two hours by the second unless given.
    init(capacity: Int = 7200) {
        precondition(capacity > 0 && capacity % 2 == 0, "neighbours are joined in pairs")
        self.capacity = capacity
    }

    mutating func append(_ interval: LoadInterval) {
        if inLast > 0, inLast < perInterval {
            intervals[intervals.count - 1].join(interval)
            inLast += 1
            return
        }
        if intervals.count == capacity { halve() }
        intervals.append(interval)
        inLast = 1
    }

    private mutating func halve() {
        var joined: [LoadInterval] = []
        joined.reserveCapacity(capacity)
        for index in stride(from: 0, to: intervals.count, by: 2) {
            var interval = intervals[index]
            interval.join(intervals[index + 1])
            joined.append(interval)
        }
        intervals = joined
        perInterval *= 2
    }
}
