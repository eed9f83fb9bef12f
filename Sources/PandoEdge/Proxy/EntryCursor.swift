/// How far the body of a stored response has been sent: all of it, a part, or parts with the texts around them.
struct EntryCursor {
    let entry: CacheEntry
    private var place: Int
    private var end: Int
    private let parts: MultipartRanges?
    /// The next of the parts; one more is the text at the end.
    private var part = 0

    /// The most bytes of one step: what the socket does not take of it is copied.
    private static let stepBytes = 1 << 17

    init(_ entry: CacheEntry, _ plan: ServePlan) {
        self.entry = entry
        (place, end) = (0, 0)
        switch plan {
        case .whole:
            end = entry.body.count
            parts = nil
        case .part(let range):
            place = entry.place(of: range.first)
            end = place + Int(range.count)
            parts = nil
        case .parts(let texts): parts = texts
        case .notModified, .unsatisfiable: parts = nil
        }
    }

    /// Lends the next bytes; false where there are no more.
    mutating func next(_ send: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        if place < end {
            let limit = min(end - place, Self.stepBytes)
            let sent = entry.body.withBytes(from: place) { bytes in
                let count = min(bytes.count, limit)
                send(UnsafeBufferPointer(rebasing: bytes[..<count]))
                return count
            }
            place += sent
            return sent > 0
        }
        guard let parts, part <= parts.ranges.count else { return false }
        if part < parts.ranges.count {
            place = entry.place(of: parts.ranges[part].first)
            end = place + Int(parts.ranges[part].count)
            parts.preludes[part].withUnsafeBufferPointer(send)
        } else {
            parts.end.withUnsafeBufferPointer(send)
        }
        part += 1
        return true
    }
}
