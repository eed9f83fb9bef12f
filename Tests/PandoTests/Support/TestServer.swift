import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import Logging
import NIOCore
import PandoCache
import PandoTelemetry

@testable import Pando

/// A server with all of Pando's HTTP layers and a few routes.
struct TestServer {
    let registry = MetricsRegistry()
    let gauge = ConnectionGauge()
    var limits = HTTPLimits()
    var admission: AdmissionController?
    var rateLimit: RateLimit?
    var proxies = TrustedProxies.none
    var origins: Set<String> = []
    var traces: TraceStore?
    var sessions: SessionStore?
    var fallback = Fallback()

    /// The application, for `.router` or `.live` tests.
    func application(_ routes: (Router<AppContext>) -> Void) -> Application<RouterResponder<AppContext>> {
        var configuration = Front.Configuration()
        configuration.limits = limits
        configuration.rateLimit = rateLimit
        configuration.trustedProxies = proxies
        configuration.allowedOrigins = origins
        let front = Front(
            configuration,
            registry: registry,
            traces: traces,
            admission: admission,
            sessions: sessions,
            fallback: fallback
        )
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FrontMiddleware(front: front))
        routes(router)
        let limits = limits
        let admission = admission
        let metrics = GateMetrics(registry)
        let gauge = gauge
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let responder = router.buildResponder()
        return Application(
            responder: responder,
            server: HTTPServerBuilder { _ in
                GuardedHTTP1Channel(
                    responder: responder,
                    limits: limits,
                    admission: admission,
                    metrics: metrics,
                    gauge: gauge,
                    draining: DrainSignal()
                )
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: logger
        )
    }

    /// Runs it and hands its port to `body`.
    func run(
        _ routes: (Router<AppContext>) -> Void,
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        try await application(routes).test(.live) { client in
            guard let port = client.port else { throw CancellationError() }
            try await body(port)
        }
    }
}
