import Logging
import Pando
import PandoDashboard
import PandoDatabase
import PandoTelemetry
import PandoTopology

extension UpCommand {
    /// Runs one node in this process, until a signal.
    func serve(
        _ place: ServicePlace,
        _ console: Console,
        onReady: @escaping @Sendable (Node.Addresses) async -> Void
    ) async throws {
        try place.makeFolders()
        let metrics = MetricsRegistry()
        let lines = LogWriter(metrics: metrics)
        defer { lines.flush() }
        let logger = logger(lines, node: place.own?.name)
        // One of several uses the server that its conductor runs, and ends before it.
        try await place.database.serving(logger, joins: place.own != nil) { location in
            let app = A()
            let node = try await Node.make(
                app,
                place.configuration(of: app, location),
                logger: logger,
                metrics: metrics
            )
            LibraryTelemetry.collect(in: metrics, node.traces)
            do {
                // Its conductor has done this, and shown it.
                if place.own != nil {
                    try await node.prepare()
                } else {
                    _ = try await console.progress("preparing \(A.name)") { _ in try await node.prepare() }
                }
            } catch {
                await node.database.close()
                throw error
            }
            try await Interruption.watch(console, "stopping", stop: {}) {
                try await UpCommand.run(node, place, onReady: onReady)
            }
        }
    }

    /// Runs the node with its dashboard; the node itself stops at a signal.
    private static func run(
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
}
