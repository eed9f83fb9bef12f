/// Where a request stands in a trace, as W3C Trace Context carries it between processes.
///
/// Strict: what the recommendation calls invalid is nil, and the request starts a trace of its own.
/// https://www.w3.org/TR/trace-context-1/
public struct TraceContext: Sendable, Hashable {
    /// The trace.
    public var traceID: TraceID
    /// The span in which the request was made.
    public var parentID: SpanID
    /// Whether the caller records this trace: bit 0 of the flags, the only one that level 1 defines.
    public var isSampled: Bool
    /// What the tracing systems on the way have added, kept and passed on.
    public var state: TraceState

    /// A context of known parts.
    public init(traceID: TraceID, parentID: SpanID, isSampled: Bool, state: TraceState = TraceState()) {
        self.traceID = traceID
        self.parentID = parentID
        self.isSampled = isSampled
        self.state = state
    }

    /// Reads the header `traceparent` (section 3.2).
    ///
    /// - Parameters:
    ///   - traceparent: The one value of the header; a request with more than one has none.
    ///   - tracestate: The values of the header `tracestate`, in order. An invalid one is dropped as a whole and leaves
    ///     `traceparent` valid (section 3.3.1.5).
    /// - Returns: nil if `traceparent` is invalid: another length, uppercase or other digits, the version `ff`, or an
    ///   id of zeros. A higher version may be longer and is read as version 00 (section 4.3).
    public init?(traceparent: String, tracestate: [String] = []) {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Hex.value(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let traceHigh = Hex.value(bytes[3..<19]), let traceLow = Hex.value(bytes[19..<35]),
            traceHigh | traceLow != 0,
            let parent = Hex.value(bytes[36..<52]), parent != 0,
            let flags = Hex.value(bytes[53..<55])
        else { return nil }
        self.init(
            traceID: TraceID(high: traceHigh, low: traceLow),
            parentID: SpanID(parent),
            isSampled: flags & 1 == 1,
            state: TraceState(headers: tracestate) ?? TraceState()
        )
    }

    /// The value of the header `traceparent` for a request made in this context, in version 00.
    public var traceparent: String {
        "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")"
    }

    /// The value of the header `tracestate`, or nil if there is nothing to pass on.
    public var tracestate: String? { state.isEmpty ? nil : state.description }
}
