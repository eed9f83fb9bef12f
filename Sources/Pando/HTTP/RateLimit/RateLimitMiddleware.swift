public import Hummingbird
import PandoCache

/// Limits the rate of one group of routes, such as those that check a password.
///
/// ```swift
/// domain.routes { router in
///     router.group("api/session")
///         .add(middleware: RateLimitMiddleware(RateLimit(requestsPerSecond: 0.2, burst: 10, name: "login")))
///         .post { request, context in … }
/// }
/// ```
///
/// Clients on this machine are limited too, other than by ``NodeConfiguration/rateLimit``.
public struct RateLimitMiddleware: RouterMiddleware {
    /// The context of the routes.
    public typealias Context = AppContext

    /// Who counts as one client.
    public enum Key: Sendable, Hashable {
        /// An address: one of IPv4, a /64 network of IPv6.
        case address
        /// Who is logged in; an address where nobody is.
        case subject
    }

    private let limiter: RateLimiter
    private let headers: RateLimitHeaders
    private let key: Key

    /// Makes a limit with a table of its own, of 1 MiB.
    public init(_ limit: RateLimit, by key: Key = .address) {
        limiter = RateLimiter(limit)
        headers = RateLimitHeaders(limit)
        self.key = key
    }

    /// Passes the request on, or refuses it with 429.
    public func handle(
        _ request: Request,
        context: AppContext,
        next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        switch limiter.take(client: client(of: context), now: monotonicNanoseconds()) {
        case .refused(let retry):
            throw headers.problem(retryNanoseconds: retry)
        case .allowed(let remaining, let reset):
            var response = try await next(request, context)
            headers.add(to: &response.headers, remaining: remaining, resetNanoseconds: reset)
            return response
        }
    }

    private func client(of context: AppContext) -> UInt64 {
        guard key == .subject, let subject = context.session?.subject else { return context.clientAddress.clientKey }
        // Seeded for each process, as the table is.
        var hasher = Hasher()
        hasher.combine(subject)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
