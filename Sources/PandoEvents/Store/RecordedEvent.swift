public import PandoDatabase

/// An event as the store keeps it: the envelope and the coded payload.
public struct RecordedEvent: Sendable, Equatable {
    /// The event's own id, made by whoever appended it; an append under the same id happens once.
    public let id: Identifier
    /// The stream that it belongs to.
    public let stream: StreamID
    /// Its place in the stream, from 1, without gaps.
    public let version: Int
    /// Its place among all events of the store, from 1, without gaps, in the order of commits.
    public let position: Int
    /// The kind of event; see `DomainEvent.eventType`.
    public let eventType: String
    /// The version of the coding under which it was written.
    public let schemaVersion: Int
    /// When it was appended.
    public let recordedAt: Instant
    /// What caused it.
    public let cause: EventCause
    /// The coded event, JSON.
    public let payload: String

    /// The event itself, translated from older schemas where needed.
    /// - Throws: ``EventsError`` with `unknownEventType`, `newerEventSchema` or `undecodableEvent`.
    public func decode<E: DomainEvent>(_ type: E.Type = E.self) throws(EventsError) -> E {
        try EventCodec.decode(type, self)
    }

    /// The event, if it belongs to an aggregate of type `A`; `nil` if it is of another category.
    /// - Throws: as ``decode(_:)``.
    public func decode<A: Aggregate>(ifFrom type: A.Type) throws(EventsError) -> A.Event? {
        guard stream.category == A.streamCategory else { return nil }
        return try decode(A.Event.self)
    }

    /// Which event this is, for messages.
    var place: String { "event \(eventType) at version \(version) of \(stream) (position \(position))" }
}

/// Where an event came from: what set it off, and the whole story that it belongs to.
public struct EventCause: Sendable, Hashable {
    /// The same for everything that one request or one first event set off.
    public var correlationID: Identifier?
    /// The event, message or request that led directly to this event.
    public var causationID: Identifier?

    /// Makes a cause; without arguments, an event that nobody is known to have caused.
    public init(correlationID: Identifier? = nil, causationID: Identifier? = nil) {
        self.correlationID = correlationID
        self.causationID = causationID
    }

    /// The cause of what is being done in this task: an append that states none takes this one. Whoever begins a
    /// piece of work, a request or a message, sets it by `EventCause.$current.withValue`.
    @TaskLocal public static var current = EventCause()
}
