import ArgumentParser
import Foundation
import Logging
import Pando
import PandoDashboard
import PandoDatabase
import PandoTelemetry
import PandoTopology

/// `up`: migrate, seed, serve.
struct UpCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "up",
            abstract: "Migrate, seed and serve, until Ctrl-C or SIGTERM.",
            discussion: """
                A stop lets requests and consumers in hand finish; a second Ctrl-C forces it. Logs are JSON on standard error.

                EXAMPLES
                  \(A.name) up
                  \(A.name) up --address 0.0.0.0:8080 --data /var/lib/\(A.name)
                  \(A.name) up --topology topology.yaml --json

                \(CommandStatus.table)
                """
        )
    }

    @Option(help: ArgumentHelp("Where the site listens, instead of the topology's address.", valueName: "host:port"))
    var address: String?
    @Option(
        help: ArgumentHelp(
            "Where dashboard, metrics and health listen; keep it from strangers.",
            valueName: "host:port"
        )
    )
    var admin: String?
    @Option(
        help: ArgumentHelp(
            "The least level that is logged: trace, debug, info, notice, warning, error, critical.",
            valueName: "level"
        )
    )
    var logLevel = Logger.Level.notice.rawValue
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        for (option, text) in [("--address", address), ("--admin", admin)] {
            guard let text, let problem = Address.problem(with: text) else { continue }
            throw ValidationError("\(option): \(problem).")
        }
        let levels = Logger.Level.allCases.map(\.rawValue)
        if !levels.contains(logLevel) {
            throw ValidationError("--log-level: '\(logLevel)' is not one of \(levels.joined(separator: ", ")).")
        }
    }

    func run(_ console: Console) async throws -> CommandStatus {
        let began = ContinuousClock.now
        let place = try service.place(A()).listening(
            at: address.flatMap(Address.init),
            admin: admin.flatMap(Address.init)
        )
        try UpCommand.requirePorts(of: place)
        try place.makeFolders()
        let metrics = MetricsRegistry()
        let lines = LogWriter(metrics: metrics)
        defer { lines.flush() }
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        let logger = Logger(label: A.name) { JSONLogHandler(label: $0, level: level, sink: lines) }
        try await place.database.serving(logger) { location in
            let app = A()
            let node = try await Node.make(
                app,
                place.configuration(of: app, location),
                logger: logger,
                metrics: metrics
            )
            LibraryTelemetry.collect(in: metrics, node.traces)
            do {
                _ = try await console.progress("preparing \(A.name)") { _ in try await node.prepare() }
            } catch {
                await node.database.close()
                throw error
            }
            try await Interruption.watch(console, "stopping", stop: {}) {
                try await UpCommand.serve(node, place) { addresses in
                    let report = UpReport(name: A.name, place, addresses, startedIn: ContinuousClock.now - began)
                    // A closed standard output is no reason to stop serving.
                    try? console.result(report)
                }
            }
        }
        console.note("\(A.name): stopped")
        return .done
    }

    /// Runs the node with its dashboard; the node itself stops at a signal.
    private static func serve(
        _ node: Node,
        _ place: ServicePlace,
        onReady: @escaping @Sendable (Node.Addresses) async -> Void
    ) async throws {
        let source = DashboardSource(
            metrics: node.metrics,
            traces: node.traces,
            health: node.health,
            facts: place.dashboardFacts(app: A.name)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.history.run() }
            defer { group.cancelAll() }
            try await node.run(admin: { addDashboard(to: $0, source: source) }, onReady: onReady)
        }
    }

    /// Names who holds a port before anything is opened.
    private static func requirePorts(of place: ServicePlace) throws {
        for (purpose, address) in [(ListenerPurpose.site, place.node.address), (.admin, place.adminAddress)] {
            let finding = PortCheck(purpose: purpose, address: address).finding()
            if finding.state == .failed { throw CommandFailure(.failed, finding.found, remedy: finding.remedy) }
        }
    }
}

/// What runs, and where.
struct UpReport: Encodable, CustomStringConvertible {
    let name: String
    let rung: Int
    let rungName: String
    let topology: String
    let site: String
    let dashboard: String
    let metrics: String
    let database: String
    let processID: Int
    let startedInSeconds: Double

    init(name: String, _ place: ServicePlace, _ addresses: Node.Addresses, startedIn: Duration) {
        self.name = name
        rung = place.topology.rung.rawValue
        rungName = place.topology.rung.name
        topology = place.source
        site = "http://\(UpReport.reachable(addresses.service))/"
        dashboard = "http://\(UpReport.reachable(addresses.admin))/dashboard"
        metrics = "http://\(UpReport.reachable(addresses.admin))/metrics"
        database = place.database.description
        processID = Int(ProcessInfo.processInfo.processIdentifier)
        startedInSeconds = Double(startedIn / .milliseconds(1)) / 1_000
    }

    /// An address that a browser on this machine can open.
    private static func reachable(_ text: String) -> String {
        Address(text).map { $0.reachable.description } ?? text
    }

    var description: String {
        let tenths = Int((startedInSeconds * 10).rounded())
        return """
            \(name) runs on rung \(rung) (\(rungName)): \(Rung(rawValue: rung)?.summary ?? "") [\(topology)]
              site       \(site)
              dashboard  \(dashboard)
              metrics    \(metrics)
              database   \(database)
            started in \(tenths / 10).\(tenths % 10) s; Ctrl-C stops it
            """
    }
}
