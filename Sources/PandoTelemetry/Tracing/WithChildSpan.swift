import ServiceContextModule
public import Tracing

/// Runs `body` in a span within the current one and ends it when `body` returns or throws.
///
/// Outside a recorded trace it reads one task-local value, does not evaluate `name`, and runs `body` with nil.
///
/// ```swift
/// let rows = try await withChildSpan("SELECT rooms", kind: .client) { span in
///     let rows = try await read()
///     span?.setAttribute("db.response.returned_rows", rows.count)
///     return rows
/// }
/// ```
///
/// - Parameters:
///   - name: What is done, with few distinct values: a statement's name, not its parameters.
///   - kind: The part that the span plays.
///   - body: The work. Its error marks the span as failed and is thrown on.
public func withChildSpan<R>(
    _ name: @autoclosure () -> String,
    kind: SpanKind = .internal,
    _ body: (TraceSpan?) async throws -> R
) async rethrows -> R {
    guard let current = TraceSpan.current, current.isRecording else { return try await body(nil) }
    // A library that uses swift-distributed-tracing may have put a span of its own in between.
    let context = ServiceContext.current
    let parent = context?[TraceSpanKey.self] ?? current
    return try await parent.child(name(), kind: kind, context: context).run { try await body($0) }
}
