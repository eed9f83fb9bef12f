import FoundationEssentials

/// Turns events into JSON and back.
enum EventCodec {
    // Keys are sorted so that one event has one text: a repeated append is told from a reused id by comparing texts.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    private static let decoder = JSONDecoder()

    /// The JSON of `value`.
    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value whose JSON is `text`.
    static func decode<T: Decodable>(_ type: T.Type, from text: String) throws -> T {
        try decoder.decode(type, from: Data(text.utf8))
    }

    /// Decodes a stored event, bringing it up to the schema of `E` first if it is older.
    static func decode<E: DomainEvent>(_ type: E.Type, _ event: RecordedEvent) throws(EventsError) -> E {
        guard event.schemaVersion <= E.schemaVersion else {
            throw EventsError(
                .newerEventSchema(event.eventType, stored: event.schemaVersion, known: E.schemaVersion),
                "\(event.place) has schema \(event.schemaVersion), this program knows \(E.schemaVersion): run the newer one"
            )
        }
        var stored = StoredText(eventType: event.eventType, payload: event.payload)
        do {
            try stored.upcast(to: type, from: event.schemaVersion)
            return try decode(type, from: stored.payload)
        } catch {
            if stored.isUnknown(to: type) {
                throw EventsError(
                    .unknownEventType(event.eventType),
                    "\(event.place) is of a type that \(E.self) does not know; add the case or translate it in upcast"
                )
            }
            throw EventsError(
                .undecodableEvent(event.eventType),
                "\(event.place), schema \(event.schemaVersion), cannot be decoded as \(E.self)",
                underlying: error
            )
        }
    }
}

/// The parts of a stored event that its decoding needs.
private struct StoredText {
    var eventType: String
    var payload: String

    mutating func upcast<E: DomainEvent>(to type: E.Type, from version: Int) throws {
        guard version < E.schemaVersion else { return }
        var event = StoredEvent(eventType: eventType, payload: try EventCodec.decode(JSONValue.self, from: payload))
        for version in version..<E.schemaVersion { try E.upcast(&event, from: version) }
        eventType = event.eventType
        payload = try EventCodec.encode(event.payload)
    }

    /// Whether the event is a case that the enum `type` does not have: its payload has the name of the case as its only
    /// key. Asked only after decoding has failed.
    func isUnknown<E: DomainEvent>(to type: E.Type) -> Bool {
        // `try?`: a payload that is not JSON is not an unknown type, and the first error says what it is.
        guard case .object(let members)? = try? EventCodec.decode(JSONValue.self, from: payload),
            members.count == 1, let name = members.first?.key, name == eventType
        else { return false }
        let probe = CaseProbe(name: name)
        _ = try? E(from: probe)  // always throws: the probe only listens for the keys that `E` asks for
        return probe.isKnown == false
    }
}

/// A decoder that asks a type whether it has a coding key of a name, and gives it nothing to decode.
private final class CaseProbe: Decoder {
    let name: String
    /// Whether the type has the key; `nil` if it asked for no keyed container.
    private(set) var isKnown: Bool?
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(name: String) { self.name = name }

    private var stop: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "only the keys were asked for"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        if isKnown == nil { isKnown = Key(stringValue: name) != nil }
        throw stop
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw stop }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw stop }
}
