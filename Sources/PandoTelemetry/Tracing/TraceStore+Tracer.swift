public import ServiceContextModule
public import Tracing

/// The store as the tracer of libraries that use swift-distributed-tracing.
///
/// ```swift
/// InstrumentationSystem.bootstrap(store)
/// ```
///
/// Their spans join the trace that is current, and outside of one start a trace of their own.
extension TraceStore: Tracer {
    /// Starts a span within the one that `context` holds, or a root. Whoever starts it ends it.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> TraceSpan {
        let context = context()
        if let parent = parent(in: context) { return parent.child(operationName, kind: kind, context: context) }
        return startRoot(operationName, parent: context[RemoteTraceContextKey.self], kind: kind, context: context)
    }

    /// The span that `context` holds.
    public func activeSpan(identifiedBy context: ServiceContext) -> TraceSpan? { context[TraceSpanKey.self] }

    /// Does nothing: ended spans are in the store at once.
    public func forceFlush() {}

    /// Reads `traceparent` and `tracestate` from a carrier, such as the fields of a request.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let traceparent = extractor.extract(key: "traceparent", from: carrier) else { return }
        let tracestate = extractor.extract(key: "tracestate", from: carrier).map { [$0] } ?? []
        context[RemoteTraceContextKey.self] = TraceContext(traceparent: traceparent, tracestate: tracestate)
    }

    /// Writes `traceparent` and `tracestate` into a carrier.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        let span = context[TraceSpanKey.self] ?? TraceSpan.current
        guard let outgoing = span?.traceContext ?? context[RemoteTraceContextKey.self] else { return }
        injector.inject(outgoing.traceparent, forKey: "traceparent", into: &carrier)
        if let tracestate = outgoing.tracestate { injector.inject(tracestate, forKey: "tracestate", into: &carrier) }
    }

    /// The span that a new one belongs to. A span that is not recorded is not in any context, only current.
    private func parent(in context: ServiceContext) -> TraceSpan? {
        if let span = context[TraceSpanKey.self] { return span }
        guard let current = TraceSpan.current, !current.isRecording, context[RemoteTraceContextKey.self] == nil else {
            return nil
        }
        return current
    }
}
