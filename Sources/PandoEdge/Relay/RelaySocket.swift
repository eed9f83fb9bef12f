/// One side of a connection whose bytes are passed on as they are. Belongs to the thread of its worker.
///
/// A side is read only while nothing waits to be sent to the other one, so that each direction holds what one read gives and no
/// more, whatever the other side does. An end passes on as an end, and what was broken off as a reset: a stream that was cut must
/// not look complete.
class RelaySocket: StreamSocket {
    /// The other side; nil while there is none.
    final var other: RelaySocket?
    /// Whether this side has sent its last.
    private(set) final var hasEnded = false
    /// Whether nothing can be sent to this side any more.
    private final var isDeaf = false

    // MARK: For subclasses

    /// Whether bytes may be sent to this side at all.
    var isOpen: Bool { true }
    /// So many bytes of this side go to the other one.
    func passed(_ count: Int) {}
    /// Both sides have ended, and have what was for them.
    func finished() {}

    // MARK: Reading

    private final var takesMore: Bool { isOpen && !isDeaf && backlog == 0 }

    override func readable() {
        // Fair to the others: what is left comes after them.
        for _ in 0..<8 {
            guard let other, other.takesMore else {
                hasUnread = true
                return
            }
            switch receive() {
            case .count(let count):
                let isAll = count < worker.scratch.count && !isEnding
                passed(count)
                other.put(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
                if !other.isClosed { other.flush() }
                if isClosed || isAll { return }
            case .wouldBlock, .wantsWrite: return
            case .closed: return ended()
            case .failed(let failure): return broke(failure)
            }
        }
        hasUnread = true
        worker.again(self)
    }

    /// Goes on reading where that was held up.
    final func resume() {
        guard hasUnread, !isClosed else { return }
        hasUnread = false
        readable()
    }

    override func goOn() { resume() }

    // MARK: Ends

    private func ended() {
        guard !hasEnded else { return }
        hasEnded = true
        other?.finishWriting()
        finishIfOver()
    }

    override func drained() {
        other?.resume()
        if !isClosed { finishIfOver() }
    }

    /// What it has sent before is still to be read, and then why it takes no more.
    override func sendingFailed(_ failure: IOFailure?) {
        discardOutput()
        guard !isDeaf else { return }
        isDeaf = true
        hasUnread = true
        worker.again(self)
        // Its end was read already: no read tells of anything any more.
        if hasEnded { finishIfOver() }
    }

    private func finishIfOver() {
        guard let other, isSettled(toward: other), other.isSettled(toward: self) else { return }
        finished()
    }

    /// Whether nothing goes from this side to another any more.
    private func isSettled(toward other: RelaySocket) -> Bool { other.isDeaf || hasEnded && other.backlog == 0 }
}
