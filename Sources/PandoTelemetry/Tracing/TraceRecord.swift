public import Tracing

/// A finished trace as far as this process saw it: a root and the spans within it.
public struct TraceRecord: Sendable, Identifiable {
    /// The trace's id. Two roots of one trace that ended in this process are two records with the same id.
    public let id: TraceID
    /// When the root started, in nanoseconds since 1970.
    public let startedAt: UInt64
    /// The root first, then the others in order of their start.
    public let spans: [SpanRecord]
    /// Spans that were left out: past the bound of a trace, or ended after the root.
    public let droppedSpans: Int
    /// Whether only the root is known: the trace was not recorded and kept because it was slow or failed.
    public let isPartial: Bool
    /// The state that the caller sent, to be passed on.
    public let traceState: TraceState

    /// The root span.
    public var root: SpanRecord { spans[0] }
    /// The root's name, such as `GET /api/hotels/{id}`.
    public var name: String { root.name }
    /// How long the root took, in nanoseconds.
    public var duration: UInt64 { root.duration }
    /// Whether the root failed.
    public var isFailed: Bool { root.isFailed }
}

/// A finished span. Times are in nanoseconds.
public struct SpanRecord: Sendable {
    /// The span's id.
    public let id: SpanID
    /// The span in which it was started; the root's is in another process, or nil.
    public let parentID: SpanID?
    /// What was done.
    public let name: String
    /// The part that the span played.
    public let kind: SpanKind
    /// Nanoseconds from the start of the trace's root to the start of this span.
    public let offset: UInt64
    /// How long it took.
    public let duration: UInt64
    /// Attributes in the order in which they were set; texts are cut at 512 characters.
    public let attributes: [(key: String, value: SpanAttribute)]
    /// What happened within it.
    public let events: [SpanEvent]
    /// Other traces that it is tied to.
    public let links: [TraceContext]
    /// Whether it failed or is known to be well; nil if nobody said.
    public let status: SpanStatus?

    /// Whether it failed.
    public var isFailed: Bool { status?.code == .error }

    init(_ span: TraceSpan, _ state: TraceSpan.State, end: UInt64, trace started: UInt64) {
        id = span.spanID
        parentID = span.parentID
        name = state.name.cut(at: TraceSpan.Limit.textLength)
        kind = span.kind
        offset = span.start > started ? span.start - started : 0
        duration = end > span.start ? end - span.start : 0
        attributes = state.attributes.map { ($0.key, $0.value.bounded) }
        events = state.events
        links = state.links.compactMap {
            $0.context[TraceSpanKey.self]?.traceContext ?? $0.context[RemoteTraceContextKey.self]
        }
        status = state.status
    }
}

extension SpanAttribute {
    /// The value as far as it can be shown: texts cut, and what is not text, number or truth value described as text.
    fileprivate var bounded: SpanAttribute {
        switch self {
        case .string(let text): .string(text.cut(at: TraceSpan.Limit.textLength))
        case .int32, .int64, .double, .bool: self
        case .stringConvertible(let value): .string(value.description.cut(at: TraceSpan.Limit.textLength))
        case .int32Array(let values): .string(values.description.cut(at: TraceSpan.Limit.textLength))
        case .int64Array(let values): .string(values.description.cut(at: TraceSpan.Limit.textLength))
        case .doubleArray(let values): .string(values.description.cut(at: TraceSpan.Limit.textLength))
        case .boolArray(let values): .string(values.description.cut(at: TraceSpan.Limit.textLength))
        case .stringArray(let values): .string(values.description.cut(at: TraceSpan.Limit.textLength))
        // The library forbids an exhaustive switch: it may add kinds of values.
        default: .string(String(describing: self).cut(at: TraceSpan.Limit.textLength))
        }
    }
}
