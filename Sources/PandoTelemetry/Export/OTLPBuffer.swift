import DequeModule

/// Traces that wait to be exported, bounded in spans.
struct OTLPBuffer {
    private let maximumSpans: Int
    private var traces: Deque<TraceRecord> = []
    private(set) var spanCount = 0

    init(maximumSpans: Int) {
        self.maximumSpans = maximumSpans
    }

    /// Adds a trace; false if it does not fit.
    mutating func append(_ trace: TraceRecord) -> Bool {
        guard spanCount + trace.spans.count <= maximumSpans else { return false }
        traces.append(trace)
        spanCount += trace.spans.count
        return true
    }

    /// The oldest traces up to about that many spans, at least one; empty if nothing waits.
    mutating func take(maximumSpans: Int) -> [TraceRecord] {
        var batch: [TraceRecord] = []
        var spans = 0
        while let next = traces.first, batch.isEmpty || spans + next.spans.count <= maximumSpans {
            traces.removeFirst()
            batch.append(next)
            spans += next.spans.count
        }
        spanCount -= spans
        return batch
    }

    /// Puts a batch back in front, over the bound if it must: it was counted before.
    mutating func putBack(_ batch: [TraceRecord]) {
        traces.prepend(contentsOf: batch)
        spanCount += batch.reduce(0) { $0 + $1.spans.count }
    }
}
