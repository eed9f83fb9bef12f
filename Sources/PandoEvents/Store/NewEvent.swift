public import PandoDatabase

/// An event with the id that the caller made for it, so that appending it again does nothing.
public struct NewEvent<E: DomainEvent>: Sendable {
    /// The event's id.
    public let id: Identifier
    /// What happened.
    public let event: E

    /// Names an event.
    public init(_ event: E, id: Identifier = Identifier()) {
        self.id = id
        self.event = event
    }
}

/// Where appended events came to stand.
public struct AppendResult: Sendable, Hashable {
    /// The version of the last appended event; of an empty append, of the stream.
    public let version: Int
    /// The places of the events in the order of the whole store; `nil` of an empty append.
    public let positions: ClosedRange<Int>?
    /// Whether the events were there already, so that nothing was appended now.
    public let isRepeat: Bool
}
