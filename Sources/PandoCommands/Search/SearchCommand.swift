import ArgumentParser
import Pando
import PandoEvents
import Synchronization

/// `search`: read models.
struct SearchCommand<A: App>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "search",
            abstract: "See how the read models stand, and rebuild them. Works while the app runs.",
            subcommands: [SearchStatusCommand<A>.self, SearchRebuildCommand<A>.self]
        )
    }
}

/// `search status`.
struct SearchStatusCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "status",
            abstract: "List every projection and search index: position, lag, and what stops it.",
            discussion: """
                Status 1 where one is stopped at an event.

                EXAMPLES
                  \(A.name) search status --json
                """
        )
    }

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withProjections(A.self) { projections in
            let models = try await projections.status()
            try console.result(ReadModelsReport(models: models))
            return models.contains { $0.state == .failed } ? .failed : .done
        }
    }
}

/// `search rebuild`.
struct SearchRebuildCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rebuild",
            abstract: "Build read models anew behind the live ones and swap them, with no downtime.",
            discussion: """
                EXAMPLES
                  \(A.name) search rebuild
                  \(A.name) search rebuild availability
                """
        )
    }

    @Argument(help: "The names of read models; without it, all that have something to be built from.")
    var names: [String] = []
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withProjections(A.self) { projections in
            for name in names where !projections.names.contains(name) {
                throw CommandFailure(
                    .badInput,
                    "there is no read model '\(name)'",
                    remedy: projections.names.isEmpty
                        ? "this app has none" : "use: \(projections.names.joined(separator: ", "))"
                )
            }
            var rebuilt: [RebuildReport.Model] = []
            for name in names.isEmpty ? projections.rebuildable : names {
                rebuilt.append(try await rebuild(name, projections, console))
            }
            try console.result(RebuildReport(rebuilt: rebuilt))
            return .done
        }
    }

    private func rebuild(_ name: String, _ projections: Projections, _ console: Console) async throws
        -> RebuildReport.Model
    {
        let began = ContinuousClock.now
        let taken = Mutex(0)
        try await console.progress("rebuilding \(name)") { progress in
            try await projections.rebuild(name) { count in
                taken.withLock { $0 = count }
                progress.update("\(count) taken")
            }
        }
        let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
        return RebuildReport.Model(name: name, taken: taken.withLock(\.self), seconds: seconds)
    }
}
