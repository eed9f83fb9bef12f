/// Which requests of one connection were read, which are answered, and when the connection ends. Pure.
///
/// Requests are numbered from 1. A request holds a permit of the admission control from its last byte to the head of its
/// answer: a slow upload and a slow download hold none, for they cost no capacity while they wait.
struct RequestFlow {
    /// What the gate adds to the head of an answer.
    struct Answer: Equatable {
        var releasesPermit: Bool
        var closes: Bool
        var isHTTP10: Bool
        /// The request was HEAD: its answer has no body.
        var isHead: Bool
    }

    /// What follows the end of an answer.
    enum Next: Equatable {
        case keepOpen
        case close
    }

    private enum Reading: Equatable {
        case head
        case body
        /// The rest of a request that was shed.
        case skipping
        /// Nothing that comes is looked at.
        case stopped
    }

    private var reading = Reading.head
    private var headsRead = 0
    private var endsRead = 0
    private var headsWritten = 0
    private var endsWritten = 0
    private var lastRequest: Int?
    private var lastIsHTTP10 = false
    /// The numbers of the HEAD requests that are not answered.
    private var headRequests: [Int] = []
    private(set) var isDraining = false

    /// Requests passed on so far.
    var requests: Int { headsRead }
    /// Requests passed on whose answer is not complete.
    var owed: Int { headsRead - endsWritten }
    /// Whether nothing is being read or answered.
    var isIdle: Bool { owed == 0 && reading == .head }
    /// Whether the body of a request is being read.
    var isReadingRequest: Bool { reading == .body }
    /// Whether what comes is dropped.
    var ignoresInput: Bool { reading == .stopped }
    /// Whether an answer has begun and not ended.
    var isAnswering: Bool { headsWritten > endsWritten }

    mutating func readHead(isLast: Bool, isHTTP10: Bool, isHead: Bool) {
        headsRead += 1
        reading = .body
        if isLast { lastRequest = headsRead }
        lastIsHTTP10 = isHTTP10
        if isHead { headRequests.append(headsRead) }
    }

    /// A request is complete. Returns whether it takes a permit: not if its answer is already under way.
    mutating func readEnd() -> Bool {
        endsRead += 1
        reading = lastRequest == headsRead ? .stopped : .head
        return headsWritten < endsRead
    }

    mutating func skipRequest() { reading = .skipping }

    mutating func endSkipped() {
        if reading == .skipping { reading = .head }
    }

    mutating func stopReading() { reading = .stopped }

    /// The body of the request in hand will never be complete; its answer is the last.
    mutating func failBody() {
        reading = .stopped
        lastRequest = headsRead
    }

    /// The answer under way is the last of the connection.
    mutating func closeAfterAnswer() {
        lastRequest = headsWritten + 1
    }

    mutating func drain() { isDraining = true }

    mutating func writeHead() -> Answer {
        headsWritten += 1
        let isLast = closes(headsWritten)
        let isHead = headRequests.first == headsWritten
        if isHead { headRequests.removeFirst() }
        return Answer(
            releasesPermit: endsRead >= headsWritten,
            closes: isLast,
            isHTTP10: headsWritten == headsRead && lastIsHTTP10,
            isHead: isHead
        )
    }

    mutating func writeEnd() -> Next {
        endsWritten += 1
        // An answer to a request whose body nobody read to its end: the rest of it is not worth reading.
        return closes(endsWritten) ? .close : .keepOpen
    }

    private func closes(_ number: Int) -> Bool {
        lastRequest == number || (isDraining && number == headsRead)
    }

    /// The connection is gone. Returns how many permits to give back.
    mutating func abandon() -> Int {
        let held = max(0, endsRead - headsWritten)
        headsWritten += held
        reading = .stopped
        return held
    }
}
