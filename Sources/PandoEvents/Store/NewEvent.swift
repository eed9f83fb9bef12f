public import PandoDatabase

/// An event with the id that the caller made for it, so that appending it again does nothing.
///
/// It is encoded where it is made. Made before the transaction that appends it, its encoding is nothing that other writers
/// wait for.
public struct NewEvent<E: DomainEvent>: Sendable {
    /// The event's id.
    public let id: Identifier
    /// What happened.
    public let event: E
    /// The event as it is stored, or why it cannot be encoded.
    private let encoded: Result<String, any Error>

    /// Names an event and encodes it. The append throws what the encoding threw.
    public init(_ event: E, id: Identifier = Identifier()) {
        self.id = id
        self.event = event
        encoded = Result { try EventCodec.encode(event) }
    }

    /// The event as it is stored.
    ///
    /// - Throws: The error of its encoding.
    var payload: String { get throws { try encoded.get() } }
}

/// Where appended events came to stand.
public struct AppendResult: Sendable, Hashable {
    /// The version of the last appended event; of an empty append, of the stream.
    public let version: Int
    /// Whether the events were there already, so that nothing was appended now.
    public let isRepeat: Bool
}
