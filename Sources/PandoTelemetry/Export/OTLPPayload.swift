import Tracing

/// The body of an export of traces: OTLP 1.x in its JSON encoding, where ids are hexadecimal digits and 64-bit numbers
/// are text. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
struct OTLPPayload: Encodable {
    let resourceSpans: [ResourceSpans]

    init(_ traces: [TraceRecord], resource: [(key: String, value: String)]) {
        let attributes = resource.map { KeyValue(key: $0.key, value: .string($0.value)) }
        let spans = traces.flatMap { trace in trace.spans.map { Span($0, of: trace) } }
        resourceSpans = [
            ResourceSpans(
                resource: Resource(attributes: attributes),
                scopeSpans: [ScopeSpans(scope: Scope(name: "pando"), spans: spans)]
            )
        ]
    }

    struct ResourceSpans: Encodable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }

    struct Resource: Encodable { let attributes: [KeyValue] }

    struct ScopeSpans: Encodable {
        let scope: Scope
        let spans: [Span]
    }

    struct Scope: Encodable { let name: String }

    struct Span: Encodable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let traceState: String?
        let name: String
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [KeyValue]
        let events: [Event]
        let links: [Link]
        let status: Status

        init(_ span: SpanRecord, of trace: TraceRecord) {
            traceId = trace.id.description
            spanId = span.id.description
            parentSpanId = span.parentID?.description
            traceState = trace.traceState.isEmpty ? nil : trace.traceState.description
            name = span.name
            kind = OTLPPayload.number(of: span.kind)
            let start = trace.startedAt + span.offset
            startTimeUnixNano = String(start)
            endTimeUnixNano = String(start + span.duration)
            attributes = span.attributes.map { KeyValue(key: $0.key, value: $0.value) }
            events = span.events.map(Event.init)
            links = span.links.map { Link(traceId: $0.traceID.description, spanId: $0.parentID.description) }
            status = Status(span.status)
        }
    }

    struct Event: Encodable {
        let timeUnixNano: String
        let name: String
        let attributes: [KeyValue]

        init(_ event: SpanEvent) {
            timeUnixNano = String(event.nanosecondsSinceEpoch)
            name = event.name
            var pairs: [KeyValue] = []
            event.attributes.forEach { pairs.append(KeyValue(key: $0, value: $1)) }
            attributes = pairs.sorted { $0.key < $1.key }
        }
    }

    struct Link: Encodable {
        let traceId: String
        let spanId: String
    }

    struct Status: Encodable {
        let code: Int
        let message: String?

        init(_ status: SpanStatus?) {
            switch status?.code {
            case nil: code = 0
            case .ok: code = 1
            case .error: code = 2
            }
            message = status?.message
        }
    }

    struct KeyValue: Encodable {
        let key: String
        let value: Value

        init(key: String, value: SpanAttribute) {
            self.key = key
            self.value = Value(value)
        }
    }

    /// `AnyValue`: one member, named after its type.
    struct Value: Encodable {
        private(set) var stringValue: String?
        private(set) var intValue: String?
        private(set) var doubleValue: Double?
        private(set) var boolValue: Bool?

        init(_ attribute: SpanAttribute) {
            switch attribute {
            case .string(let text): stringValue = text
            case .int32(let number): intValue = String(number)
            case .int64(let number): intValue = String(number)
            case .double(let number) where number.isFinite: doubleValue = number
            case .bool(let truth): boolValue = truth
            // The library forbids an exhaustive switch: it may add kinds of values.
            default: stringValue = String(describing: attribute)
            }
        }
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
