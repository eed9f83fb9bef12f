import Foundation
import Histogram
import Testing

@testable import PandoLoad

@Suite struct LoadReportTests {
    private static let latency = LoadPercentiles(
        count: 1490,
        mean: 1234.5,
        p50: 812,
        p90: 2340,
        p99: 12_300,
        p999: 250_000,
        max: 1_500_000
    )

    static let report: LoadReport = {
        let book = LoadReport.Requests(
            name: "book <now>",
            count: 1500,
            ratePerSecond: 496.667,
            failures: ["refused": 7, "reset": 3],
            statuses: ["201": 1480, "500": 10],
            errors: 20,
            unknown: 3,
            latency: latency,
            service: latency
        )
        var total = book
        total.name = "total"
        var interval = IntervalStatistics()
        interval.arrived = 500
        interval.answered = 490
        interval.errors = 10
        for value in 1...490 { interval.latency.record(UInt64(value * 100)) }
        let violation = LoadViolation(rule: "a reservation is there exactly once", found: "r-17 twice")
        return LoadReport(
            version: 1,
            title: "Bookings",
            target: "http://127.0.0.1:8080",
            startedAt: "2026-11-21T09:00:00Z",
            durationSeconds: 3,
            isInterrupted: false,
            arrivals: LoadReport.Arrivals(
                kind: "Poisson, 500/s",
                isClosed: false,
                intended: 1500,
                intendedPerSecond: 500,
                completed: 1480,
                completedPerSecond: 493.333,
                dropped: 0,
                skipped: 0
            ),
            requests: [book],
            total: total,
            scenarios: [
                LoadReport.Scenario(
                    name: "booking",
                    completed: 1480,
                    failed: 20,
                    dropped: 0,
                    failures: ["book: status 500": 10, "book: refused": 7, "book: reset": 3],
                    duration: latency
                )
            ],
            generator: LoadReport.Generator(
                lateness: LoadPercentiles(count: 1500, mean: 20, p50: 18, p90: 40, p99: 61, p999: 80, max: 200),
                processorSeconds: 0.12,
                connectionsOpened: 12,
                connectFailures: 4,
                eventLoops: 1,
                seed: 7,
                preparationSeconds: 0.25
            ),
            series: (1...3).map { LoadInterval(second: Double($0), length: 1, interval) },
            distribution: [
                LoadReport.DistributionPoint(percentile: 0, microseconds: 100),
                LoadReport.DistributionPoint(percentile: 50, microseconds: 812),
                LoadReport.DistributionPoint(percentile: 90, microseconds: 2340),
                LoadReport.DistributionPoint(percentile: 99, microseconds: 12_300),
                LoadReport.DistributionPoint(percentile: 100, microseconds: 1_500_000),
            ],
            verification: LoadVerification(
                acknowledged: 1480,
                refused: 17,
                unknown: 3,
                settled: 3,
                violationCount: 1,
                violations: [violation]
            ),
            warnings: ["something to know"]
        )
    }()

    @Test func textIsAsAgreed() {
        let expected = """
            Bookings
            Target      http://127.0.0.1:8080
            Started     2026-11-21T09:00:00Z, 3 s
            Arrivals    Poisson, 500/s, seed 7
            Intended    1,500, 500/s
            Completed   1,480, 493/s, 0 dropped
            Errors      20 of 1,500 requests (1.33%), 3 of unknown outcome

            request     count  rate/s  errors     p50      p90      p99   p99.9     max
            book <now>  1,500     497      20  812 µs  2.34 ms  12.3 ms  250 ms  1.50 s
            Latency counts from the intended start of each request.

            Answers from 400 up, and requests without an answer
              book <now>: 500 ×10, refused ×7, reset ×3

            scenario  completed  failed  dropped     p50      p90      p99   p99.9     max
            booking       1,480      20        0  812 µs  2.34 ms  12.3 ms  250 ms  1.50 s

            Failed passes
              booking: book: status 500 ×10
              booking: book: refused ×7
              booking: book: reset ×3

            Generator   late by p99 61 µs; 0.12 processor seconds, 80 µs a request; 12 connections, 4 attempts failed
            Verified    1,480 acknowledged writes, 17 refused, 3 of 3 unknown settled: NOT as it must be
              a reservation is there exactly once: r-17 twice

            Warnings
              something to know

            Result      FAILED: violations found by the verification: 1

            """
        #expect(Self.report.text == expected)
    }

    @Test func jsonKeepsItsKeysAndReadsBack() throws {
        let json = Self.report.json
        #expect(try LoadReport(json: json) == Self.report)
        for key in [
            "version", "title", "target", "startedAt", "durationSeconds", "isInterrupted", "arrivals", "requests",
            "total",
            "scenarios", "generator", "series", "distribution", "verification", "warnings", "intendedPerSecond",
            "completedPerSecond", "p50Microseconds", "p999Microseconds", "maxMicroseconds", "processorSeconds",
        ] {
            #expect(json.contains("\"\(key)\" : "), "\(key)")
        }
        #expect(throws: LoadError.self) { try LoadReport(json: "{}") }
        #expect(throws: LoadError.self) {
            try LoadReport(json: json.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2"))
        }
    }

    @Test func htmlNeedsNothingElseAndEscapes() throws {
        let html = Self.report.html
        #expect(html.hasPrefix("<!doctype html>"))
        #expect(html.components(separatedBy: "<svg").count == 4)
        // An arrival of a scenario makes several requests.
        #expect(html.contains("arrivals of users/s") && html.contains("answered requests/s"))
        #expect(html.contains("prefers-color-scheme:dark"))
        for outside in ["src=", "href=", "url(", "@import", "<script"] {
            #expect(!html.contains(outside), "\(outside)")
        }
        #expect(html.contains("book &lt;now&gt;") && !html.contains("<now>"))
        for number in html.split(whereSeparator: { "\"ML ".contains($0) }) {
            #expect(number != "nan" && number != "inf")
        }
        if let path = ProcessInfo.processInfo.environment["PANDO_LOAD_HTML"] {
            try html.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    @Test func anEmptyRunStillRenders() {
        var report = Self.report
        report.series = []
        report.distribution = []
        report.requests = []
        report.total.latency = nil
        report.total.count = 0
        report.total.statuses = [:]
        report.verification = nil
        #expect(report.problems == ["no request was answered"])
        #expect(report.html.contains("<svg"))
        #expect(report.text.contains("Result      FAILED: no request was answered"))
    }

    @Test(arguments: [
        (0.0, "0 µs"), (812, "812 µs"), (999.4, "999 µs"), (999.6, "1.00 ms"), (1234, "1.23 ms"), (12_345, "12.3 ms"),
        (250_000, "250 ms"), (999_499, "999 ms"), (999_600, "1.00 s"), (61_000_000, "61.0 s"),
        (3_600_000_000, "3600 s"),
    ])
    func timesHaveThreeDigits(microseconds: Double, text: String) {
        #expect(Figures.time(microseconds: microseconds) == text)
    }

    @Test func numbersReadAsPeopleWriteThem() {
        #expect(Figures.count(1_234_567) == "1,234,567")
        #expect(Figures.count(-1000) == "-1,000")
        #expect(Figures.number(0.5) == "0.5")
        #expect(Figures.number(3000) == "3000")
        #expect(Figures.fixed(-0.001, 2) == "0.00")
        #expect(Figures.rate(0.5) == "0.50")
        #expect(Figures.rate(12.34) == "12.3")
        #expect(Figures.rate(12_345.6) == "12,346")
        #expect(Figures.percent(1, of: 100_000) == "<0.01%")
        #expect(Figures.percent(1, of: 3) == "33.33%")
    }

    @Test func longSeriesJoinNeighbours() throws {
        var series = TimeSeries(capacity: 20)
        for second in 0..<50 {
            var statistics = IntervalStatistics()
            statistics.arrived = 1
            statistics.latency.record(UInt64(second + 1))
            series.append(LoadInterval(second: Double(second + 1), length: 1, statistics))
        }
        #expect(series.intervals.count <= 20)
        #expect(series.intervals.reduce(0) { $0 + $1.arrived } == 50)
        #expect(series.intervals.last?.second == 50)
        #expect(try #require(series.intervals.first?.latency).max >= 2)
    }

    @Test func namesBeyondTheBoundAreCountedTogether() {
        var statistics = LaneStatistics()
        for number in 0..<1000 { _ = statistics.row("GET /\(number)") }
        #expect(statistics.requests.count == LaneStatistics.maxRows)
        #expect(statistics.requests.last?.name == LaneStatistics.otherNames)
    }
}
