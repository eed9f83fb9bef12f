/// What a request leaves behind for the access log and the metrics, gathered while it is under way.
struct ExchangeRecord {
    /// How a response came to its end.
    enum End: UInt8 {
        /// The client went away, or was too slow.
        case client
        /// The client has got all of it.
        case complete
        /// It was broken off, because the server did.
        case server
    }

    /// Why the edge answered in the place of a server.
    enum Rejection: String, CaseIterable {
        case denied, rate, content, malformed, route, concurrency, capacity, origin, authentication, description
        case noServer = "no_server"
    }

    /// The target as the client sent it, before a rewrite.
    var target = Slice.empty
    /// The client's address, where a trusted proxy has said it; in the bytes of the request.
    var client = Slice.empty
    /// The server of the last attempt.
    var server: Server?
    var attempts = 0
    /// Nanoseconds from the last attempt's begin to the head of its response; 0 where none came.
    var serverTime: UInt64 = 0
    /// Bytes of the request's body.
    var receivedBytes = 0
    /// Bytes of the response's body.
    var sentBytes = 0
    var end = End.client
    var rejection: Rejection?
    /// What went wrong where the client was told no more than a status of 500 or above.
    var problem: String?
    /// What X-Request-ID says; in the bytes of the request.
    var requestID = Slice.empty
    /// The 32 digits of the trace; in the bytes of the request.
    var traceID = Slice.empty
}

extension Exchange {
    /// What the client was told; 499 where it went away before.
    final var finalStatus: Int { isResponseBegun || response.status == 101 ? response.status : 499 }
}
