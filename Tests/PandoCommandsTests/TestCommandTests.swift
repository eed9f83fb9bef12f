import Foundation
import Pando
import PandoTopology
import Testing

@testable import PandoCommands

@Suite struct TestCommandTests {
    private struct Empty: App {
        static let name = "empty"
        var domains: [any Domain] { [] }
    }

    private func run(_ engine: String, _ title: String, _ failures: [TestTally.Failure] = [], notRun: Int = 0)
        -> TestReport.Run
    {
        TestReport.Run(
            engine: engine,
            title: title,
            tests: 58,
            passed: 56 - failures.count - notRun,
            failed: failures.count,
            skipped: 2,
            notRun: notRun,
            seconds: 21.34,
            log: "/p/.build/pando-test/\(engine).log",
            failures: failures
        )
    }

    @Test func theReportIsATableAndWhatFailed() {
        let failure = TestTally.Failure(
            test: "HotelTests.BookingTests/neverTwice(n:)",
            message: "Expectation failed: 1 == 2\nwhy",
            place: "Tests/A.swift:6",
            arguments: "7"
        )
        let report = TestReport(
            package: "/p",
            runs: [run("sqlite", "SQLite 3.40.1"), run("postgres", "PostgreSQL 15.18", [failure], notRun: 3)]
        )
        #expect(!report.passed)
        #expect(
            report.description == """
                engine            tests  passed  failed  skipped  seconds
                SQLite 3.40.1        58      56       0        2     21.3
                PostgreSQL 15.18     58      52       1        2     21.3

                PostgreSQL 15.18: HotelTests.BookingTests/neverTwice(n:) with 7 at Tests/A.swift:6
                  Expectation failed: 1 == 2
                  why

                PostgreSQL 15.18: 3 tests did not run
                PostgreSQL 15.18: all it said is in /p/.build/pando-test/postgres.log
                """
        )
    }

    @Test func aReportPassesWhereEveryEngineDoes() {
        let report = TestReport(package: "/p", runs: [run("sqlite", "SQLite 3.40.1")])
        #expect(report.passed)
        #expect(report.description.split(separator: "\n").count == 2)
        #expect(!TestReport(package: "/p", runs: [run("sqlite", "SQLite 3.40.1", notRun: 1)]).passed)
    }

    @Test func thePackageIsTheNearestOneAbove() async throws {
        try await withTemporaryFolder { folder in
            let inner = folder + "/service/Sources/Service"
            try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
            let failure = #expect(throws: CommandFailure.self) { try SwiftPackage(above: inner) }
            #expect(failure?.status == .badInput)
            #expect(failure?.problem.contains("there is no Package.swift in \(inner)") == true)
            #expect(failure?.remedy.isEmpty == false)
            try Data().write(to: URL(fileURLWithPath: folder + "/service/Package.swift"))
            #expect(try SwiftPackage(above: inner).folder == folder + "/service")
            #expect(try SwiftPackage(above: folder + "/service").folder == folder + "/service")
        }
    }

    @Test func enginesAreNamedAsInATopology() throws {
        #expect(try TestSelection.engine("sqlite") == .sqlite)
        #expect(try TestSelection.engine("postgres") == .postgresql)
        #expect(try TestSelection.engine("postgresql") == .postgresql)
    }

    @Test(arguments: [
        (["--engine", "mysql"], "'mysql' is not an engine: use sqlite or postgres"),
        (["--copies", "0"], "--copies: 0 is not one of 1 to 16"),
    ])
    func badOptionsAreRefused(_ arguments: [String], reason: String) async {
        let recorder = Recorder()
        let status = await CommandRunner.run(TestCommand<Empty>.self, arguments, console: recorder.console())
        #expect(status == .badInput)
        #expect(recorder.notes.contains(reason))
    }

    @Test func selectionsArePassedOnAndNamedWhereTheyLeaveNothing() {
        let selection = TestSelection(filter: ["A", "B"], skip: ["C"])
        #expect(selection.arguments == ["--filter", "A", "--filter", "B", "--skip", "C"])
        #expect(selection.nothing.problem == "no test is left by --filter 'A' --filter 'B' --skip 'C'")
        #expect(TestSelection().nothing.problem == "the package has no test of Swift Testing")
        #expect(TestSelection().nothing.status == .badInput)
    }
}
