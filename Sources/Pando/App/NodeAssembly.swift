import Hummingbird
import Logging
import PandoCache
import PandoDatabase
import PandoDomains
import PandoEvents
import PandoMessaging
import PandoTelemetry

/// Puts a node together: opens what it needs, lets every domain register, and refuses what contradicts itself.
final class NodeAssembly {
    let configuration: NodeConfiguration
    let logger: Logger
    let metrics: MetricsRegistry
    let health = HealthRegistry()
    let traces: TraceStore
    let database: Database
    let sessions: SessionStore
    let events: EventStore
    let interfaces: DomainSystem
    var mounts: [Mount] = []
    var problemMaps: [ProblemMapper.Custom] = []
    private(set) var domains: [DomainParts] = []
    /// Which domain consumes, by `topic/group`.
    private(set) var groups: [String: String] = [:]
    private var schedules: [String: String] = [:]
    private var providers: [String: String] = [:]

    init(
        _ configuration: NodeConfiguration,
        database: Database,
        sessions: SessionStore,
        metrics: MetricsRegistry,
        traces: TraceStore,
        logger: Logger
    ) {
        self.configuration = configuration
        self.database = database
        self.sessions = sessions
        self.metrics = metrics
        self.traces = traces
        self.logger = logger
        events = EventStore(metrics: metrics)
        interfaces = DomainSystem(traces: traces)
    }

    func register(_ domain: any Domain) async throws {
        let name = type(of: domain).name
        guard NodeError.isName(name) else {
            throw NodeError(.invalidName, "the domain name '\(name)' is not 1 to 50 of a-z, 0-9, '-' and '_'")
        }
        guard !domains.contains(where: { $0.name == name }) else {
            throw NodeError(.duplicate, "two domains have the name '\(name)'")
        }
        let parts = DomainParts(name: name)
        domains.append(parts)
        var logger = logger
        logger[metadataKey: "domain"] = .string(name)
        var builder = DomainBuilder(
            name: name,
            database: database.domain(name),
            metrics: metrics,
            logger: logger,
            events: events,
            sessions: sessions,
            configuration: configuration,
            parts: parts,
            assembly: self
        )
        try await domain.register(&builder)
    }

    func claim(group: String, of topic: String, domain: String) throws {
        let key = "\(topic)/\(group)"
        if let other = groups[key] {
            throw NodeError(.duplicate, "domains '\(other)' and '\(domain)' both consume '\(topic)' as '\(group)'")
        }
        groups[key] = domain
    }

    func claim(interface: String, domain: String) throws {
        if let other = providers[interface] {
            throw NodeError(.duplicate, "domains '\(other)' and '\(domain)' both provide the interface \(interface)")
        }
        providers[interface] = domain
    }

    func claim(schedule: String, domain: String) throws {
        if let other = schedules[schedule] {
            throw NodeError(.duplicate, "domains '\(other)' and '\(domain)' both have a schedule '\(schedule)'")
        }
        schedules[schedule] = domain
    }

    func makeMessaging(on database: Database) -> Messaging {
        // The node's own messaging samples and sweeps for all of them.
        var settings = Messaging.Configuration()
        settings.sampleInterval = .seconds(3600)
        settings.sweepInterval = .seconds(86_400)
        return Messaging(database: database, metrics: metrics, traces: traces, logger: logger, configuration: settings)
    }
}
