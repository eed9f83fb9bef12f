extension LoadReport {
    /// The report for a terminal: what was meant, what happened, a row for each name, and the verdict.
    public var text: String {
        var text = "\(title)\n"
        text += "Target      \(target)\n"
        text += "Started     \(startedAt), \(Figures.number(durationSeconds)) s\n"
        text += "Arrivals    \(arrivals.kind), seed \(generator.seed)\n"
        text += "Intended    \(Figures.count(arrivals.intended)), \(Figures.rate(arrivals.intendedPerSecond))/s\n"
        text += "Completed   \(Figures.count(arrivals.completed)), \(Figures.rate(arrivals.completedPerSecond))/s"
        text += ", \(Figures.count(arrivals.dropped)) dropped\n"
        text += "Errors      \(Figures.count(total.errors)) of \(Figures.count(total.count)) requests"
        text +=
            " (\(Figures.percent(total.errors, of: total.count))), \(Figures.count(total.unknown)) of unknown outcome\n\n"
        text += requestTable
        text += "Latency counts from the intended start of each request.\n"
        text += errorLines
        text += scenarioLines
        text += generatorLines
        text += verificationLines
        if !warnings.isEmpty { text += "\nWarnings\n" + warnings.map { "  \($0)\n" }.joined() }
        let verdict = passed ? "passed" : "FAILED: " + problems.joined(separator: "; ")
        return text + "\nResult      \(verdict)\n"
    }

    static func cells(_ percentiles: LoadPercentiles?) -> [String] {
        guard let percentiles else { return Array(repeating: "–", count: 5) }
        return [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.p999, percentiles.max].map {
            Figures.time(microseconds: Double($0))
        }
    }

    private var requestTable: String {
        var table = TextTable(["request", "count", "rate/s", "errors", "p50", "p90", "p99", "p99.9", "max"])
        for row in requests + (requests.count == 1 ? [] : [total]) {
            let counts = [Figures.count(row.count), Figures.rate(row.ratePerSecond), Figures.count(row.errors)]
            table.add([row.name] + counts + Self.cells(row.latency))
        }
        return table.text
    }

    /// The kinds of errors of a row: `503 ×12, refused ×3`.
    static func kinds(_ row: Requests) -> String {
        let statuses = row.statuses.filter { $0.key >= "400" }
        let kinds = statuses.map { ($0.key, $0.value) } + row.failures.map { ($0.key, $0.value) }
        return kinds.sorted { $0.0 < $1.0 }.map { "\($0.0) ×\(Figures.count($0.1))" }.joined(separator: ", ")
    }

    private var errorLines: String {
        let lines = requests.filter { !Self.kinds($0).isEmpty }.map { "  \($0.name): \(Self.kinds($0))\n" }
        return lines.isEmpty ? "" : "\nAnswers from 400 up, and requests without an answer\n" + lines.joined()
    }

    private var scenarioLines: String {
        guard !scenarios.isEmpty else { return "" }
        var table = TextTable(["scenario", "completed", "failed", "dropped", "p50", "p90", "p99", "p99.9", "max"])
        for scenario in scenarios {
            let counts = [scenario.completed, scenario.failed, scenario.dropped].map { Figures.count($0) }
            table.add([scenario.name] + counts + Self.cells(scenario.duration))
        }
        let failures = scenarios.flatMap { scenario in
            scenario.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "  \(scenario.name): \($0.key) ×\(Figures.count($0.value))\n"
            }
        }
        return "\n" + table.text + (failures.isEmpty ? "" : "\nFailed passes\n" + failures.joined())
    }

    private var generatorLines: String {
        let late =
            generator.lateness.map { "late by p99 \(Figures.time(microseconds: Double($0.p99)))" } ?? "no arrivals"
        let each = total.count > 0 ? generator.processorSeconds * 1e6 / Double(total.count) : 0
        return "\nGenerator   \(late); \(Figures.fixed(generator.processorSeconds, 2)) processor seconds,"
            + " \(Figures.time(microseconds: each)) a request; \(Figures.count(generator.connectionsOpened)) connections,"
            + " \(Figures.count(generator.connectFailures)) attempts failed\n"
    }

    private var verificationLines: String {
        guard let verification else { return "" }
        var text = "Verified    \(Figures.count(verification.acknowledged)) acknowledged writes,"
        text += " \(Figures.count(verification.refused)) refused, \(Figures.count(verification.settled)) of"
        text += " \(Figures.count(verification.unknown)) unknown settled: "
        text += verification.passed ? "all is as it must be\n" : "NOT as it must be\n"
        if let incomplete = verification.incomplete { text += "  incomplete: \(incomplete)\n" }
        for violation in verification.violations { text += "  \(violation.rule): \(violation.found)\n" }
        let more = verification.violationCount - verification.violations.count
        return text + (more > 0 ? "  and \(Figures.count(more)) more\n" : "")
    }
}
