import Foundation
public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import PandoDatabase
import PandoTelemetry
import ServiceLifecycle
public import UnixSignals

extension Node {
    /// Where a running node can be reached.
    public struct Addresses: Sendable, Hashable {
        /// The host and port of the service; empty where the node does not serve requests.
        public var service: String
        /// The port of the service; 0 where there is none.
        public var servicePort: Int
        /// The host and port of the admin server.
        public var admin: String
        /// The port of the admin server.
        public var adminPort: Int
    }

    /// Serves until a signal, graceful shutdown of the task, or cancellation; closes the database at the end.
    ///
    /// A stop goes in this order: `/readyz` turns 503, ``NodeConfiguration/drainDelay`` passes, the service stops to
    /// accept and answers what it has, consumers finish what they hold, sessions are stored, the admin server closes, the
    /// database closes. What takes longer than ``NodeConfiguration/shutdownTimeout`` is cancelled.
    ///
    /// - Parameters:
    ///   - signals: the signals that mean stop.
    ///   - admin: adds routes to the admin server, such as the dashboard.
    ///   - onReady: told once both servers accept.
    /// - Throws: ``NodeError`` with code `cannotListen`; `DatabaseError` with code `busy` where another process serves from
    ///   the same database; what a service threw that failed.
    public func run(
        signals: [UnixSignal] = [.sigterm, .sigint],
        admin: (Router<BasicRequestContext>) -> Void = { _ in },
        onReady: @escaping @Sendable (Addresses) async -> Void = { _ in }
    ) async throws {
        do {
            try database.reserveForServing()
        } catch {
            await database.close()
            throw error
        }
        ProcessMemory.giveBackLargeBlocks()
        let ready = Readiness(health: health, awaitsService: self.configuration.servesRequests, onReady: onReady)
        // The last to stop is the admin server: while consumers finish, a supervisor still finds the process alive.
        let servers = self.configuration.servesRequests ? [publicServer(ready)] : []
        let running = [adminServer(admin, ready)] + services + servers + [Drain(node: self)]
        var configuration = ServiceGroupConfiguration(
            services: running.map { service in
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: service,
                    failureTerminationBehavior: .cancelGroup
                )
            },
            gracefulShutdownSignals: signals,
            logger: quietLogger
        )
        configuration.maximumGracefulShutdownDuration =
            self.configuration.shutdownTimeout + self.configuration.drainDelay
        configuration.maximumCancellationDuration = .seconds(10)
        health.register("database") { [database] in
            _ = try await database.read(.any) { try await $0.first("SELECT 1", as: Int.self) }
        }
        metrics.collectProcess()
        tellOfOutages()
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await database.close()
            throw listenError(error) ?? error
        }
        await database.close()
    }

    /// Says once that the database's server is lost, and once that it is back: what runs meanwhile only notices.
    private func tellOfOutages() {
        database.onOutage { [logger] outage in
            switch outage {
            case .began(let error):
                logger.warning(
                    "The database is lost: requests that need it are refused, other work waits, until it is back",
                    metadata: ["error": "\(error.message)"]
                )
            case .ended(let duration):
                let milliseconds = Int(duration / .milliseconds(1))
                logger.notice("The database is back", metadata: ["database.lostForMilliseconds": "\(milliseconds)"])
            }
        }
    }

    private func publicServer(_ ready: Readiness) -> any Service {
        application(responder, gate, configuration.host, configuration.port) { port in
            await ready.serviceListens(on: (self.configuration.host, port))
        }
    }

    private func adminServer(_ add: (Router<BasicRequestContext>) -> Void, _ ready: Readiness) -> any Service {
        let router = AdminRoutes.router(for: self)
        add(router)
        var limits = HTTPLimits()
        limits.connections = 256
        let gate = GateParts(limits: limits, admission: nil, metrics: GateMetrics(MetricsRegistry()))
        return application(
            router.buildResponder(),
            gate,
            configuration.adminHost,
            configuration.adminPort
        ) { port in
            await ready.adminListens(on: (self.configuration.adminHost, port))
        }
    }

    private func application<Responder: HTTPResponder>(
        _ responder: Responder,
        _ gate: GateParts,
        _ host: String,
        _ port: Int,
        _ onListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service
    where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
        Application(
            responder: responder,
            server: gate.server(of: responder),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    gate.limits.connections,
                    logger: quietLogger
                )
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// The libraries below tell at level info what the author did not ask for.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private func listenError(_ error: any Error) -> NodeError? {
        guard let error = error as? IOError, error.errnoCode == EADDRINUSE || error.errnoCode == EACCES else {
            return nil
        }
        let ports =
            "\(configuration.host):\(configuration.port) or \(configuration.adminHost):\(configuration.adminPort)"
        return error.errnoCode == EADDRINUSE
            ? NodeError(.cannotListen, "\(ports) is taken by another process; stop it or choose other ports")
            : NodeError(.cannotListen, "\(ports) may not be bound by this user; choose ports above 1023")
    }
}
