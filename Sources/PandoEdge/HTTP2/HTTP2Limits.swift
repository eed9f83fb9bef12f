/// What a connection of HTTP/2 may use; with it, memory and work of each connection are bounded.
package struct HTTP2Limits: Sendable, Equatable {
    /// Requests at the same time.
    package var streams = 128
    /// Bytes of a request's body that were received and not consumed yet.
    package var streamWindowBytes = 262_144
    /// The same of all requests of the connection together.
    package var connectionWindowBytes = 1_048_576
    /// Bytes of a response's body that wait to be sent.
    package var pendingBytes = 65_536
    /// The largest heads, of requests and of trailers.
    package var head = HeadLimits()
    /// Frames that carry nothing for a request: SETTINGS, PING, WINDOW_UPDATE, PRIORITY, empty DATA, unknown ones.
    package var controlFrames = HTTP2Budget(burst: 1_000, perSecond: 200)
    /// Streams that were cancelled, by the client or because of what it sent.
    package var resets = HTTP2Budget(burst: 300, perSecond: 50)
    /// Frames that wait because the client does not read; when there are more, the connection ends.
    package var queuedFrames = 2_000

    package init() {}
}
