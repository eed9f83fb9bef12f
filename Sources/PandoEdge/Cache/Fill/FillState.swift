/// The state of a ``CacheFill``: no I/O, no lock, no clock; whom to tell is collected and told by the owner.
struct FillState: Sendable {
    struct Waiter: Sendable {
        let listener: any FillListener
        let token: UInt64
    }

    struct Reader: Sendable {
        let waiter: Waiter
        /// It was told that there is nothing, and is to be told when there is.
        var isWaiting = true
        var hasHead = false
        /// The chunk that is next, counted from the beginning.
        var chunk = 0
        var bytes = 0
        /// Its next chunk is gone.
        var isLost = false
        /// It is waited for however slow it is, as it would be without a cache.
        var isKept = false
    }

    enum Phase: Sendable {
        /// The server has not answered.
        case waiting
        case streaming(PendingEntry)
        /// As streaming, for the leader alone.
        case storing(PendingEntry)
        case ended
        case done(CacheEntry)
        case released(Release)
    }

    enum Release: Sendable {
        case again, alone, failed
    }

    /// The most readers of one fill; more go on their own.
    static let maximumReaders = 10_000
    /// How far a reader may be behind once the body is not kept.
    static let windowBytes = 1 << 20

    private(set) var phase = Phase.waiting
    var leader: Waiter?
    private(set) var readers: [UInt64: Reader] = [:]
    private var nextNumber: UInt64 = 1
    /// The chunks that are kept, and how many were before them.
    private(set) var chunks: [[UInt8]] = []
    private var droppedChunks = 0
    private(set) var bytes = 0
    /// Whether all of the body is kept, to be stored.
    private(set) var keepsAll = true
    /// Nothing of it is to be stored: it was invalidated while it came.
    var isDoomed = false
    private var isPaused = false
    /// Bytes of the chunks that are kept, how many of the budget they have, and how many of these are to be given back.
    private var heldBytes = 0
    private var reserved = 0
    private var freed = 0
    private var calls: [Waiter] = []

    /// Those to be told, once.
    mutating func takeCalls() -> [Waiter] {
        guard !calls.isEmpty else { return [] }
        defer { calls = [] }
        return calls
    }

    /// Bytes to be given back to the budget, once.
    mutating func takeFreed() -> Int {
        defer { freed = 0 }
        return freed
    }

    static func perform(_ calls: [Waiter]) {
        for call in calls { call.listener.fillAdvanced(call.token) }
    }

    // MARK: Readers

    mutating func subscribe(_ waiter: Waiter) -> FillReader? {
        guard droppedChunks == 0, readers.count < Self.maximumReaders else { return nil }
        var reader = Reader(waiter: waiter)
        if case .waiting = phase {
            // Told when it is answered.
        } else {
            reader.isWaiting = false
            calls.append(waiter)
        }
        let number = nextNumber
        nextNumber += 1
        readers[number] = reader
        return FillReader(number: number)
    }

    mutating func follow(_ waiter: Waiter) -> FillReader? {
        guard keepsAll, pending != nil, readers.count < Self.maximumReaders else { return nil }
        var reader = Reader(waiter: waiter)
        // It goes on when its client takes more.
        (reader.isWaiting, reader.hasHead, reader.isKept) = (false, true, true)
        (reader.chunk, reader.bytes) = (chunks.count, bytes)
        defer { nextNumber += 1 }
        readers[nextNumber] = reader
        return FillReader(number: nextNumber)
    }

    mutating func unsubscribe(_ reader: FillReader) {
        readers[reader.number] = nil
        trim()
    }

    mutating func next(_ id: FillReader, matching matches: (Variant) -> Bool) -> FillEvent {
        guard var reader = readers[id.number] else { return .failed }
        let event = next(&reader, matches)
        if case .nothing = event { reader.isWaiting = true }
        readers[id.number] = reader
        if case .chunk = event { trim() }
        return event
    }

    private func next(_ reader: inout Reader, _ matches: (Variant) -> Bool) -> FillEvent {
        if reader.isLost { return .failed }
        if reader.hasHead { return nextChunk(&reader) }
        switch phase {
        case .waiting: return .nothing
        case .streaming(let pending):
            guard matches(pending.terms.variant) else { return .again }
            reader.hasHead = true
            return .head(pending.head, pending.terms.facts, length: pending.length)
        case .done(let entry): return matches(entry.variant) ? .entry(entry) : .again
        // It ended without being stored and before this reader began.
        case .ended: return .again
        case .storing: return .alone
        case .released(.again): return .again
        case .released(.alone): return .alone
        case .released(.failed): return .failed
        }
    }

    private func nextChunk(_ reader: inout Reader) -> FillEvent {
        let place = reader.chunk - droppedChunks
        if place < chunks.count {
            reader.chunk += 1
            reader.bytes += chunks[place].count
            return .chunk(chunks[place])
        }
        switch phase {
        case .waiting, .streaming, .storing: return .nothing
        case .ended, .done: return .end
        case .released: return .failed
        }
    }

    private mutating func tellReaders() {
        for (number, reader) in readers where reader.isWaiting {
            readers[number]?.isWaiting = false
            calls.append(reader.waiter)
        }
    }

    // MARK: The leader

    /// What is to be stored of it.
    var pending: PendingEntry? {
        switch phase {
        case .streaming(let pending), .storing(let pending): pending
        case .waiting, .ended, .done, .released: nil
        }
    }

    mutating func beginAlone(_ pending: PendingEntry) {
        phase = .storing(pending)
        tellReaders()
    }

    mutating func begin(_ pending: PendingEntry) {
        phase = .streaming(pending)
        tellReaders()
    }

    /// Takes bytes of the body.
    ///
    /// - Parameter mayKeep: Whether the whole may still be stored with them, and they have a place in the budget.
    mutating func append(_ chunk: [UInt8], mayKeep: Bool) -> FillFlow {
        // After a refusal nobody reads it.
        guard !chunk.isEmpty, pending != nil else { return .proceed }
        chunks.append(chunk)
        bytes += chunk.count
        heldBytes += chunk.count
        if mayKeep { reserved += chunk.count } else { keepsAll = false }
        tellReaders()
        trim()
        guard !keepsAll, lag > Self.windowBytes else { return .proceed }
        isPaused = true
        return .pause
    }

    mutating func finish(_ entry: CacheEntry?) {
        phase = entry.map { .done($0) } ?? .ended
        tellReaders()
        if entry != nil { free(reserved) } else { letGo() }
    }

    mutating func release(_ reason: Release) {
        phase = .released(reason)
        tellReaders()
        letGo()
    }

    /// Keeps only what readers have still to get.
    private mutating func letGo() {
        keepsAll = false
        trim()
    }

    private mutating func free(_ count: Int) {
        reserved -= count
        freed += count
    }

    mutating func dropLaggards() -> Bool {
        for (number, reader) in readers
        where reader.hasHead && !reader.isKept && bytes - reader.bytes > Self.windowBytes {
            readers[number]?.isLost = true
        }
        tellReaders()
        trim()
        let isHeld = lag > Self.windowBytes
        if !isHeld { isPaused = false }
        return isHeld
    }

    /// How many bytes the slowest reader is behind.
    private var lag: Int {
        readers.values.reduce(0) { $1.isLost ? $0 : max($0, bytes - $1.bytes) }
    }

    /// Lets go of what all readers have had, where it is not to be stored, and goes on after a pause.
    private mutating func trim() {
        guard !keepsAll else { return }
        let oldest = readers.values.reduce(droppedChunks + chunks.count) { $1.isLost ? $0 : min($0, $1.chunk) }
        if oldest > droppedChunks {
            heldBytes -= chunks.prefix(oldest - droppedChunks).reduce(0) { $0 + $1.count }
            chunks.removeFirst(oldest - droppedChunks)
            droppedChunks = oldest
        }
        if reserved > heldBytes { free(reserved - heldBytes) }
        guard isPaused, lag <= Self.windowBytes / 2, let leader else { return }
        isPaused = false
        calls.append(leader)
    }
}
