import Tracing

/// A trace as the dashboard draws it: a waterfall, times in seconds, ids in hexadecimal digits.
extension TraceRecord: Encodable {
    private enum Key: String, CodingKey {
        case id, name, startedAt, durationSeconds, failed, partial, droppedSpans, spans
    }

    /// Encodes the whole trace.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id.description, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(Double(startedAt) * 1e-9, forKey: .startedAt)
        try container.encode(Double(duration) * 1e-9, forKey: .durationSeconds)
        try container.encode(isFailed, forKey: .failed)
        try container.encode(isPartial, forKey: .partial)
        try container.encode(droppedSpans, forKey: .droppedSpans)
        try container.encode(spans.map { EncodedSpan(span: $0, traceStart: startedAt) }, forKey: .spans)
    }
}

/// A trace in a list: what it was and how long it took, without its spans.
public struct TraceSummary: Sendable, Encodable {
    /// The trace's id.
    public let id: String
    /// The root's name.
    public let name: String
    /// When it started, in seconds since 1970.
    public let startedAt: Double
    /// How long the root took.
    public let durationSeconds: Double
    /// Whether the root failed.
    public let failed: Bool
    /// Whether only the root is known.
    public let partial: Bool
    /// How many spans are known.
    public let spanCount: Int

    /// The summary of `trace`.
    public init(_ trace: TraceRecord) {
        id = trace.id.description
        name = trace.name
        startedAt = Double(trace.startedAt) * 1e-9
        durationSeconds = Double(trace.duration) * 1e-9
        failed = trace.isFailed
        partial = trace.isPartial
        spanCount = trace.spans.count
    }
}

private struct EncodedSpan: Encodable {
    private enum Key: String, CodingKey {
        case id, parent, name, kind, offsetSeconds, durationSeconds, failed, error, attributes, events
    }

    let span: SpanRecord
    let traceStart: UInt64

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(span.id.description, forKey: .id)
        try container.encodeIfPresent(span.parentID?.description, forKey: .parent)
        try container.encode(span.name, forKey: .name)
        try container.encode(String(describing: span.kind), forKey: .kind)
        try container.encode(Double(span.offset) * 1e-9, forKey: .offsetSeconds)
        try container.encode(Double(span.duration) * 1e-9, forKey: .durationSeconds)
        try container.encode(span.isFailed, forKey: .failed)
        if span.isFailed { try container.encodeIfPresent(span.status?.message, forKey: .error) }
        let attributes = container.nestedContainer(keyedBy: AnyKey.self, forKey: .attributes)
        try encodeAttributes(span.attributes, in: attributes)
        var events = container.nestedUnkeyedContainer(forKey: .events)
        for event in span.events { try encodeEvent(event, in: events.nestedContainer(keyedBy: AnyKey.self)) }
    }

    private func encodeEvent(_ event: SpanEvent, in container: KeyedEncodingContainer<AnyKey>) throws {
        var container = container
        try container.encode(event.name, forKey: AnyKey("name"))
        let offset = Double(event.nanosecondsSinceEpoch) - Double(traceStart)
        try container.encode(offset * 1e-9, forKey: AnyKey("offsetSeconds"))
        var pairs: [(key: String, value: SpanAttribute)] = []
        event.attributes.forEach { pairs.append(($0, $1)) }
        try encodeAttributes(pairs, in: container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("attributes")))
    }

    private func encodeAttributes(
        _ attributes: [(key: String, value: SpanAttribute)],
        in container: KeyedEncodingContainer<AnyKey>
    ) throws {
        var container = container
        for (key, value) in attributes {
            switch value {
            case .string(let text): try container.encode(text, forKey: AnyKey(key))
            case .int32(let number): try container.encode(number, forKey: AnyKey(key))
            case .int64(let number): try container.encode(number, forKey: AnyKey(key))
            case .double(let number) where number.isFinite: try container.encode(number, forKey: AnyKey(key))
            case .bool(let truth): try container.encode(truth, forKey: AnyKey(key))
            // The library forbids an exhaustive switch: it may add kinds of values.
            default: try container.encode(String(describing: value), forKey: AnyKey(key))
            }
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
