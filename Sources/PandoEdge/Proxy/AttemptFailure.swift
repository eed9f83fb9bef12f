/// Why an attempt at a server has come to nothing.
struct AttemptFailure {
    let cause: EdgeConfiguration.Retries.Reason
    /// What the client is told where it is the last one.
    let status: Int
    let reason: String
    let outcome: ServerOutcome
    /// Whether the server had ended a connection that was used before, as it may at any time (RFC 9112 §9.5).
    var isStale = false

    /// The request was not sent.
    static func unreachable(_ status: Int, _ reason: String) -> AttemptFailure {
        AttemptFailure(cause: .connect, status: status, reason: reason, outcome: .unreachable)
    }

    /// The request was not sent because of a limit of ours, which says nothing about the server.
    static func noRoom(_ reason: String) -> AttemptFailure {
        AttemptFailure(cause: .connect, status: 503, reason: reason, outcome: .abandoned)
    }
}
