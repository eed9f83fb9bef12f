import Histogram

/// What happened to the passes of one scenario.
struct ScenarioStatistics: Sendable {
    /// The most different failure messages kept; further ones are counted together.
    static let maxMessages = 20
    /// The message under which further ones are counted.
    static let otherMessages = "other failures"

    let name: String
    private(set) var completed = 0
    private(set) var failed = 0
    /// Arrivals for which no user became free in time or within the bound.
    private(set) var dropped = 0
    private(set) var failures: [String: Int] = [:]
    /// From the arrival to the end of the pass.
    private(set) var duration = TimeHistogram.times()

    init(name: String) { self.name = name }

    mutating func recordCompletion(arrived: Nanoseconds, at now: Nanoseconds) {
        completed += 1
        duration.record(from: arrived, to: now)
    }

    mutating func recordFailure(_ message: String) {
        failed += 1
        count(message, 1)
    }

    mutating func recordDrop() { dropped += 1 }

    mutating func add(_ other: ScenarioStatistics) {
        completed += other.completed
        failed += other.failed
        dropped += other.dropped
        for (message, number) in other.failures { count(message, number) }
        duration.add(other.duration)
    }

    private mutating func count(_ message: String, _ number: Int) {
        let isKnown = failures[message] != nil || failures.count < Self.maxMessages
        failures[isKnown ? message : Self.otherMessages, default: 0] += number
    }
}
