import Foundation
import Histogram

extension LoadReport {
    /// The clock readings of a run.
    struct Times {
        var startedAt: Date
        var start: Nanoseconds
        var finished: Nanoseconds
        var preparation: Double
        var processor: Double
    }

    /// Sums the lanes up.
    init(
        _ configuration: LoadRun.Configuration,
        _ results: [LaneHandle.Result],
        _ series: [LoadInterval],
        _ times: Times,
        isInterrupted: Bool,
        verification: LoadVerification?
    ) {
        var statistics = results[0].statistics
        for result in results.dropFirst() { statistics.add(result.statistics) }
        var all = RequestStatistics(name: "total")
        for request in statistics.requests { all.add(request) }
        let seconds = max(Self.seconds(times.start, times.finished), 0.001)
        version = Self.currentVersion
        title = configuration.title
        target = configuration.target.description
        startedAt = times.startedAt.ISO8601Format()
        durationSeconds = Self.rounded(seconds)
        self.isInterrupted = isInterrupted
        arrivals = Self.arrivals(configuration, statistics, all, results, times, seconds)
        requests = statistics.requests.filter { $0.answered + $0.failed > 0 }.map { Requests($0, seconds: seconds) }
        total = Requests(all, seconds: seconds)
        scenarios = statistics.scenarios.map { Scenario($0) }
        generator = Generator(
            lateness: LoadPercentiles(statistics.lateness),
            processorSeconds: Self.rounded(times.processor),
            connectionsOpened: results.reduce(0) { $0 + $1.connectionsOpened },
            connectFailures: results.reduce(0) { $0 + $1.connectFailures },
            eventLoops: configuration.eventLoops,
            seed: configuration.seed,
            preparationSeconds: Self.rounded(times.preparation)
        )
        self.series = series
        distribution = Self.distribution(all.latency)
        self.verification = verification
        warnings = []
        warnings = Self.warnings(configuration, self)
    }

    private static func arrivals(
        _ configuration: LoadRun.Configuration,
        _ statistics: LaneStatistics,
        _ all: RequestStatistics,
        _ results: [LaneHandle.Result],
        _ times: Times,
        _ seconds: Double
    ) -> Arrivals {
        let ended = results.map(\.arrivalsEnded).max() ?? times.finished
        let arriving = max(Self.seconds(times.start, ended), 0.001)
        let passes = statistics.scenarios.reduce(0) { $0 + $1.completed }
        let completed = statistics.scenarios.isEmpty ? all.answered : passes
        let dropped = all.failures[LoadFailure.dropped.index] + statistics.scenarios.reduce(0) { $0 + $1.dropped }
        return Arrivals(
            kind: configuration.arrivals.summary,
            isClosed: configuration.arrivals.isClosed,
            intended: statistics.arrivals,
            intendedPerSecond: rounded(Double(statistics.arrivals) / arriving),
            completed: completed,
            completedPerSecond: rounded(Double(completed) / seconds),
            dropped: dropped,
            skipped: statistics.skipped
        )
    }

    /// Percentiles on a logarithmic scale, ten for each further nine, as far as there are requests to tell them apart.
    private static func distribution(_ latency: TimeHistogram) -> [DistributionPoint] {
        guard latency.totalCount > 0 else { return [] }
        var points: [DistributionPoint] = []
        for step in 0...70 {
            let rest = pow(10, -Double(step) / 10)
            guard rest * Double(latency.totalCount) >= 1 || step == 0 else { break }
            let percentile = 100 * (1 - rest)
            let value = min(latency.valueAtPercentile(percentile), latency.maxRecorded)
            points.append(DistributionPoint(percentile: (percentile * 1e6).rounded() / 1e6, microseconds: Int(value)))
        }
        points.append(DistributionPoint(percentile: 100, microseconds: Int(latency.maxRecorded)))
        return points
    }

    private static func warnings(_ configuration: LoadRun.Configuration, _ report: LoadReport) -> [String] {
        var warnings: [String] = []
        if report.arrivals.isClosed {
            warnings.append("closed loop: clients waited for their answers, so latencies suffer coordinated omission")
        }
        if report.arrivals.dropped > 0 {
            let share = Figures.percent(report.arrivals.dropped, of: report.arrivals.intended)
            warnings.append(
                "\(Figures.count(report.arrivals.dropped)) (\(share) of arrivals) were dropped at a bound: raise maxBacklog"
                    + " or maxUsers, or lower the rate"
            )
        }
        if let lateness = report.generator.lateness, lateness.p99 > 5000 {
            let late = Figures.time(microseconds: Double(lateness.p99))
            warnings.append(
                "the generator was late: p99 \(late) after the intended start; this machine was the bottleneck"
            )
        }
        for log in configuration.logs {
            guard let first = log.firstMalformed else { continue }
            warnings.append(
                "\(log.name): \(Figures.count(log.malformedCount)) malformed lines were left out; the first is line"
                    + " \(first.line): \(first.reason)"
            )
        }
        if report.arrivals.skipped > 0 {
            warnings.append(
                "\(Figures.count(report.arrivals.skipped)) arrivals were skipped: the log's request is not a GET, HEAD or"
                    + " OPTIONS with a path"
            )
        }
        return warnings
    }

    private static func seconds(_ start: Nanoseconds, _ end: Nanoseconds) -> Double {
        end > start ? Double(end - start) / 1e9 : 0
    }

    /// Three decimals are enough for rates and seconds.
    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension LoadReport.Requests {
    init(_ statistics: RequestStatistics, seconds: Double) {
        name = statistics.name
        count = statistics.answered + statistics.failed
        ratePerSecond = LoadReport.rounded(Double(statistics.answered) / seconds)
        failures = [:]
        for failure in LoadFailure.allCases where statistics.failures[failure.index] > 0 {
            failures[failure.rawValue] = statistics.failures[failure.index]
        }
        statuses = [:]
        for (place, number) in statistics.statuses.enumerated() where number > 0 { statuses["\(place + 100)"] = number }
        errors = statistics.failed + statistics.refusedAnswers
        unknown = statistics.unknown
        latency = LoadPercentiles(statistics.latency)
        service = LoadPercentiles(statistics.service)
    }
}

extension LoadReport.Scenario {
    init(_ statistics: ScenarioStatistics) {
        name = statistics.name
        completed = statistics.completed
        failed = statistics.failed
        dropped = statistics.dropped
        failures = statistics.failures
        duration = LoadPercentiles(statistics.duration)
    }
}

extension LoadRun.Configuration {
    /// The logs in use, each once.
    fileprivate var logs: [AccessLog] {
        var logs: [AccessLog] = []
        if case .replay(let log, _) = arrivals { logs.append(log) }
        if case .recorded(let log) = work, !logs.contains(where: { $0.name == log.name }) { logs.append(log) }
        return logs
    }
}
