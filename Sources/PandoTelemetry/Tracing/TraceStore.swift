import ServiceContextModule
import Synchronization
public import Tracing

/// The traces of one process: which ones are recorded, and the bounded set of those that are kept.
///
/// A trace is recorded with all its spans if the second's budget allows it when it starts, or if its caller records it
/// (with a budget of its own). Any other trace costs two clock readings and one allocation, and is kept without its
/// children if it ends slow or failed.
///
/// | metric | meaning |
/// |---|---|
/// | `pando_traces_total{outcome}` | roots ended: `recorded`, `kept` (root only), `passed` (nothing stored) |
/// | `pando_trace_spans_dropped_total` | spans past a trace's bound or ended after their root |
public final class TraceStore: Sendable {
    let configuration: Configuration
    let clock: TelemetryClock
    let ids: TraceIDGenerator
    private let slowNanoseconds: UInt64
    private let startBudget: TraceSampler
    private let continueBudget: TraceSampler
    private let keepBudget: TraceSampler
    private let archive: Mutex<TraceArchive>
    private let export: (@Sendable (TraceRecord) -> Void)?
    private let recorded: Counter
    private let kept: Counter
    private let passed: Counter
    private let dropped: Counter

    /// A store without traces.
    ///
    /// - Parameters:
    ///   - configuration: Budgets and bounds.
    ///   - metrics: Where the store counts.
    ///   - export: Is given every stored trace, on the thread that ended it; it must not block. See
    ///     ``OTLPExporter/offer(_:)``.
    public convenience init(
        configuration: Configuration = Configuration(),
        metrics: MetricsRegistry = MetricsRegistry(),
        export: (@Sendable (TraceRecord) -> Void)? = nil
    ) {
        self.init(
            configuration: configuration,
            metrics: metrics,
            clock: .system,
            ids: TraceIDGenerator(),
            export: export
        )
    }

    init(
        configuration: Configuration,
        metrics: MetricsRegistry,
        clock: TelemetryClock,
        ids: TraceIDGenerator,
        export: (@Sendable (TraceRecord) -> Void)?
    ) {
        self.configuration = configuration
        self.clock = clock
        self.ids = ids
        self.export = export
        slowNanoseconds = UInt64(max(0, configuration.slowThreshold.inSeconds * 1e9))
        startBudget = TraceSampler(budgetPerSecond: configuration.recordedPerSecond)
        continueBudget = TraceSampler(budgetPerSecond: configuration.continuedPerSecond)
        keepBudget = TraceSampler(budgetPerSecond: configuration.keptPerSecond)
        archive = Mutex(TraceArchive(limits: configuration))
        let traces = metrics.counter(
            "pando_traces_total",
            help: "Traces ended, by what became of them.",
            labels: ["outcome"]
        )
        recorded = traces.with("recorded")
        kept = traces.with("kept")
        passed = traces.with("passed")
        dropped = metrics.counter("pando_trace_spans_dropped_total", help: "Spans left out of their trace.").with()
    }

    /// Runs `body` as the root of what this process does for one request, message or schedule.
    ///
    /// - Parameters:
    ///   - name: What is done, with few distinct values. It can be set later: ``TraceSpan/operationName``.
    ///   - parent: What the caller sent; its trace is continued, and recorded if the caller records it.
    ///   - kind: The part that the span plays.
    ///   - body: The work. Its error marks the trace as failed and is thrown on.
    public func withRootSpan<R>(
        _ name: String,
        parent: TraceContext? = nil,
        kind: SpanKind = .server,
        _ body: (TraceSpan) async throws -> R
    ) async rethrows -> R {
        try await startRootSpan(name, parent: parent, kind: kind).run(body)
    }

    /// Starts a root that its owner ends with ``TraceSpan/end()``, where work outlives a closure, such as a response
    /// body that is streamed. Make it current with ``TraceSpan/withCurrent(isolation:_:)``.
    public func startRootSpan(_ name: String, parent: TraceContext? = nil, kind: SpanKind = .server) -> TraceSpan {
        startRoot(name, parent: parent, kind: kind, context: ServiceContext.current ?? .topLevel)
    }

    func startRoot(_ name: String, parent: TraceContext?, kind: SpanKind, context: ServiceContext) -> TraceSpan {
        let now = clock.monotonic()
        let isRecorded: Bool
        if let parent {
            isRecorded = parent.isSampled && continueBudget.take(at: now)
        } else {
            isRecorded = startBudget.take(at: now)
        }
        return TraceSpan(
            name: name,
            kind: kind,
            ids: (parent?.traceID ?? ids.traceID(), ids.spanID(), parent?.parentID),
            traceState: parent?.state ?? TraceState(),
            store: self,
            recorder: isRecorded ? TraceRecorder(started: now, maximumSpans: configuration.spansPerTrace - 1) : nil,
            isRoot: true,
            baseContext: context,
            start: now
        )
    }

    /// Stores the trace of a root that has ended, or forgets it.
    func finish(_ span: TraceSpan, _ state: TraceSpan.State, end: UInt64) {
        let duration = end > span.start ? end - span.start : 0
        guard let recorder = span.recorder else {
            let isWorthKeeping = state.status?.code == .error || duration >= slowNanoseconds
            guard isWorthKeeping, keepBudget.take(at: end) else { return passed.increment() }
            kept.increment()
            return insert(span, state, end: end, children: [], dropped: 0, isPartial: true)
        }
        recorded.increment()
        let (children, dropped) = recorder.close()
        self.dropped.increment(by: dropped)
        insert(span, state, end: end, children: children, dropped: dropped, isPartial: false)
    }

    private func insert(
        _ span: TraceSpan,
        _ state: TraceSpan.State,
        end: UInt64,
        children: [SpanRecord],
        dropped: Int,
        isPartial: Bool
    ) {
        let age = clock.monotonic() &- span.start
        let trace = TraceRecord(
            id: span.traceID,
            startedAt: clock.wall() &- age,
            spans: [SpanRecord(span, state, end: end, trace: span.start)] + children,
            droppedSpans: dropped,
            isPartial: isPartial,
            traceState: span.traceState
        )
        archive.withLock { $0.insert(trace) }
        export?(trace)
    }

    /// The latest traces, newest first.
    public var recentTraces: [TraceRecord] { archive.withLock { $0.recentTraces } }
    /// The latest failed traces, newest first.
    public var failedTraces: [TraceRecord] { archive.withLock { $0.failedTraces } }

    /// The slowest traces of each name within ``Configuration/slowestWindow``, slowest first.
    public var slowestTraces: [TraceRecord] {
        let now = clock.wall()
        return archive.withLock { $0.slowestTraces(at: now) }
    }

    /// A trace that is still kept, by its id.
    public func trace(_ id: TraceID) -> TraceRecord? { archive.withLock { $0.trace(id) } }
}
