/// The last streams that ended, to tell frames that were on their way when the edge gave a stream up, which are ignored, from
/// frames on a stream that the client itself had ended or never begun (RFC 9113 §5.1, §5.1.1). libnghttp2 forgets streams,
/// and ignores heads on those that it does not know.
struct HTTP2RecentStreams {
    enum Finding: Equatable {
        /// The edge gave it up, or it is too long ago to be known.
        case mayCome
        case endedByClient
        /// A later stream was begun instead (RFC 9113 §5.1.1).
        case skipped
    }

    private static let kept = 64

    /// The ids, a power of two of them used again in turn; negative where the client had ended the stream.
    private var ids = InlineArray<64, Int32>(repeating: 0)
    private var count = 0

    mutating func add(_ id: Int32, endedByClient: Bool) {
        ids[count % Self.kept] = endedByClient ? -id : id
        count += 1
    }

    /// What there is to say about a stream that is not open, and whose id is not above those of all that were.
    ///
    /// Streams end in another order than they begin, so only an id above the lowest that is kept can be told.
    func find(_ id: Int32) -> Finding {
        var lowest = Int32.max
        for index in 0..<min(count, Self.kept) {
            if ids[index] == id { return .mayCome }
            if ids[index] == -id { return .endedByClient }
            lowest = min(lowest, abs(ids[index]))
        }
        return id > lowest || count <= Self.kept ? .skipped : .mayCome
    }
}
