public import PandoTelemetry

/// A call on its way to another process. As JSON: names, and each argument as JSON text of its own.
public struct DomainRequest: Sendable, Hashable, Codable {
    /// Whom it is for.
    public let actor: DomainActorID
    /// The function, as the compiler names it.
    public let target: String
    /// The arguments in order, each as JSON text.
    public let arguments: [String]
    /// How long the caller waits, in milliseconds; nil where it has no deadline.
    public let millisecondsLeft: Int64?
    /// The caller's span, as W3C Trace Context writes it.
    public let traceparent: String?
    /// What goes with ``traceparent``.
    public let tracestate: String?

    init(actor: DomainActorID, target: String, arguments: [String]) {
        self.actor = actor
        self.target = target
        self.arguments = arguments
        millisecondsLeft = Deadline.current.map { Int64(max($0.timeLeft, .zero) / .milliseconds(1)) }
        let trace = TraceSpan.current.flatMap { $0.isRecording ? $0.traceContext : nil }
        traceparent = trace?.traceparent
        tracestate = trace?.tracestate
    }

    /// The caller's place in its trace.
    public var traceContext: TraceContext? {
        traceparent.flatMap { TraceContext(traceparent: $0, tracestate: tracestate.map { [$0] } ?? []) }
    }
}

/// The answer to a ``DomainRequest``.
public enum DomainResponse: Sendable, Hashable, Codable {
    /// The function returned this, as JSON text.
    case returned(String)
    /// The function returned nothing.
    case returnedVoid
    /// The function threw an error that its interface lists: the error's type and the error as JSON text.
    case threw(type: String, error: String)
    /// The call failed otherwise.
    case failed(code: DomainError.Code, message: String)
}
