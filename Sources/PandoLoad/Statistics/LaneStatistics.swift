import Histogram

/// All that one lane counts. A value, so that it can leave its event loop whole.
struct LaneStatistics: Sendable {
    /// The most rows; further names are counted together.
    static let maxRows = 256
    /// The name under which further ones are counted.
    static let otherNames = "other requests"

    private(set) var requests: [RequestStatistics] = []
    private var rows: [String: Int] = [:]
    var scenarios: [ScenarioStatistics] = []
    var interval = IntervalStatistics()
    /// How late the generator itself looked at arrivals.
    private(set) var lateness = TimeHistogram.times()
    private(set) var arrivals = 0
    /// Arrivals of a recorded log that cannot be sent.
    var skipped = 0
    /// False while users are prepared: nothing is counted.
    var isRecording = true

    init(scenarios: [String] = []) {
        self.scenarios = scenarios.map { ScenarioStatistics(name: $0) }
    }

    /// The row of a name.
    mutating func row(_ name: String) -> Int {
        if let row = rows[name] { return row }
        if requests.count >= Self.maxRows - 1, name != Self.otherNames { return row(Self.otherNames) }
        requests.append(RequestStatistics(name: name))
        rows[name] = requests.count - 1
        return requests.count - 1
    }

    mutating func recordArrival(intended: Nanoseconds, at now: Nanoseconds) {
        arrivals += 1
        interval.arrived += 1
        lateness.record(from: intended, to: now)
    }

    mutating func record(_ end: ExchangeEnd, of exchange: Exchange, at now: Nanoseconds) {
        guard isRecording else { return }
        if requests[exchange.row].record(end, of: exchange, at: now) { interval.errors += 1 }
        switch end {
        case .answered:
            interval.answered += 1
            interval.latency.record(from: exchange.intended, to: now)
        case .failed(let failure):
            if failure.countsAsLatency { interval.latency.record(from: exchange.intended, to: now) }
            if failure == .dropped { interval.dropped += 1 }
        }
    }

    /// Records an arrival that no user could take.
    mutating func recordDroppedUser(scenario: Int) {
        scenarios[scenario].recordDrop()
        interval.dropped += 1
        interval.errors += 1
    }

    /// Adds another lane's.
    mutating func add(_ other: LaneStatistics) {
        for statistics in other.requests { requests[row(statistics.name)].add(statistics) }
        for index in scenarios.indices { scenarios[index].add(other.scenarios[index]) }
        interval.add(other.interval)
        lateness.add(other.lateness)
        arrivals += other.arrivals
        skipped += other.skipped
    }
}
