import ServiceContextModule
import Synchronization
public import Tracing

/// One timed step of a trace, while it runs.
///
/// Roots come from ``TraceStore/withRootSpan(_:parent:kind:_:)``, children from ``withChildSpan(_:kind:_:)``. Safe
/// from any thread. A root that is not recorded keeps its ids, name, attributes and status, because it is kept after
/// all if it turns out slow or failed.
public final class TraceSpan: Sendable {
    /// How much a span holds; more is left out, longer texts are cut.
    enum Limit {
        static let attributes = 32
        static let events = 32
        static let textLength = 512
    }

    struct State {
        var name: String
        var attributes: [(key: String, value: SpanAttribute)] = []
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var status: SpanStatus?
        var hasEnded = false
    }

    /// The span that runs in this task, recorded or not.
    @TaskLocal package static var current: TraceSpan?

    /// The trace that the span belongs to.
    public let traceID: TraceID
    /// The span's own id.
    public let spanID: SpanID
    /// The span in which this one was started, possibly in another process.
    public let parentID: SpanID?
    /// The part that the span plays: server, client, producer, consumer or internal.
    public let kind: SpanKind

    let store: TraceStore
    /// Where the spans of this trace are gathered; nil if the trace is not recorded.
    let recorder: TraceRecorder?
    let isRoot: Bool
    let traceState: TraceState
    let baseContext: ServiceContext
    /// Monotonic nanoseconds.
    let start: UInt64
    let state: Mutex<State>

    init(
        name: String,
        kind: SpanKind,
        ids: (trace: TraceID, span: SpanID, parent: SpanID?),
        traceState: TraceState,
        store: TraceStore,
        recorder: TraceRecorder?,
        isRoot: Bool,
        baseContext: ServiceContext,
        start: UInt64
    ) {
        traceID = ids.trace
        spanID = ids.span
        parentID = ids.parent
        self.kind = kind
        self.traceState = traceState
        self.store = store
        self.recorder = recorder
        self.isRoot = isRoot
        self.baseContext = baseContext
        self.start = start
        state = Mutex(State(name: name))
    }

    /// Whether children and events of this span are kept: the trace was chosen by the sampler.
    public var isRecording: Bool { recorder != nil }

    /// What a request that is made within this span carries to the next process.
    public var traceContext: TraceContext {
        TraceContext(traceID: traceID, parentID: spanID, isSampled: isRecording, state: traceState)
    }

    /// The span's name; a root's may be set when it is known, such as the route's template.
    public var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    /// Sets an attribute; nil takes it away. A span holds 32, and texts are cut at 512 characters.
    ///
    /// - Parameters:
    ///   - key: An OpenTelemetry name where there is one, such as `http.response.status_code`.
    ///   - value: Text, number or truth value. No secrets, no payloads.
    public func setAttribute(_ key: String, _ value: (some SpanAttributeConvertible)?) {
        guard isRecording || isRoot else { return }
        let value = value?.toSpanAttribute()
        state.withLock { $0.set(key, value) }
    }

    /// Marks the span, and with a root the whole trace, as failed or as well.
    public func setStatus(_ status: SpanStatus) {
        guard isRecording || isRoot else { return }
        state.withLock { $0.status = status }
    }

    /// Notes that something happened, at its time. A span holds 32 events.
    public func addEvent(_ event: SpanEvent) {
        guard isRecording else { return }
        state.withLock { if $0.events.count < Limit.events { $0.events.append(event) } }
    }

    /// Marks the span as failed by `error`. A cancelled task is no failure and becomes an event.
    public func fail(_ error: any Error) {
        guard isRecording || isRoot else { return }
        if error is CancellationError { return addEvent("cancelled") }
        let type = String(reflecting: Swift.type(of: error))
        let message = String(describing: error).cut(at: Limit.textLength)
        state.withLock {
            $0.set("error.type", .string(type))
            $0.status = SpanStatus(code: .error, message: message)
        }
    }

    /// Ends the span now. Once ended it does not change; ending it again does nothing.
    public func end() { finish(at: store.clock.monotonic()) }

    /// Runs `body` with this span as the current one: children and log lines belong to it. Does not end it.
    ///
    /// - Parameters:
    ///   - isolation: Where `body` runs: the caller's actor, without a hop.
    ///   - body: The work.
    public func withCurrent<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> R
    ) async rethrows -> R {
        guard isRecording else { return try await Self.$current.withValue(self, operation: body) }
        return try await Self.$current.withValue(self) {
            _ = isolation  // Naming the parameter is what makes the closure run on that actor.
            return try await ServiceContext.$current.withValue(context, operation: body)
        }
    }

    /// Runs `body` within this span and ends it, marked as failed if `body` throws.
    func run<R>(_ body: (TraceSpan) async throws -> R) async rethrows -> R {
        do {
            let result = try await withCurrent { try await body(self) }
            end()
            return result
        } catch {
            fail(error)
            end()
            throw error
        }
    }

    /// A span that starts now within this one.
    func child(_ name: String, kind: SpanKind, context: ServiceContext? = nil) -> TraceSpan {
        TraceSpan(
            name: name,
            kind: kind,
            ids: (traceID, store.ids.spanID(), spanID),
            traceState: traceState,
            store: store,
            recorder: recorder,
            isRoot: false,
            baseContext: context ?? baseContext,
            start: store.clock.monotonic()
        )
    }

    func finish(at end: UInt64) {
        let final = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let final else { return }
        if isRoot {
            store.finish(self, final, end: end)
        } else if let recorder {
            recorder.add(SpanRecord(self, final, end: end, trace: recorder.started))
        }
    }
}

extension TraceSpan.State {
    mutating func set(_ key: String, _ value: SpanAttribute?) {
        let index = attributes.firstIndex { $0.key == key }
        switch (index, value) {
        case (let index?, let value?): attributes[index].value = value
        case (let index?, nil): attributes.remove(at: index)
        case (nil, let value?) where attributes.count < TraceSpan.Limit.attributes:
            if attributes.isEmpty { attributes.reserveCapacity(6) }
            attributes.append((key, value))
        case (nil, _): break
        }
    }
}

extension String {
    /// At most `length` characters, with an ellipsis in place of what is left out.
    func cut(at length: Int) -> String {
        utf8.count <= length ? self : prefix(length).count < count ? prefix(length - 1) + "…" : self
    }
}
