import Histogram

/// A histogram of times in microseconds with three significant digits; it grows with what it sees.
typealias TimeHistogram = Histogram<UInt64>

extension TimeHistogram {
    static func times() -> TimeHistogram {
        // Starts at 16 ms (32 KiB) and doubles its range when needed.
        var histogram = TimeHistogram(highestTrackableValue: 1 << 14, numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }

    /// Records the time from `start` to `end`, rounded to the nearest microsecond.
    mutating func record(from start: Nanoseconds, to end: Nanoseconds) {
        record(end > start ? (end - start + 500) / 1000 : 0)
    }
}

/// What happened to the requests of one name.
struct RequestStatistics: Sendable {
    let name: String
    /// From the intended start to the answer (or the time out).
    private(set) var latency = TimeHistogram.times()
    /// From the sending to the answer: what a closed loop would have seen.
    private(set) var service = TimeHistogram.times()
    /// Answers by status − 100.
    private(set) var statuses = [Int](repeating: 0, count: 500)
    /// Requests without an answer by ``LoadFailure/index``.
    private(set) var failures = [Int](repeating: 0, count: LoadFailure.allCases.count)
    /// Answers with a status from 400 up that was not accepted.
    private(set) var refusedAnswers = 0

    init(name: String) { self.name = name }

    /// Records an end; returns whether it was an error.
    mutating func record(_ end: ExchangeEnd, of exchange: Exchange, at now: Nanoseconds) -> Bool {
        switch end {
        case .answered(let status, _):
            latency.record(from: exchange.intended, to: now)
            service.record(from: exchange.sent, to: now)
            statuses[status - 100] += 1
            guard status >= 400, !exchange.accepting.contains(status) else { return false }
            refusedAnswers += 1
            return true
        case .failed(let failure):
            if failure.countsAsLatency { latency.record(from: exchange.intended, to: now) }
            failures[failure.index] += 1
            return true
        }
    }

    /// Adds what another lane saw of the same name.
    mutating func add(_ other: RequestStatistics) {
        latency.add(other.latency)
        service.add(other.service)
        for index in statuses.indices { statuses[index] += other.statuses[index] }
        for index in failures.indices { failures[index] += other.failures[index] }
        refusedAnswers += other.refusedAnswers
    }

    /// Answers of any status.
    var answered: Int { statuses.reduce(0, +) }
    /// Requests that ended without an answer.
    var failed: Int { failures.reduce(0, +) }
    /// Requests that ended without an answer but may have been carried out.
    var unknown: Int { LoadFailure.allCases.reduce(0) { $0 + ($1.outcomeIsUnknown ? failures[$1.index] : 0) } }
}
