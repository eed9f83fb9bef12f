package import ArgumentParser
import PandoTopology

/// `topology`: what runs where.
package struct TopologyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Show, check and compare topologies: which nodes run where, and which engine backs what.",
        subcommands: [Show.self, Check.self, Presets.self, Moves.self]
    )

    package init() {}

    struct Show: Command {
        static let configuration = CommandConfiguration(
            abstract: "Print the topology in force, with everything that a preset fills in.",
            discussion: """
                EXAMPLES
                  topology show
                  topology show --topology topology.yaml --json
                """
        )

        @OptionGroup var options: TopologyOptions
        @OptionGroup var output: OutputOptions

        func run(_ console: Console) async throws -> CommandStatus {
            let (topology, source) = try options.load()
            try console.result(TopologyReport(topology, source: source))
            return .done
        }
    }

    struct Check: Command {
        static let configuration = CommandConfiguration(
            abstract: "Check a file: every mistake with its line and what to do, and whether this version runs it.",
            discussion: """
                Without a file it takes what 'topology show' shows: '\(TopologyOptions.defaultFile)' where there is one, else \
                the preset of rung 1. Status 2 for a file with mistakes, 1 for a good one that this version cannot run, 0 for one that it can.

                EXAMPLES
                  topology check
                  topology check production.yaml --json
                """
        )

        @Argument(help: "The file.", completion: .file(extensions: ["yaml", "yml"]))
        var file: String?
        @OptionGroup var output: OutputOptions

        func run(_ console: Console) async throws -> CommandStatus {
            let (topology, source) = try TopologyOptions.load(file)
            let report = TopologyCheckReport(topology, file: source)
            try console.result(report)
            return report.runnable ? .done : .failed
        }
    }

    struct Presets: Command {
        static let configuration = CommandConfiguration(
            abstract: "List the rungs, or print the topology of one as a file to start from.",
            discussion: """
                EXAMPLES
                  topology presets
                  topology presets scale-out > topology.yaml
                """
        )

        @Argument(help: "A rung's name or number.")
        var rung: String?
        @OptionGroup var output: OutputOptions

        func run(_ console: Console) async throws -> CommandStatus {
            if let rung {
                try console.result(TopologyReport(Topology(try Rung.named(rung)), source: "preset"))
            } else {
                try console.result(PresetsReport(Rung.allCases))
            }
            return .done
        }
    }

    struct Moves: Command {
        static let configuration = CommandConfiguration(
            abstract: "List the moves that lead from one topology to another, in their order.",
            discussion: """
                EXAMPLES
                  topology moves topology.yaml production.yaml
                  topology moves laptop scale-out
                """
        )

        @Argument(help: "A file, or a rung's name or number.", completion: .file())
        var from: String
        @Argument(help: "A file, or a rung's name or number.", completion: .file())
        var to: String
        @OptionGroup var output: OutputOptions

        func run(_ console: Console) async throws -> CommandStatus {
            let moves = try topology(from).moves(to: topology(to))
            try console.result(MovesReport(from: from, to: to, moves: moves))
            return .done
        }

        private func topology(_ text: String) throws -> Topology {
            if let rung = Rung(text) { return Topology(rung) }
            return try Topology.load(path: text)
        }
    }
}

extension Rung {
    /// The rung of a name or a number that a person typed.
    static func named(_ text: String) throws -> Rung {
        if let rung = Rung(text) { return rung }
        let names = Rung.allCases.map(\.name)
        let remedy =
            Suggestion.nearest(to: text, among: names).map { "did you mean '\($0)'?" }
            ?? "use one of: \(names.joined(separator: ", "))"
        throw CommandFailure(.badInput, "'\(text)' is not a rung", remedy: remedy)
    }
}
