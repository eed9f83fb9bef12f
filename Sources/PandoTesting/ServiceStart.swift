import Logging
import Pando
import PandoDatabase

/// How the copies of a service under test are made.
struct ServiceStart<A: App> {
    private let app: A
    private let configuration: NodeConfiguration
    private let logger: Logger

    init(_ app: A, data: TestData, logger: Logger?, _ configure: (inout NodeConfiguration) -> Void) {
        self.app = app
        var configuration = NodeConfiguration()
        app.configure(&configuration)
        (configuration.host, configuration.port) = ("127.0.0.1", 0)
        (configuration.adminHost, configuration.adminPort) = ("127.0.0.1", 0)
        configuration.dataFolder = data.folder
        configuration.database = data.database
        // A slow machine is no failure of a test, and nobody waits for the telemetry of one.
        configuration.shedsOverload = false
        configuration.otlp = nil
        configuration.drainDelay = .zero
        configure(&configuration)
        self.configuration = configuration
        var quiet = Logger(label: A.name)
        quiet.logLevel = .error
        self.logger = logger ?? quiet
    }

    /// Makes copies, the first of which migrates and seeds.
    func nodes(_ count: Int) async throws -> [Node] {
        var nodes: [Node] = []
        do {
            for _ in 0..<max(1, count) {
                let node = try await Node.make(app, configuration, logger: logger)
                nodes.append(node)
                try await node.prepare()
            }
        } catch {
            for node in nodes { await node.database.close() }
            throw error
        }
        return nodes
    }
}
