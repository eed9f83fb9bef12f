/// What `test` found.
struct TestReport: Encodable, CustomStringConvertible {
    /// One engine's run.
    struct Run: Encodable {
        /// As `--engine` takes it.
        let engine: String
        /// In words, with the version and the copies.
        let title: String
        /// Tests with parameters count once.
        let tests: Int
        let passed: Int
        let failed: Int
        let skipped: Int
        /// Tests that were never reached, since the process ended before.
        let notRun: Int
        let seconds: Double
        /// The whole output of the run.
        let log: String
        let failures: [TestTally.Failure]
    }

    let package: String
    let passed: Bool
    let runs: [Run]

    init(package: String, runs: [Run]) {
        self.package = package
        self.runs = runs
        passed = runs.allSatisfy { $0.failures.isEmpty && $0.notRun == 0 }
    }

    var description: String {
        var table = TextTable(
            ["engine", "tests", "passed", "failed", "skipped", "seconds"],
            rightAligned: [1, 2, 3, 4, 5]
        )
        for run in runs {
            let counts = [run.tests, run.passed, run.failed, run.skipped].map(String.init)
            table.add([run.title] + counts + [TestReport.tenths(run.seconds)])
        }
        let failures = runs.flatMap { run in run.failures.map { TestReport.words($0, of: run) } }
        let broken = runs.filter { $0.notRun > 0 }.map { "\($0.title): \($0.notRun) tests did not run" }
        let logs = runs.filter { !$0.failures.isEmpty }.map { "\($0.title): all it said is in \($0.log)" }
        return ([table.text] + failures + [(broken + logs).joined(separator: "\n")])
            .filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    private static func words(_ failure: TestTally.Failure, of run: Run) -> String {
        let test = failure.test.isEmpty ? "outside of a test" : failure.test
        let details = [failure.arguments.map { "with \($0)" }, failure.place.map { "at \($0)" }].compactMap(\.self)
        let message = failure.message.split(separator: "\n", omittingEmptySubsequences: false).prefix(10)
        return "\(run.title): \(([test] + details).joined(separator: " "))\n"
            + message.map { "  \($0)" }.joined(separator: "\n")
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
