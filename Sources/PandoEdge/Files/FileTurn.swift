import PandoTopology

/// The sending of a file: what of it answers a request, and how far that has been sent. Belongs to an exchange, and is used again.
final class FileTurn {
    unowned let exchange: Exchange
    /// What is being sent; nil between requests.
    private var file: OpenFile?
    private var place: Int64 = 0
    private var end: Int64 = 0
    private var parts: MultipartRanges?
    /// The next of the parts; one more is the text at the end.
    private var part = 0
    /// Up to where the disk has been waited for.
    private var warmEnd: Int64 = 0
    /// Under which number the disk is waited for.
    private var token: UInt64?
    /// Whether others have their turn before it goes on.
    private(set) var isPostponed = false

    /// Up to this size bytes are read, to leave with the head; larger parts go from where they are.
    private static let smallBytes = 16_384
    /// The most bytes of one step.
    private static let stepBytes = 1 << 18
    /// After so many bytes others have their turn.
    private static let shareBytes = 1 << 20

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// Sends what a plan says of a file, behind the head that was sent.
    func begin(_ file: OpenFile, _ selection: RangeSelection, _ parts: MultipartRanges?) {
        self.file = file
        self.parts = parts
        (part, warmEnd) = (0, 0)
        switch selection {
        case .whole: (place, end) = (0, file.size)
        case .one(let range): (place, end) = (range.first, range.last + 1)
        case .several, .unsatisfiable: (place, end) = (0, 0)
        }
        send()
    }

    /// The client takes more; false where what it takes is not from here.
    func resume() -> Bool {
        guard file != nil else { return false }
        if token == nil { send() }
        return true
    }

    /// Goes on after others had their turn.
    func goOn() {
        guard isPostponed else { return }
        isPostponed = false
        _ = resume()
    }

    /// The disk has brought what was missing.
    func warmed() {
        token = nil
        send()
    }

    /// Ends it, in whatever way the exchange has ended.
    func stop() {
        if let token { exchange.worker.files.forget(token) }
        (file, parts, token, isPostponed) = (nil, nil, nil, false)
    }

    // MARK: Sending

    private func send() {
        var share = Self.shareBytes
        // The client may turn out to be gone at each step, and this turn to be over.
        while let file {
            if !exchange.clientHasRoom {
                exchange.flushClient()
                if !exchange.clientHasRoom { return }
                continue
            }
            guard place < end else {
                if sendText() { continue }
                return finish()
            }
            if share <= 0, exchange.postpone() {
                isPostponed = true
                return
            }
            guard let count = step(file) else { return }
            place += Int64(count)
            share -= count
        }
    }

    /// Sends the next bytes; nil where it has to wait, or is over.
    private func step(_ file: OpenFile) -> Int? {
        let left = Int(min(end - place, Int64(Self.stepBytes)))
        guard left > Self.smallBytes, exchange.sendsFiles, exchange.isPlain else { return copy(file, left) }
        if place >= warmEnd, !FileReading.isWarm(file.descriptor, at: place, left), waits(file, left) { return nil }
        switch exchange.sendFile(file, at: place, left) {
        case .count(0): breakOff()
        case .count(let count): return count
        case .blocked, .gone: break
        }
        return nil
    }

    private func copy(_ file: OpenFile, _ left: Int) -> Int? {
        let buffer = UnsafeMutableBufferPointer(rebasing: exchange.worker.files.buffer.prefix(left))
        switch FileReading.read(file.descriptor, at: place, into: buffer, waits: place < warmEnd) {
        case .count(let count):
            exchange.passBody(UnsafeBufferPointer(rebasing: buffer[..<count]))
            return count
        case .cold:
            if waits(file, left) { return nil }
            FileReading.warm(file.descriptor, at: place, left)
            return 0
        case .broken:
            breakOff()
            return nil
        }
    }

    /// Waits for the disk, unless too many do.
    private func waits(_ file: OpenFile, _ count: Int) -> Bool {
        exchange.flushClient()
        // The client may be gone by now.
        guard self.file != nil else { return true }
        token = exchange.worker.files.warm(file, at: place, count, for: self)
        warmEnd = place + Int64(count)
        return token != nil
    }

    /// Sends the text before the next part, or behind the last; false where there is none.
    private func sendText() -> Bool {
        guard let parts, part <= parts.ranges.count else { return false }
        if part < parts.ranges.count {
            (place, end) = (parts.ranges[part].first, parts.ranges[part].last + 1)
            parts.preludes[part].withUnsafeBufferPointer { exchange.passBody($0) }
        } else {
            parts.end.withUnsafeBufferPointer { exchange.passBody($0) }
        }
        part += 1
        return true
    }

    private func finish() {
        stop()
        exchange.record.end = .complete
        exchange.endResponse()
    }

    /// The file has become shorter, or its disk fails: the client must not take what it has for all.
    private func breakOff() {
        stop()
        exchange.record.end = .server
        exchange.abortResponse()
    }
}
