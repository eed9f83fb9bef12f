import Synchronization

/// Gathers the finished spans of one recorded trace until its root ends.
final class TraceRecorder: Sendable {
    private struct State {
        var spans: [SpanRecord] = []
        var dropped = 0
        var isClosed = false
    }

    /// Monotonic nanoseconds at which the root started.
    let started: UInt64
    private let maximumSpans: Int
    private let state = Mutex(State())

    init(started: UInt64, maximumSpans: Int) {
        self.started = started
        self.maximumSpans = maximumSpans
    }

    /// Keeps a span, or counts it as dropped: past the bound, or after the root has ended.
    func add(_ span: SpanRecord) {
        state.withLock { state in
            if state.isClosed || state.spans.count >= maximumSpans {
                state.dropped += 1
            } else {
                state.spans.append(span)
            }
        }
    }

    /// The spans so far, in order of their start. Later ones are left out.
    func close() -> (spans: [SpanRecord], dropped: Int) {
        let (spans, dropped) = state.withLock { state in
            state.isClosed = true
            defer { state.spans = [] }
            return (state.spans, state.dropped)
        }
        return (spans.sorted { $0.offset < $1.offset }, dropped)
    }
}
