import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import PandoTelemetry

/// Everything that the front middleware needs, made once for a server.
final class Front: Sendable {
    let identity: RequestIdentity
    let metrics: RouteMetrics
    let admission: AdmissionController?
    let rateLimit: (limiter: RateLimiter, headers: RateLimitHeaders)?
    let rateLimited: Counter
    let security: SecurityHeaders
    let problems: ProblemMapper
    let decodedBodyBytes: Int

    init(
        registry: MetricsRegistry,
        limits: HTTPLimits,
        admission: AdmissionController?,
        rateLimit: RateLimit?,
        trustedProxies: TrustedProxies,
        security: SecurityHeaders,
        problems: ProblemMapper
    ) {
        identity = RequestIdentity(trustedProxies: trustedProxies)
        metrics = RouteMetrics(registry, admission: admission)
        self.admission = admission
        self.rateLimit = rateLimit.map { (RateLimiter($0), RateLimitHeaders($0)) }
        rateLimited = registry.counter(
            "pando_http_shed_total",
            help: "Requests answered with 503 or 429 to protect the service",
            labels: ["reason"]
        ).with("rate")
        self.security = security
        self.problems = problems
        decodedBodyBytes = limits.decodedBodyBytes
    }

    /// The answer to an error, with a line in the log if the service is at fault.
    func response(to error: any Error, request: Request, context: AppContext) -> Response {
        let (problem, isDefect) = problems.problem(for: error)
        if isDefect {
            context.logger.error(
                "A request failed",
                metadata: ["http.route": "\(context.endpointPath ?? "")", "error": "\(String(reflecting: error))"]
            )
        }
        return problem.response(instance: request.uri.path, requestID: context.requestID)
    }
}
