import HTTPTypes

/// The header fields of draft-ietf-httpapi-ratelimit-headers (structured fields, RFC 9651).
struct RateLimitHeaders: Sendable {
    private let name: String
    private let policy: String

    init(_ limit: RateLimit) {
        name = "\"\(limit.name)\""
        // q: requests in a window of w seconds; the window is the time in which a spent burst comes back.
        let window = max(1, Int((Double(limit.burst) / limit.requestsPerSecond).rounded(.up)))
        policy = "\(name);q=\(limit.burst);w=\(window)"
    }

    /// The fields of an answer to a request that was allowed.
    func add(to fields: inout HTTPFields, remaining: Int, resetNanoseconds: Int64) {
        fields.append(HTTPField(name: .rateLimitPolicy, value: policy))
        fields.append(HTTPField(name: .rateLimit, value: "\(name);r=\(remaining);t=\(Self.seconds(resetNanoseconds))"))
    }

    /// The problem for a request that was refused.
    func problem(retryNanoseconds: Int64) -> Problem {
        let seconds = Self.seconds(retryNanoseconds)
        return Problem(
            .rateLimited,
            "Try again in \(seconds) s",
            headers: [
                .retryAfter: String(seconds), .rateLimitPolicy: policy, .rateLimit: "\(name);r=0;t=\(seconds)",
            ]
        )
    }

    private static func seconds(_ nanoseconds: Int64) -> Int64 { max(1, (nanoseconds + 999_999_999) / 1_000_000_000) }
}
