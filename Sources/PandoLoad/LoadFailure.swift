/// Why a request got no answer.
///
/// The raw values are the keys of the `errors` objects of the JSON report and never change.
public enum LoadFailure: String, Sendable, Codable, CaseIterable {
    /// The bound on waiting requests or users was reached (``LoadRun/Configuration/maxBacklog``); nothing was sent.
    case dropped
    /// The target refused the connection, or refused one less than a backoff ago; nothing was sent.
    case refused
    /// No connection came about for another reason (time out, no route, no descriptors); nothing was sent.
    case connectFailed = "connect_failed"
    /// No connection became free within ``LoadRun/Configuration/requestTimeout``; nothing was sent.
    case waitTimeout = "wait_timeout"
    /// The connection was reset after the request was sent.
    case reset
    /// The connection was closed in good order before the answer was complete.
    case closed
    /// No complete answer within ``LoadRun/Configuration/requestTimeout``; the connection was closed.
    case timeout
    /// The answer was not valid HTTP/1.1; the connection was closed.
    case invalidResponse = "invalid_response"
    /// The run ended before the answer came.
    case unfinished

    /// Whether the server may have carried the request out: true for all that happens after it was sent.
    public var outcomeIsUnknown: Bool {
        switch self {
        case .dropped, .refused, .connectFailed, .waitTimeout: false
        case .reset, .closed, .timeout, .invalidResponse, .unfinished: true
        }
    }

    /// Whether the time until the failure is a latency that a user suffered.
    ///
    /// A time out is recorded as a latency, or a server that stops answering would improve its percentiles. A refusal is
    /// not: its quick error would.
    var countsAsLatency: Bool {
        switch self {
        case .timeout, .waitTimeout, .unfinished: true
        case .dropped, .refused, .connectFailed, .reset, .closed, .invalidResponse: false
        }
    }

    /// The place of this case in the fixed arrays of the statistics.
    var index: Int {
        switch self {
        case .dropped: 0
        case .refused: 1
        case .connectFailed: 2
        case .waitTimeout: 3
        case .reset: 4
        case .closed: 5
        case .timeout: 6
        case .invalidResponse: 7
        case .unfinished: 8
        }
    }
}
