/// A request and its response on a connection of HTTP/2. Belongs to the thread of its worker.
// No access overlaps another: one thread, and no property is handed on by reference. Checking that at run time costs a
// microsecond a request.
package final class HTTP2Stream {
    @exclusivity(unchecked) package internal(set) var id: Int32 = 0
    /// The request's head, in the form that requests of HTTP/1 have, with a field Host.
    package let head = Head()
    /// What the head says about the body.
    @exclusivity(unchecked) package internal(set) var rules = RequestRules()
    /// The protocol of an extended CONNECT (RFC 8441), `websocket` say; empty in all other requests.
    @exclusivity(unchecked) package internal(set) var connectProtocol = Slice.empty
    /// The fields behind the body.
    @exclusivity(unchecked) package internal(set) var trailers: Head?
    /// For the owner: what the stream is part of.
    @exclusivity(unchecked) package var owner: AnyObject?

    /// Whether the request is complete.
    @exclusivity(unchecked) package internal(set) var isRequestComplete = false
    /// Whether the stream can still be used; what is done to one that cannot has no effect.
    @exclusivity(unchecked) package internal(set) var isOpen = true
    /// Bytes of the request's body that were received and not consumed.
    @exclusivity(unchecked) package internal(set) var unconsumed = 0
    /// Bytes of the response's body that were put out.
    @exclusivity(unchecked) package internal(set) var sentBytes: UInt64 = 0

    /// Bytes of the response's body that wait. With a client that opens its window by crumbs, or never, they wait for long:
    /// whoever watches that ``sentBytes`` grows can end that.
    package var pendingBytes: Int { body?.count ?? 0 }

    // MARK: Of the session alone

    @exclusivity(unchecked) var body: OutputBytes?
    @exclusivity(unchecked) var outgoingTrailers: Head?
    @exclusivity(unchecked) var place = 0
    @exclusivity(unchecked) var isAnnounced = false
    @exclusivity(unchecked) var hasResponse = false
    @exclusivity(unchecked) var hasEnded = false
    @exclusivity(unchecked) var isDeferred = false
    @exclusivity(unchecked) var wantsRoom = false
    @exclusivity(unchecked) var isResetByUs = false
    /// Why the request is refused, while its head is still coming.
    @exclusivity(unchecked) var refusal: HeadError?
    /// What the fields take, counted as on a connection of HTTP/1.
    @exclusivity(unchecked) var headBytes = 0
    @exclusivity(unchecked) var authority = Slice.empty
    @exclusivity(unchecked) var scheme = Slice.empty
    @exclusivity(unchecked) var isInTrailers = false
    /// Whether the client said that nothing more comes, by END_STREAM or RST_STREAM.
    @exclusivity(unchecked) var isClientDone = false

    init() {}

    /// Makes it new.
    func begin(_ id: Int32) {
        self.id = id
        head.reset()
        rules = RequestRules()
        (connectProtocol, authority, scheme) = (.empty, .empty, .empty)
        (trailers, outgoingTrailers, owner, refusal) = (nil, nil, nil, nil)
        (isRequestComplete, isOpen, isAnnounced, hasResponse, hasEnded) = (false, true, false, false, false)
        (isDeferred, wantsRoom, isResetByUs, isInTrailers) = (false, false, false, false)
        isClientDone = false
        (unconsumed, sentBytes, headBytes) = (0, 0, 0)
        body?.removeAll()
    }

    /// Whether it is small enough to be kept for the next request.
    var isWorthKeeping: Bool { (body?.size ?? 0) <= 16_384 && head.size <= 16_384 }
}
