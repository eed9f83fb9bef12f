/// What a relayed connection leaves behind for the access log and the metrics.
struct RelayRecord {
    /// How it came to its end.
    enum End: String, CaseIterable {
        /// Both sides have ended, in order.
        case complete
        /// The client broke it off.
        case client
        /// The server broke it off.
        case server
        /// Nothing was said for too long.
        case idle
        /// It was in the way of a reload, or of the end of the edge.
        case drain
        /// No server was asked, or none took it.
        case refused
    }

    /// When the connection was accepted.
    var began: UInt64
    /// When a server had taken it; 0 where none has.
    var connected: UInt64 = 0
    /// The name that the client asked for by TLS.
    var serverName: String?
    /// The server of the last attempt.
    var server: Server?
    /// Bytes of the client.
    var receivedBytes = 0
    /// Bytes of the server.
    var sentBytes = 0
    var end = End.complete
    var rejection: ExchangeRecord.Rejection?

    /// The status that a request with this end would have, for logs that know requests alone.
    var status: Int {
        switch rejection {
        case .malformed: 400
        case .route: 421
        case .noServer, .capacity: 503
        case .denied, .rate, .content, .concurrency, .origin, .authentication, .description, nil:
            connected > 0 ? 200 : end == .refused ? 502 : 499
        }
    }
}
