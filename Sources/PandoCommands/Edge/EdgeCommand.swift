package import ArgumentParser
import Foundation
import Logging
import PandoEdge
import PandoTelemetry
import PandoTopology
import UnixSignals

/// `pando edge`: a load balancer and gateway in front of any HTTP service.
package struct EdgeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "edge",
        abstract: "Run a load balancer and gateway in front of any HTTP service, check its file, or import another's.",
        discussion: """
            EXAMPLES
              pando edge --config edge.yaml
              pando edge check edge.yaml
              pando edge import /etc/nginx/nginx.conf > edge.yaml
              pando edge state
              pando edge drain 10.0.0.11:3000

            The shortest file:
              listen: 8080
              upstream: ["127.0.0.1:3001", "127.0.0.1:3002"]

            SIGHUP reads the file again: connections stay, and a file with mistakes changes nothing. SIGUSR2 starts the program \
            anew, as after an upgrade, and hands the listening sockets over: nobody is refused. Ctrl-C lets requests that \
            are under way end. The commands state, drain, resume, purge and reload call the interface \
            that 'admin' in the file opens. docs/edge-configuration.md lists every key, docs/edge.md says what works today.
            """,
        subcommands: [
            Run.self, Check.self, EdgeImportCommand.self, EdgeStateCommand.self, EdgeDrainCommand.self,
            EdgeResumeCommand.self, EdgePurgeCommand.self, EdgeReloadCommand.self,
        ],
        defaultSubcommand: Run.self
    )

    package init() {}

    struct Run: Command {
        static let configuration = CommandConfiguration(commandName: "run", abstract: "Serve until it is stopped.")

        @Option(help: ArgumentHelp("The file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
        var config = "edge.yaml"
        @OptionGroup var output: OutputOptions
        /// Its name in the topology, where a conductor has started it.
        @Option(help: .hidden) var node: String?

        func run(_ console: Console) async throws -> CommandStatus {
            let inherited = InheritedSockets.take()
            let checked = try EdgeFile.load(config)
            for warning in checked.warnings { console.note("\(warning)") }
            let logger = node.map(EdgeLogger.make) ?? Logger(label: "pando.edge")
            let edge = try EdgeFile.refusing { () throws(EdgeConfigurationError) in
                try Edge(checked.configuration, logger: logger, file: config, inherited: inherited)
            }
            edge.metrics.collectProcess()
            for address in edge.addresses { console.note("listening at \(address)") }
            if let admin = edge.adminAddress { console.note("admin interface at \(admin)") }
            if let node {
                let address = edge.addresses.first.flatMap { Address("\($0)") }
                try console.result(NodeAnnouncement(name: node, role: .edge, address: address, admin: nil))
            }
            let signals = await UnixSignalsSequence(trapping: .sighup, .sigusr2)
            let (stopped, stop) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let doing = "stopping: requests that are under way may end"
            let end: @Sendable () -> Void = {
                ServiceManager.isStopping()
                stop.finish()
            }
            try await Interruption.watch(console, doing, stop: end) {
                ServiceManager.isReady()
                inherited.finish()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await signal in signals {
                            if signal == .sighup {
                                reload(edge, console)
                            } else if await handOver(edge, console) {
                                break
                            }
                        }
                        stop.finish()
                    }
                    for await _ in stopped {}
                    group.cancelAll()
                }
                await edge.stop()
            }
            return .done
        }

        /// Whether another process of the same command line serves from now on: that of a new version, where the program was replaced.
        private func handOver(_ edge: Edge, _ console: Console) async -> Bool {
            do throws(HandoverError) {
                let process = try await edge.handOver(to: CommandLine.arguments)
                console.note("process \(process) has taken over; requests that are under way end here")
                return true
            } catch {
                console.note("nobody has taken over, this process goes on: \(error)")
                return false
            }
        }

        private func reload(_ edge: Edge, _ console: Console) {
            do {
                let warnings = try edge.reloadFile()
                for warning in warnings { console.note("\(warning)") }
                console.note("reloaded \(config), generation \(edge.generation)")
            } catch {
                console.note("\(config) was not taken, the configuration before it stays in force:\n\(error)")
            }
        }
    }

    struct Check: Command {
        static let configuration = CommandConfiguration(
            abstract: "Explain every mistake of a file with its line and field, and what is risky about it.",
            discussion: "Status 2 for a file with mistakes; warnings leave it 0."
        )

        @Argument(help: "The file.", completion: .file(extensions: ["yaml", "yml"]))
        var file = "edge.yaml"
        @OptionGroup var output: OutputOptions

        func run(_ console: Console) async throws -> CommandStatus {
            let checked = try EdgeFile.load(file)
            let configuration = checked.configuration
            let issues = checked.warnings + configuration.unsupported + configuration.namedFileIssues
            try console.result(EdgeCheckReport(file: file, issues: issues.map(\.description)))
            return issues.contains { $0.severity == .error } ? .failed : .done
        }
    }
}

/// What `edge check` found in a file that can be read.
struct EdgeCheckReport: Encodable, CustomStringConvertible {
    let file: String
    let issues: [String]

    var description: String { (issues + ["\(file): no errors"]).joined(separator: "\n") }
}

/// The log of an edge that is one node of several: lines of JSON, as theirs, with its name.
enum EdgeLogger {
    static func make(node: String) -> Logger {
        let lines = LogWriter()
        var logger = Logger(label: "pando.edge") { JSONLogHandler(label: $0, level: .notice, sink: lines) }
        logger[metadataKey: "node"] = "\(node)"
        return logger
    }
}

/// Reads the file of an edge; what is wrong with it is bad input.
enum EdgeFile {
    static func load(_ path: String) throws -> EdgeConfiguration.Checked {
        try refusing { () throws(EdgeConfigurationError) in try EdgeConfiguration.load(path: path) }
    }

    static func refusing<R>(_ body: () throws(EdgeConfigurationError) -> R) throws -> R {
        do {
            return try body()
        } catch {
            throw CommandFailure(.badInput, "\(error)")
        }
    }
}
