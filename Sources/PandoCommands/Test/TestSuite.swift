import Foundation
import Logging
import PandoTopology
import Subprocess

/// The tests of a package, built and run by `swift`.
struct TestSuite: Sendable {
    let package: SwiftPackage
    let selection: TestSelection
    let logger: Logger

    /// Builds the tests and all they need. What the compiler says goes to standard error, or to a log where results are JSON.
    ///
    /// - Throws: ``CommandFailure`` where it fails.
    func build(_ console: Console) async throws {
        try ServicePlace.makeFolder(package.logFolder)
        let arguments = ["build", "--build-tests"]
        let log = "\(package.logFolder)/build.log"
        let status: TerminationStatus
        if console.json {
            status = try await console.progress("building the tests") { progress in
                progress.update("its log is \(log)")
                return try await package.swift(arguments, .file(log))
            }
        } else {
            status = try await package.swift(arguments, .standardError)
        }
        guard !status.isSuccess else { return }
        try Task.checkCancellation()
        let words = console.json ? TestSuite.errors(in: log) : ""
        throw CommandFailure(.failed, "the tests cannot be built: swift build \(TestSuite.words(status))\(words)")
    }

    /// Runs the tests on an engine. What they say goes to a log.
    ///
    /// - Throws: ``CommandFailure`` where no test ran; `ConductorError` where the engine does not.
    func run(on target: TestTarget, _ console: Console) async throws -> TestReport.Run {
        let log = "\(package.logFolder)/\(target.name).log"
        return try await console.progress("testing on \(target.title)") { progress in
            try await target.serving(logger) { environment in
                let began = ContinuousClock.now
                let tally = try await tally(of: target, environment, log, progress)
                let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
                guard tally.tests > 0 else { throw nothingRan(tally, log) }
                return TestReport.Run(
                    engine: target.engine.rawValue,
                    title: target.title,
                    tests: tally.tests,
                    passed: tally.passed,
                    failed: tally.failed,
                    skipped: tally.skipped,
                    notRun: tally.notRun,
                    seconds: tally.seconds ?? seconds,
                    log: log,
                    failures: tally.failures
                )
            }
        }
    }

    private func tally(
        of target: TestTarget,
        _ environment: [String: String?],
        _ log: String,
        _ progress: Progress
    ) async throws -> TestTally {
        let events = "\(package.logFolder)/\(target.name).jsonl"
        // Those of an earlier run would be taken for this one's.
        if FileManager.default.fileExists(atPath: events) { try FileManager.default.removeItem(atPath: events) }
        let recorder = TestRecorder(events, folder: package.folder)
        // Tests one after the other: time limits of tests that run beside others count the others' time as well.
        let arguments =
            ["test", "--skip-build", "--no-parallel", "--disable-xctest"]
            + ["--event-stream-version", "0", "--event-stream-output-path", events] + selection.arguments
        let status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
            group.addTask { try await package.swift(arguments, environment: environment, .file(log)) }
            group.addTask {
                while (try? await Task.sleep(for: .milliseconds(250))) != nil {  // cancelled: the run is over
                    let tally = try recorder.read()
                    if tally.tests > 0 { progress.update(done: tally.done, of: tally.tests, unit: tally.unit) }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let next { return next }
            }
            throw CancellationError()
        }
        try Task.checkCancellation()
        return try recorder.finish(status.isSuccess ? nil : "swift test \(TestSuite.words(status))")
    }

    /// Why no test ran: what was asked for leaves none, or the tests could not begin.
    private func nothingRan(_ tally: TestTally, _ log: String) -> CommandFailure {
        guard let failure = tally.failures.first else { return selection.nothing }
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""  // what it said is the smaller part
        let words = text.split(separator: "\n").suffix(10).map { "\n\($0)" }.joined()
        return CommandFailure(.failed, "no test began: \(failure.message)\(words)")
    }

    private static func words(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "ended with status \(code)"
        case .signaled(let signal): "was ended by signal \(signal)"
        }
    }

    /// The lines of a build's log that name an error, the first ten of them, each on a line of its own.
    private static func errors(in log: String) -> String {
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return "" }  // said is said
        let lines = text.split(separator: "\n").filter { $0.contains("error:") }
        return lines.prefix(10).map { "\n\($0)" }.joined() + "\nall it said is in \(log)"
    }
}

extension TestTally {
    /// For progress: what is counted, and how many of it failed.
    fileprivate var unit: String { failed == 0 ? "tests" : "tests, \(failed) failed" }
}
