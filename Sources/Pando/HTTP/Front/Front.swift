import HTTPTypes
import Hummingbird
import Logging
import PandoCache
import PandoTelemetry

/// Everything that the front middleware needs, made once for a server.
final class Front: Sendable {
    /// What the parts of the front are made of.
    struct Configuration: Sendable {
        var limits = HTTPLimits()
        var rateLimit: RateLimit?
        var trustedProxies = TrustedProxies.none
        var allowedOrigins: Set<String> = []
        var security = SecurityHeaders()
        var problems = ProblemMapper()
        var compresses = true
        /// Whether the log has told of what caused an error already, so that a line for each request would only repeat it.
        var isTold: @Sendable (any Error) -> Bool = { _ in false }
    }

    let identity: RequestIdentity
    let metrics: RouteMetrics
    let traces: TraceStore?
    let admission: AdmissionController?
    let sessions: SessionStore?
    let origins: CrossOriginProtection
    let rateLimit: (limiter: RateLimiter, headers: RateLimitHeaders)?
    let rateLimited: Counter
    let security: SecurityFields
    let problems: ProblemMapper
    let compression: ResponseCompression?
    let decodedBodyBytes: Int
    let isTold: @Sendable (any Error) -> Bool
    let fallback: Fallback

    init(
        _ configuration: Configuration,
        registry: MetricsRegistry,
        traces: TraceStore? = nil,
        admission: AdmissionController? = nil,
        sessions: SessionStore? = nil,
        fallback: Fallback = Fallback()
    ) {
        identity = RequestIdentity(trustedProxies: configuration.trustedProxies)
        metrics = RouteMetrics(registry, admission: admission)
        self.traces = traces
        self.admission = admission
        self.sessions = sessions
        origins = CrossOriginProtection(allowedOrigins: configuration.allowedOrigins)
        rateLimit = configuration.rateLimit.map { (RateLimiter($0), RateLimitHeaders($0)) }
        rateLimited = registry.counter(
            "pando_http_shed_total",
            help: "Requests answered with 503 or 429 to protect the service",
            labels: ["reason"]
        ).with("rate")
        security = SecurityFields(configuration.security)
        problems = configuration.problems
        compression = configuration.compresses ? ResponseCompression() : nil
        isTold = configuration.isTold
        decodedBodyBytes = configuration.limits.decodedBodyBytes
        self.fallback = fallback
    }

    /// The answer to an error, with a line in the log if the service is at fault.
    func response(to error: any Error, request: Request, context: AppContext) -> Response {
        let (problem, isDefect) = problems.problem(for: error)
        if isDefect {
            context.logger.log(
                level: isTold(error) ? .debug : .error,
                "A request failed",
                metadata: ["http.route": "\(context.endpointPath ?? "")", "error": "\(String(reflecting: error))"]
            )
        }
        return problem.response(instance: request.uri.path, requestID: context.requestID)
    }
}
