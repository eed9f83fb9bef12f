public import Hummingbird
public import Logging
public import PandoCache
public import PandoDatabase
public import PandoEvents
public import PandoTelemetry
public import ServiceLifecycle

/// Takes down what a domain consists of, and hands it the building blocks.
///
/// Everything here belongs to one domain: its ``database`` touches only the tables of the domain's own migrations, in
/// routes, consumers, schedules and projections alike.
public struct DomainBuilder {
    /// The name of the domain.
    public let name: String
    /// The domain's data. Usable when the domain is registered and the migrations have run: in routes, consumers,
    /// schedules and ``beforeServing(_:)``.
    public let database: Database
    /// Where the domain's metrics go.
    public let metrics: MetricsRegistry
    /// The domain's logger.
    public let logger: Logger
    /// The event store of the process; its events belong to the domain whose transaction appends them.
    public let events: EventStore
    /// The sessions of the service, for what a request context does not offer, such as ending all sessions of a subject.
    public let sessions: SessionStore
    /// How the node was started, such as where its data folder is.
    public let configuration: NodeConfiguration

    let parts: DomainParts
    let assembly: NodeAssembly

    /// The domain's tables, as numbered migrations; all calls together make up the list.
    public mutating func migrations(@MigrationListBuilder _ migrations: () -> [Migration]) {
        parts.migrations += migrations()
    }

    /// The domain's routes, on Hummingbird's own router. Middleware that is added to it stays in the domain.
    ///
    /// - Parameter routes: called once, when every domain has registered.
    public mutating func routes(_ routes: @escaping (RouterGroup<AppContext>) throws -> Void) {
        parts.routes.append(routes)
    }

    /// Serves an existing Hummingbird application as it is, with its own context type, below a path.
    ///
    /// Routes of domains come first; what none of them takes goes to the deepest mount.
    public mutating func mount<Context: RequestContext>(_ router: Router<Context>, at path: String = "/")
    where Context.Source == ApplicationRequestContextSource {
        assembly.mounts.append(Mount(responder: router.buildResponder(), at: path))
    }

    /// Makes a cache of the domain. Its refreshes run with the node; its metrics carry the name `domain.name`.
    public mutating func cache<Key: Hashable & Sendable, Value: Sendable>(
        _ name: String,
        _ key: Key.Type = Key.self,
        _ value: Value.Type = Value.self,
        configuration: CacheConfiguration = CacheConfiguration()
    ) -> Cache<Key, Value> {
        var configuration = configuration
        // Until caches of several nodes are kept together, none of them keeps what another node may change.
        if database.isShared { configuration.keepsNothing = true }
        let cache = Cache<Key, Value>(
            "\(self.name).\(name)",
            configuration: configuration,
            metrics: metrics,
            logger: logger
        )
        parts.services.append(cache)
        return cache
    }

    /// A read model built from the events, kept up by the node.
    public mutating func projection(_ projection: some Projection) {
        parts.readModels.append(.projection(projection, on: database))
    }

    /// A search index that the domain's transactions write to.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - source: gives all documents, for a rebuild.
    public mutating func searchIndex(_ index: SearchIndex, source: SearchIndex.Source? = nil) {
        parts.readModels.append(.index(index, on: database, source: source))
    }

    /// Runs a service of the domain's own as long as the node runs. It ends on graceful shutdown, after the public
    /// server has finished its requests.
    public mutating func service(_ service: any Service) {
        parts.services.append(service)
    }

    /// Does something once the tables are there and before the first request, such as seeding or filling a cache. The
    /// node does not start if it throws.
    public mutating func beforeServing(_ action: @escaping @Sendable () async throws -> Void) {
        parts.beforeServing.append(action)
    }

    /// Adds a check to `/readyz` and `/health`. `isRequired`: whether the node is not ready while it fails.
    public mutating func healthCheck(
        _ name: String,
        isRequired: Bool = true,
        _ check: @escaping @Sendable () async throws -> Void
    ) {
        assembly.health.register("\(self.name).\(name)", isRequired: isRequired, check)
    }

    /// Says how errors of the domain's own types look to clients. Asked before the platform's mapping; nil passes on.
    public mutating func problems(_ map: @escaping @Sendable (any Error) -> Problem?) {
        assembly.problemMaps.append(map)
    }

    /// Serves the files of a folder under content-hashed addresses that never change.
    ///
    /// - Parameters:
    ///   - folder: read once, now.
    ///   - path: where they are served, such as `/static`.
    ///   - configuration: what may be kept in memory, and how many files there may be.
    /// - Returns: knows the address of each file: `assets.url("site.css")`.
    /// - Throws: ``StaticFilesError`` if the folder cannot be read.
    public mutating func staticFiles(
        _ folder: String,
        at path: String = "/static",
        configuration: StaticFiles.Configuration = StaticFiles.Configuration()
    ) throws -> StaticFiles {
        let files = try StaticFiles(folder: folder, at: path, configuration: configuration)
        routes { router in files.addRoutes(to: router) }
        return files
    }

    /// Serves files that are embedded in the executable, by their names; see ``staticFiles(_:at:configuration:)``.
    public mutating func staticFiles(_ files: [String: [UInt8]], at path: String = "/static") -> StaticFiles {
        let files = StaticFiles(files, at: path)
        routes { router in files.addRoutes(to: router) }
        return files
    }
}

/// Collects migrations in the order in which they are written.
@resultBuilder
public enum MigrationListBuilder {
    /// One migration.
    public static func buildExpression(_ migration: Migration) -> [Migration] { [migration] }
    /// A list of migrations.
    public static func buildExpression(_ migrations: [Migration]) -> [Migration] { migrations }
    /// All of them.
    public static func buildBlock(_ migrations: [Migration]...) -> [Migration] { migrations.flatMap(\.self) }
}
