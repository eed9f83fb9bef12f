public import ServiceContextModule
import Synchronization
public import Tracing

/// A span as swift-distributed-tracing sees it.
extension TraceSpan: Tracing.Span {
    /// The context in which the span was started, with the span in it.
    public var context: ServiceContext {
        var context = baseContext
        context[TraceSpanKey.self] = self
        return context
    }

    /// All attributes. Prefer ``setAttribute(_:_:)``, which sets one.
    public var attributes: SpanAttributes {
        get {
            state.withLock { state in
                SpanAttributes(Dictionary(state.attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
            }
        }
        set {
            guard isRecording || isRoot else { return }
            var pairs: [(key: String, value: SpanAttribute)] = []
            newValue.forEach { pairs.append(($0, $1)) }
            pairs.sort { $0.key < $1.key }
            state.withLock { $0.attributes = Array(pairs.prefix(Limit.attributes)) }
        }
    }

    /// Marks the span as failed and notes the error as an event.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        fail(error)
        guard isRecording else { return }
        var attributes = attributes
        attributes["exception.type"] = String(reflecting: Swift.type(of: error))
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
    }

    /// Ties the span to another trace, such as that of the message it handles. A span holds 8 links.
    public func addLink(_ link: SpanLink) {
        guard isRecording else { return }
        state.withLock { if $0.links.count < 8 { $0.links.append(link) } }
    }

    /// Ends the span at an instant of the wall clock.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        // Durations come from the monotonic clock; the instant is only trusted for how long ago it was.
        let now = store.clock.wall()
        let given = instant().nanosecondsSinceEpoch
        let ago = now > given ? now - given : 0
        let monotonic = store.clock.monotonic()
        finish(at: max(start, monotonic > ago ? monotonic - ago : 0))
    }
}

/// The span in a context.
enum TraceSpanKey: ServiceContextKey {
    typealias Value = TraceSpan
    static let nameOverride: String? = "pando-span"
}

/// The context that a carrier brought from another process.
enum RemoteTraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static let nameOverride: String? = "pando-remote-trace"
}
