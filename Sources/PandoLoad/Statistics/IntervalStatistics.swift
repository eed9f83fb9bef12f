import Histogram

/// What happened on a lane since the last look: the matter of the live line and of the plots over time.
struct IntervalStatistics: Sendable {
    /// Latencies of requests that ended in the interval.
    var latency = TimeHistogram.times()
    /// Arrivals that were due.
    var arrived = 0
    /// Answers of any status.
    var answered = 0
    /// Failures, and answers with a status that is an error.
    var errors = 0
    /// Arrivals and requests dropped at a bound; they are among the errors.
    var dropped = 0
    /// Requests on connections at the end of the interval.
    var inFlight = 0
    /// Requests and arrivals that wait at the end of the interval.
    var waiting = 0

    /// Adds another lane's same interval.
    mutating func add(_ other: IntervalStatistics) {
        latency.add(other.latency)
        arrived += other.arrived
        answered += other.answered
        errors += other.errors
        dropped += other.dropped
        inFlight += other.inFlight
        waiting += other.waiting
    }

    /// Starts the next interval without giving memory back.
    mutating func reset() {
        latency.reset()
        arrived = 0
        answered = 0
        errors = 0
        dropped = 0
    }
}
