/// What came of received bytes, in its order; see ``HTTP2Session/nextEvent()``.
package enum HTTP2Event {
    /// A request's head is complete, in the stream's `head`; its `rules` say how its body is to be passed on.
    case request(HTTP2Stream)
    /// Bytes of a request's body, or of a tunnel. They lie in what was given to ``HTTP2Session/receive(_:at:)``, and are as
    /// valid as that. They count against the windows until ``HTTP2Session/consume(_:of:)``.
    case body(HTTP2Stream, UnsafeBufferPointer<UInt8>)
    /// The request is complete, also where it has no body. Its trailers, if there are any, are in the stream's `trailers`.
    case end(HTTP2Stream)
    /// After ``HTTP2Session/send(_:on:)`` took less than all, there is room again.
    case maySend(HTTP2Stream)
    /// The stream is gone; with `noError` after request and response were complete. Nothing more comes of it.
    case closed(HTTP2Stream, HTTP2ErrorCode)
    /// A request was refused and answered without anybody being asked.
    case refused(HeadError)
    /// The connection is at its end because of an error. All streams were closed before. Send what is left, then close.
    case failed(HTTP2ErrorCode)
}
