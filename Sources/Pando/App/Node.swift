import Foundation
import Hummingbird
public import Logging
public import PandoCache
public import PandoDatabase
public import PandoEvents
public import PandoMessaging
public import PandoTelemetry
import PandoTopology
import ServiceLifecycle

/// One running process of an app: its database, its domains, the server of the service and the admin server.
///
/// It has the role `all` unless its configuration says less: a node `web` leaves messages to others, a node `worker` requests.
///
/// ```swift
/// let node = try await Node.make(Hotel(), configuration)
/// try await node.prepare()      // migrations, read models, seeds
/// try await node.run()          // until SIGTERM or SIGINT
/// ```
public final class Node: Sendable {
    /// The name of the app.
    public let name: String
    /// How it was started.
    public let configuration: NodeConfiguration
    /// The names of the domains.
    public let domains: [String]
    /// Every route, as `GET /api/hotels/{id}` with the name of its domain, in the order of their registration.
    public let routes: [(route: String, domain: String)]
    /// All metrics of the process.
    public let metrics: MetricsRegistry
    /// The traces that are kept.
    public let traces: TraceStore
    /// Whether the process may be sent work.
    public let health: HealthRegistry
    /// The database, with no domain: for tools and tests.
    public let database: Database
    /// The sessions.
    public let sessions: SessionStore
    /// The queue, for statistics and dead letters. The consumers are with their domains.
    public let messaging: Messaging
    /// The read models.
    public let projections: Projections
    /// What the domains consume, as `topic/group`.
    package let consumerGroups: Set<String>

    let logger: Logger
    let migrations: [DomainMigrations]
    let beforeServing: [@Sendable () async throws -> Void]
    let services: [any Service]
    let responder: RouterResponder<AppContext>
    let gate: GateParts

    /// Puts a node together: opens the database, registers the domains. Nothing runs yet and no table is touched but the
    /// platform's own.
    ///
    /// - Parameters:
    ///   - app: what to run.
    ///   - configuration: where and how it runs.
    ///   - logger: takes what nobody else can be told of; by default one that is named after the app.
    ///   - metrics: where the node's metrics go, for a caller that has metrics of its own.
    /// - Throws: ``NodeError``, `DatabaseError`, and what a domain throws.
    public static func make(
        _ app: some App,
        _ configuration: NodeConfiguration = NodeConfiguration(),
        logger: Logger? = nil,
        metrics: MetricsRegistry = MetricsRegistry()
    ) async throws -> Node {
        try configuration.check()
        let name = type(of: app).name
        guard NodeError.isName(name) else {
            throw NodeError(.invalidName, "the app name '\(name)' is not 1 to 50 of a-z, 0-9, '-' and '_'")
        }
        let logger = logger ?? Logger(label: name)
        let location = configuration.databaseLocation(of: name)
        try makeFolder(configuration.dataFolder)
        if case .file(let path) = location { try makeFolder((path as NSString).deletingLastPathComponent) }
        let database = try await Database.open(Database.Configuration(location), metrics: metrics)
        do {
            return try await assemble(app, name, configuration, database, metrics, logger)
        } catch {
            await database.close()
            throw error
        }
    }

    private static func assemble(
        _ app: some App,
        _ name: String,
        _ configuration: NodeConfiguration,
        _ database: Database,
        _ metrics: MetricsRegistry,
        _ logger: Logger
    ) async throws -> Node {
        try await EventStore.migrate(database)
        try await Messaging.migrate(database)
        var exporter: OTLPExporter?
        if let otlp = configuration.otlp {
            exporter = try OTLPExporter(configuration: otlp, metrics: metrics, logger: logger)
        }
        let traces = TraceStore(configuration: configuration.traces, metrics: metrics, export: exporter?.offer)
        let sessions = try await SessionStore.open(
            database: database,
            configuration: configuration.sessions,
            logger: logger
        )
        let assembly = NodeAssembly(
            configuration,
            database: database,
            sessions: sessions,
            metrics: metrics,
            traces: traces,
            logger: logger
        )
        for domain in app.domains { try await assembly.register(domain) }
        return Node(name, assembly, try assembly.buildRoutes(), exporter.map { [$0] } ?? [])
    }

    private init(_ name: String, _ assembly: NodeAssembly, _ built: NodeRoutes, _ exporters: [any Service]) {
        self.name = name
        configuration = assembly.configuration
        logger = assembly.logger
        metrics = assembly.metrics
        traces = assembly.traces
        health = assembly.health
        database = assembly.database
        sessions = assembly.sessions
        responder = built.responder
        domains = assembly.domains.map(\.name)
        routes = built.entries.map { ("\($0.method) \($0.path)", $0.domain) }
        migrations = assembly.domains.map { DomainMigrations(domain: $0.name, $0.migrations) }
        beforeServing = assembly.domains.flatMap(\.beforeServing)
        let models = assembly.domains.flatMap(\.readModels)
        projections = Projections(models, store: assembly.events, metrics: metrics, logger: logger)
        let consumes = configuration.consumesMessages
        if consumes, !models.isEmpty { projections.addCheck(to: health) }
        consumerGroups = Set(assembly.groups.keys)
        // Made after those of the domains, so that its samples are the ones that are shown.
        messaging = Messaging(database: database, metrics: metrics, traces: traces, logger: logger)
        gate = built.gate
        // Later ones stop first: consumers before what they need.
        services =
            exporters + [Housekeeping(database: database, logger: logger), sessions]
            + assembly.domains.flatMap(\.services)
            + (consumes ? [projections, messaging] + assembly.domains.compactMap(\.messaging) : [])
    }

    /// Brings the schema up to date, makes the read models readable and runs what domains do before serving.
    ///
    /// - Returns: how many migrations were applied.
    /// - Throws: `DatabaseError`, `EventsError`, and what a domain throws.
    @discardableResult
    public func prepare() async throws -> Int {
        try await database.requireDomains(domains)
        let applied = try await database.migrate(migrations)
        try await projections.prepare()
        for action in beforeServing { try await action() }
        return applied
    }

    /// Makes a folder, readable for this user only; it may be there.
    ///
    /// - Throws: ``NodeError`` with code `dataFolder`, in the system's words.
    package static func makeFolder(_ path: String) throws(NodeError) {
        guard !path.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw NodeError(.dataFolder, "the folder \(path) cannot be made: \(SystemWords.of(error))")
        }
    }
}
