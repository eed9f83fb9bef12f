extension LoadReport {
    /// The report as one HTML page with plots; it needs no network, and follows the reader's light or dark.
    public var html: String {
        var body = "<h1>\(HTML.escaped(title))</h1>\n"
        body +=
            "<p class=\"soft\">\(HTML.escaped("\(target) · \(startedAt) · \(Figures.number(durationSeconds)) s"))</p>\n"
        body += "<p class=\"soft\">\(HTML.escaped("Arrivals: \(arrivals.kind), seed \(generator.seed)"))</p>\n"
        body += "<p><span class=\"verdict\(passed ? "" : " failed")\">\(passed ? "passed" : "failed")</span></p>\n"
        body += HTML.list(problems, class: "problems") + HTML.list(warnings, class: "warnings")
        body += tiles
        body += "<h2>Latency over time</h2>\n" + latencyPlot.svg
        body += "<h2>Latency by percentile</h2>\n" + distributionPlot.svg
        body += "<h2>Throughput and errors over time</h2>\n" + throughputPlot.svg
        body += "<h2>Requests</h2>\n" + requestsTable
        body += "<p class=\"soft\">Latency counts from the intended start of each request.</p>\n"
        if !scenarios.isEmpty { body += "<h2>Scenarios</h2>\n" + scenariosTable }
        body += verificationSection
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>\(HTML.escaped(title))</title><style>
            \(HTML.style)
            </style></head><body><main>
            \(body)</main></body></html>

            """
    }

    private var tiles: String {
        func time(_ value: Int?) -> String { value.map { Figures.time(microseconds: Double($0)) } ?? "–" }
        let tiles = [
            ("intended", "\(Figures.rate(arrivals.intendedPerSecond))/s"),
            ("completed", "\(Figures.rate(arrivals.completedPerSecond))/s"),
            ("p50", time(total.latency?.p50)), ("p99", time(total.latency?.p99)),
            ("p99.9", time(total.latency?.p999)), ("longest", time(total.latency?.max)),
            ("errors", Figures.count(total.errors)), ("dropped", Figures.count(arrivals.dropped)),
        ]
        let html = tiles.map {
            "<div class=\"tile\"><span class=\"soft\">\($0.0)</span><b>\(HTML.escaped($0.1))</b></div>"
        }
        return "<div class=\"tiles\">\(html.joined())</div>\n"
    }

    private var latencyPlot: SVGPlot {
        func line(_ label: String, _ colour: String, _ value: (LoadPercentiles) -> Int) -> SVGPlot.Line {
            let points = series.compactMap { interval in
                interval.latency.map { (interval.middle, Double(value($0))) }
            }
            return SVGPlot.Line(label: label, colour: colour, points: points)
        }
        let lowest = series.compactMap(\.latency?.p50).min() ?? 1
        let highest = series.compactMap(\.latency?.max).max() ?? 1000
        return SVGPlot(
            title: "Latency percentiles over time",
            x: .seconds(durationSeconds),
            y: .times(Double(lowest)...Double(max(highest, lowest))),
            lines: [
                line("p50", "var(--a)") { $0.p50 }, line("p99", "var(--b)") { $0.p99 },
                line("p99.9", "var(--c)") { $0.p999 }, line("max", "var(--d)") { $0.max },
            ]
        )
    }

    private var distributionPlot: SVGPlot {
        let last = distribution.dropLast().last.map { 1 / max(1 - $0.percentile / 100, 1e-9) } ?? 10
        let points = distribution.map { point in
            (point.percentile >= 100 ? last : 1 / (1 - point.percentile / 100), Double(point.microseconds))
        }
        let lowest = distribution.first?.microseconds ?? 1
        let highest = distribution.last?.microseconds ?? 1000
        return SVGPlot(
            title: "Latency by percentile",
            x: .percentiles(most: last),
            y: .times(Double(lowest)...Double(max(highest, lowest))),
            lines: [SVGPlot.Line(label: "all requests", colour: "var(--a)", points: points)]
        )
    }

    private var throughputPlot: SVGPlot {
        func line(_ label: String, _ colour: String, _ value: (LoadInterval) -> Int) -> SVGPlot.Line {
            let points = series.map { ($0.middle, Double(value($0)) / max($0.length, 0.001)) }
            return SVGPlot.Line(label: label, colour: colour, points: points)
        }
        // An arrival is a request, or a user's pass through a scenario, which makes several.
        let arrivals = scenarios.isEmpty ? "arrivals/s" : "arrivals of users/s"
        let answers = scenarios.isEmpty ? "answers/s" : "answered requests/s (several for each arrival)"
        let lines = [
            line(arrivals, "var(--c)") { $0.arrived }, line(answers, "var(--a)") { $0.answered },
            line("errors/s", "var(--d)") { $0.errors },
        ]
        let most = lines.flatMap { $0.points.map(\.y) }.max() ?? 1
        return SVGPlot(
            title: "Throughput and errors over time",
            x: .seconds(durationSeconds),
            y: .counts("a second", most: most),
            lines: lines
        )
    }

    private var requestsTable: String {
        let rows = (requests + (requests.count == 1 ? [] : [total])).map { row in
            [row.name, Figures.count(row.count), Figures.rate(row.ratePerSecond)] + Self.cells(row.latency)
                + [Self.kinds(row).isEmpty ? "none" : Self.kinds(row)]
        }
        let header = ["request", "count", "rate/s", "p50", "p90", "p99", "p99.9", "max", "from 400 up, or unanswered"]
        return HTML.table(header, rows)
    }

    private var scenariosTable: String {
        let rows = scenarios.map { scenario in
            [scenario.name] + [scenario.completed, scenario.failed, scenario.dropped].map { Figures.count($0) }
                + Self.cells(scenario.duration)
        }
        let header = ["scenario", "completed", "failed", "dropped", "p50", "p90", "p99", "p99.9", "max"]
        let failures = scenarios.flatMap { scenario in
            scenario.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "\(scenario.name): \($0.key) ×\(Figures.count($0.value))"
            }
        }
        return HTML.table(header, rows) + HTML.list(failures, class: "problems")
    }

    private var verificationSection: String {
        guard let verification else { return "" }
        let text =
            "\(Figures.count(verification.acknowledged)) acknowledged writes, \(Figures.count(verification.refused)) refused,"
            + " \(Figures.count(verification.settled)) of \(Figures.count(verification.unknown)) unknown settled,"
            + " \(Figures.count(verification.violationCount)) violations"
        return "<h2>Verification</h2>\n<p>\(HTML.escaped(text))</p>\n"
            + HTML.list(verification.violations.map { "\($0.rule): \($0.found)" }, class: "problems")
    }
}
