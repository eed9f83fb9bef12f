import ArgumentParser
import Foundation
import Pando
import PandoDatabase
import PandoLoad
import PandoTopology

/// `load`: users, on a running app.
struct LoadCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "load",
            abstract: "Put an open-loop load on a running app and report what its users would have felt.",
            discussion: """
                Latency counts from the moment at which a request was meant to start, so that a stall cannot hide itself. \
                With --verify the run fails unless every acknowledged write is there exactly once; with --target it looks \
                into the stores too where --data names their folder. How much load is always to be said: by --rate, \
                --poisson, --replay, --series or --closed. Scenarios write to the app's real data.

                EXAMPLES
                  \(A.name) load --poisson 200 --duration 1m
                  \(A.name) load --replay access.log --speed-up 10 --verify --html report.html
                  \(A.name) load --series per-second.txt --scale 0.5 --scenario book --json
                  \(A.name) load --closed 64 --path / --duration 10s

                \(CommandStatus.table)
                """
        )
    }

    @OptionGroup(title: "Load") var load: LoadOptions
    @Option(help: ArgumentHelp("The app under load; by default the address in the topology.", valueName: "url"))
    var target: String?
    @Flag(help: "Check afterwards that every acknowledged write is there exactly once and every invariant holds.")
    var verify = false
    @Option(
        help: ArgumentHelp("With --verify: keep the journal of writes in this file too.", valueName: "file"),
        completion: .file()
    )
    var journal: String?
    @Option(help: ArgumentHelp("Write the report as a web page with plots.", valueName: "file"), completion: .file())
    var html: String?
    @Flag(help: "List the scenarios that this app has, and send nothing.")
    var list = false
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if journal != nil, !verify { throw ValidationError("--journal needs --verify.") }
    }

    func run(_ console: Console) async throws -> CommandStatus {
        let app = A()
        let tested = app as? any LoadTested
        let scenarios = tested?.loadScenarios ?? []
        if list {
            try console.result(ScenariosReport(scenarios))
            return .done
        }
        let place = try service.place(app)
        let url = target ?? "http://\(place.site.reachable)"
        var configuration = try load.configuration(target: url, scenarios: scenarios)
        configuration.title = "\(A.name) under load"
        configuration.progress = .standardError
        let report = try await LoadCommand.withDatabase(verify && isLocal ? place : nil) { [configuration] database in
            var configuration = configuration
            if verify {
                let tested = A() as? any LoadTested
                configuration.verifier = try verifier(tested, database, database == nil ? nil : place.dataFolder)
            }
            return try await LoadCommand.execute(configuration, console)
        }
        try write(report, console)
        guard report.passed else {
            console.failure(CommandFailure(.failed, report.problems.joined(separator: "\n")), command: A.name)
            return .failed
        }
        return .done
    }

    /// Whether the data of the app under load is at hand: it is this app's own, or its folder was named.
    private var isLocal: Bool { target == nil || service.data != nil }

    private static func execute(_ configuration: LoadRun.Configuration, _ console: Console) async throws -> LoadReport {
        let preparing = "preparing users"
        guard console.json else {
            if configuration.work.preparesUsers { console.note(preparing) }
            return try await play(configuration, console)
        }
        return try await console.progress(configuration.work.preparesUsers ? preparing : "loading") { progress in
            var configuration = configuration
            configuration.progress = .call { progress.update($0.line, doing: "loading") }
            return try await play(configuration, console)
        }
    }

    private static func play(_ configuration: LoadRun.Configuration, _ console: Console) async throws -> LoadReport {
        do {
            let run = try LoadRun(configuration)
            return try await Interruption.cancelling(console, "ending the load") { try await run.run() }
        } catch let error as LoadError where error.code == .invalidConfiguration || error.code == .invalidInput {
            throw CommandFailure(.badInput, ErrorText.words(of: error))
        } catch let error as LoadError where error.failure == .refused {
            let remedy = "start the app ('\(A.name) up'), or say where it is with --target"
            throw CommandFailure(.failed, ErrorText.words(of: error), remedy: remedy)
        } catch is CancellationError {
            throw CommandFailure(.failed, "interrupted before the load began")
        }
    }

    /// The app's data, opened beside the running app; nil where it is not on this machine.
    private static func withDatabase<R: Sendable>(
        _ place: ServicePlace?,
        _ body: @escaping @Sendable (Database?) async throws -> R
    ) async throws -> R {
        guard let place, place.database.exists else { return try await body(nil) }
        return try await place.database.serving(.quiet(A.name)) { location in
            let database = try await Database.open(Database.Configuration(location))
            do {
                let result = try await body(database)
                await database.close()
                return result
            } catch {
                await database.close()
                throw error
            }
        }
    }

    private func verifier(_ tested: (any LoadTested)?, _ database: Database?, _ folder: String?) throws -> LoadVerifier
    {
        guard let tested else {
            throw CommandFailure(.badInput, "this app cannot be verified", remedy: "conform it to LoadTested")
        }
        var settings = LoadJournal.Configuration()
        settings.path = journal
        settings.durable = journal != nil
        return LoadVerifier(journal: LoadJournal(settings)) { evidence in
            try await tested.verify(evidence, in: database, dataFolder: folder)
        }
    }

    private func write(_ report: LoadReport, _ console: Console) throws {
        if let html {
            do {
                try Data(report.html.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
            } catch {
                throw CommandFailure(.failed, "\(html) cannot be written: \(SystemWords.of(error))")
            }
        }
        try console.text(console.json ? try Console.encode(report) : report.text)
    }
}

/// The scenarios of an app.
struct ScenariosReport: Encodable, CustomStringConvertible {
    struct Scenario: Encodable {
        let name: String
        let weight: Int
    }

    let scenarios: [Scenario]

    init(_ scenarios: [LoadScenario]) { self.scenarios = scenarios.map { Scenario(name: $0.name, weight: $0.weight) } }

    var description: String {
        guard !scenarios.isEmpty else { return "this app has no load scenarios" }
        var table = TextTable(["scenario", "weight"], rightAligned: [1])
        for scenario in scenarios { table.add([scenario.name, "\(scenario.weight)"]) }
        return table.text
    }
}
