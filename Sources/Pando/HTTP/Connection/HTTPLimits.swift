/// What one client and one connection may use. Every limit has an answer of its own; none leads to a 5xx.
public struct HTTPLimits: Sendable, Hashable {
    /// Bytes of the request target; above: 414.
    public var targetBytes = 8 * 1024
    /// Bytes of one header field; above: 431.
    public var fieldBytes = 16 * 1024
    /// Bytes of target and header fields together; above: 431.
    public var headBytes = 32 * 1024
    /// Header fields in a request; above: 431.
    public var fieldCount = 100
    /// Bytes of a body, announced or counted while it streams; above: 413.
    public var bodyBytes = 16 * 1024 * 1024
    /// Bytes of a body that is decoded into a value; above: 413.
    public var decodedBodyBytes = 1024 * 1024
    /// How long a connection may stay open between requests.
    public var idleTimeout: Duration = .seconds(60)
    /// From the first byte of a head to its last; above: 408.
    public var headTimeout: Duration = .seconds(10)
    /// The least rate at which a body must come, measured over the time in which the service waits for the client and
    /// after ``bodyGrace``; below: 408.
    public var bodyBytesPerSecond = 500
    /// How long a body may be slow at its beginning.
    public var bodyGrace: Duration = .seconds(10)
    /// How long a client may leave the answer unread once the buffers are full; above: the connection is cut.
    public var writeTimeout: Duration = .seconds(30)
    /// How long to read and drop what a client still sends after its connection was closed for output, so that the
    /// answer is not lost to a reset (RFC 9112, section 9.6).
    public var lingerTimeout: Duration = .seconds(2)
    /// Connections at a time; above: they wait in the backlog of the system.
    public var connections = 10_000
    /// Requests on one connection; the last answer says `Connection: close`.
    public var requestsPerConnection = 100_000

    /// The defaults.
    public init() {}

    /// How often the timers of a connection are looked at: a quarter of the shortest of them, 10 ms to 1 s. A timeout is
    /// noticed at most one such tick late.
    var tick: Duration {
        let shortest = min(idleTimeout, headTimeout, bodyGrace, writeTimeout, lingerTimeout)
        return max(.milliseconds(10), min(.seconds(1), shortest / 4))
    }
}
