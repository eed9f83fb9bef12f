import DequeModule

/// The traces that are kept: the latest ones, the failed ones, and the slowest of each name. Every part is bounded.
struct TraceArchive {
    private let limits: TraceStore.Configuration
    private var recent: Deque<TraceRecord> = []
    private var failed: Deque<TraceRecord> = []
    private var slowest: [String: [TraceRecord]] = [:]

    init(limits: TraceStore.Configuration) {
        self.limits = limits
    }

    mutating func insert(_ trace: TraceRecord) {
        recent.append(trace)
        if recent.count > limits.recentTraces { recent.removeFirst() }
        if trace.isFailed {
            failed.append(trace)
            if failed.count > limits.failedTraces { failed.removeFirst() }
        }
        insertAmongSlowest(trace)
    }

    /// Newest first.
    var recentTraces: [TraceRecord] { recent.reversed() }
    /// Newest first.
    var failedTraces: [TraceRecord] { failed.reversed() }

    /// The slowest of each name whose end lies within the window before `now`, slowest first.
    func slowestTraces(at now: UInt64) -> [TraceRecord] {
        slowest.values.flatMap { $0 }.filter { isWithinWindow($0, now) }.sorted { $0.duration > $1.duration }
    }

    /// The newest record of a trace that is kept.
    func trace(_ id: TraceID) -> TraceRecord? {
        recent.last { $0.id == id } ?? failed.last { $0.id == id }
            ?? slowest.values.lazy.flatMap { $0 }.first { $0.id == id }
    }

    private mutating func insertAmongSlowest(_ trace: TraceRecord) {
        guard limits.slowestTracesPerName > 0 else { return }
        if slowest[trace.name] == nil, slowest.count >= limits.traceNames { forgetOldestName() }
        let now = trace.startedAt &+ trace.duration
        var list = slowest.removeValue(forKey: trace.name) ?? []
        list.removeAll { !isWithinWindow($0, now) }
        let position = list.firstIndex { $0.duration < trace.duration } ?? list.count
        list.insert(trace, at: position)
        if list.count > limits.slowestTracesPerName { list.removeLast() }
        slowest[trace.name] = list
    }

    /// Makes room for a name by forgetting the one whose newest slow trace is the oldest.
    private mutating func forgetOldestName() {
        let oldest = slowest.min { newest($0.value) < newest($1.value) }
        if let oldest { slowest[oldest.key] = nil }
    }

    private func newest(_ traces: [TraceRecord]) -> UInt64 { traces.map(\.startedAt).max() ?? 0 }

    private func isWithinWindow(_ trace: TraceRecord, _ now: UInt64) -> Bool {
        let end = trace.startedAt &+ trace.duration
        return end >= now || now - end <= UInt64(limits.slowestWindow.inSeconds * 1e9)
    }
}
