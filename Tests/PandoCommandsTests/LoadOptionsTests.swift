import ArgumentParser
import Foundation
import PandoLoad
import Testing

@testable import PandoCommands

@Suite struct LoadOptionsTests {
    private static let scenarios = [
        LoadScenario(name: "look", weight: 9) { _ in }, LoadScenario(name: "book") { _ in },
    ]

    private func configuration(_ arguments: String...) throws -> LoadRun.Configuration {
        try LoadOptions.parse(arguments).configuration(
            target: "http://127.0.0.1:8080",
            scenarios: LoadOptionsTests.scenarios
        )
    }

    @Test(arguments: [
        ("500ms", 0.5), ("30s", 30), ("30", 30), ("1.5m", 90), ("2h", 7_200), ("1d", 86_400), ("0s", 0),
    ])
    func durationsAreReadAsTyped(_ text: String, seconds: Double) {
        #expect(DurationArgument(argument: text)?.duration == .milliseconds(Int64(seconds * 1_000)))
    }

    @Test(arguments: ["", "s", "-1s", "1w", "1 s", "abc", "1e9d", "99999d", "inf"])
    func otherTextsAreNoDurations(_ text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test func howMuchLoadHasToBeSaid() throws {
        let failure = #expect(throws: CommandFailure.self) { try configuration("--duration", "1s") }
        #expect(failure?.status == .badInput)
        #expect(failure?.description.contains("such as '--poisson 20 --duration 10s'") == true)
    }

    @Test func withoutAnEndItLastsHalfAMinute() throws {
        let configuration = try configuration("--rate", "50")
        #expect(configuration.arrivals.summary.hasPrefix("constant, 50"))
        #expect(configuration.duration == .seconds(30))
    }

    @Test(arguments: ["--rate", "--poisson", "--closed", "--connections", "--users", "--threads", "--arrivals"])
    func numbersHaveToBeMoreThanZero(_ option: String) {
        for value in ["-5", "0"] {
            let error = #expect(throws: (any Error).self) { try LoadOptions.parse([option, value]) }
            #expect(error.map { LoadOptions.message(for: $0) } == "\(option) must be more than 0.")
        }
    }

    @Test func arrivalsAndBoundsAreTakenOver() throws {
        let configuration = try configuration(
            "--poisson",
            "200",
            "--duration",
            "2m",
            "--arrivals",
            "1000",
            "--connections",
            "64",
            "--users",
            "10",
            "--timeout",
            "5s",
            "--threads",
            "2",
            "--seed",
            "7"
        )
        #expect(configuration.arrivals.summary.hasPrefix("Poisson, 200"))
        #expect(configuration.duration == .seconds(120))
        #expect(configuration.maxArrivals == 1_000)
        #expect(configuration.maxConnections == 64)
        #expect(configuration.maxUsers == 10)
        #expect(configuration.requestTimeout == .seconds(5))
        #expect(configuration.eventLoops == 2)
        #expect(configuration.seed == 7)
    }

    @Test func seriesAndLogsAreReadFromFiles() async throws {
        try await withTemporaryFolder { folder in
            try Data("1\n2\n3\n".utf8).write(to: URL(fileURLWithPath: folder + "/series"))
            let series = try configuration("--series", folder + "/series", "--scale", "2")
            #expect(series.duration == nil)
            let line = #"127.0.0.1 - - [21/Nov/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 5"#
            try Data("\(line)\n\(line)\n".utf8).write(to: URL(fileURLWithPath: folder + "/log"))
            let replay = try configuration("--replay", folder + "/log", "--speed-up", "10")
            #expect(replay.arrivals.isFinite)
            guard case .scenarios = replay.work else { return #expect(Bool(false), "the log gives the arrivals only") }
            guard case .recorded = try configuration("--replay", folder + "/log", "--recorded").work else {
                return #expect(Bool(false), "the log gives the requests too")
            }
        }
    }

    @Test func scenariosAreChosenByName() throws {
        guard case .scenarios(let chosen) = try configuration("--rate", "1", "--scenario", "book").work else {
            return #expect(Bool(false), "scenarios were asked for")
        }
        #expect(chosen.map(\.name) == ["book"])
        let failure = #expect(throws: CommandFailure.self) { try configuration("--rate", "1", "--scenario", "cook") }
        #expect(failure?.description == "there is no scenario 'cook'; use one of: look, book")
        #expect(failure?.status == .badInput)
    }

    @Test func badFilesAndTargetsAreBadInput() throws {
        #expect(throws: CommandFailure.self) { try configuration("--series", "/nonexistent") }
        #expect(throws: CommandFailure.self) { try configuration("--rate", "1", "--path", "api") }
        let options = try LoadOptions.parse(["--rate", "1"])
        #expect(throws: CommandFailure.self) {
            try options.configuration(target: "https://a", scenarios: LoadOptionsTests.scenarios)
        }
        let failure = #expect(throws: CommandFailure.self) {
            try options.configuration(target: "http://a", scenarios: [])
        }
        #expect(failure?.problem == "this app has no load scenarios")
    }

    @Test(arguments: [
        ["--rate", "1", "--poisson", "1"], ["--recorded"], ["--speed-up", "2"], ["--scale", "2"], ["--rate", "many"],
        ["--path", "/", "--scenario", "look"],
    ])
    func contradictionsAreRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try LoadOptions.parse(arguments) }
    }
}
