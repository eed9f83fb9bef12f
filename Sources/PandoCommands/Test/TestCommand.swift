import ArgumentParser
import Foundation
import Pando
import PandoTopology
import Subprocess

/// `test`: the author's suite, once on every engine.
struct TestCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "test",
            abstract: "Build the service's own tests, run them once on every database engine, and compare.",
            discussion: """
                The tests are those of the Swift package in this folder or above it, written with Swift Testing; PandoTesting \
                gives each a database of its own on the engine that the suite runs on. They are built first, once for all \
                engines, by 'swift build --build-tests': minutes the first time. PostgreSQL is a private server in a \
                temporary folder, gone at the end.

                EXAMPLES
                  \(A.name) test
                  \(A.name) test --engine postgres --filter BookingTests
                  \(A.name) test --engine postgres --copies 2

                \(CommandStatus.table)
                """
        )
    }

    @Option(
        name: .customLong("engine"),
        help: ArgumentHelp("Only this engine: sqlite or postgres; may be repeated.", valueName: "engine"),
        transform: TestSelection.engine
    )
    var engines: [DatabaseEngine.Kind] = []
    @Option(help: ArgumentHelp("Only tests whose name has this in it.", valueName: "regex"))
    var filter: [String] = []
    @Option(help: ArgumentHelp("No tests whose name has this in it.", valueName: "regex"))
    var skip: [String] = []
    @Option(
        help: ArgumentHelp(
            "How many copies of the service share a test's database on PostgreSQL, asked in turn; 1 unless given.",
            valueName: "number"
        )
    )
    var copies: Int?
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if let copies, !(1...16).contains(copies) {
            throw ValidationError("--copies: \(copies) is not one of 1 to 16.")
        }
    }

    func run(_ console: Console) async throws -> CommandStatus {
        let package = try SwiftPackage()
        let kinds = DatabaseEngine.Kind.allCases.filter { engines.isEmpty || engines.contains($0) }
        var targets: [TestTarget] = []
        for kind in kinds { targets.append(try await TestTarget(kind, copies: copies)) }
        let selection = TestSelection(filter: filter, skip: skip)
        let suite = TestSuite(package: package, selection: selection, logger: .quiet(A.name))
        let report = try await TestCommand.run(suite, on: targets, console)
        try console.result(report)
        return report.passed ? .done : .failed
    }

    private static func run(_ suite: TestSuite, on targets: [TestTarget], _ console: Console) async throws
        -> TestReport
    {
        do {
            return try await Interruption.cancelling(console, "stopping the tests") {
                try await suite.build(console)
                var runs: [TestReport.Run] = []
                for target in targets { runs.append(try await suite.run(on: target, console)) }
                return TestReport(package: suite.package.folder, runs: runs)
            }
        } catch is CancellationError {
            throw CommandFailure(.failed, "interrupted")
        }
    }
}
