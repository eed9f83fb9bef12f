/// Streams that have ended, for the requests to come: of all sessions of a thread, so that one that is idle holds none.
package final class HTTP2StreamPool {
    @exclusivity(unchecked) private var free = ContiguousArray<HTTP2Stream>()
    private static let maximumFree = 256

    package init() {}

    /// One that nobody else holds any more, or a new one.
    func take() -> HTTP2Stream {
        guard !free.isEmpty, isKnownUniquelyReferenced(&free[free.count - 1]) else { return HTTP2Stream() }
        return free.removeLast()
    }

    /// Takes one back; one that has grown goes.
    func give(_ stream: HTTP2Stream) {
        if free.count < Self.maximumFree, stream.isWorthKeeping { free.append(stream) }
    }
}
