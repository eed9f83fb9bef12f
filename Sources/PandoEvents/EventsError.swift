/// What went wrong in the event store, a projection or a search.
///
/// The message is safe to show: it holds names, numbers and limits, never payloads.
public struct EventsError: Error, Sendable, CustomStringConvertible {
    /// What happened, for a program.
    @nonexhaustive
    public enum Code: Sendable, Equatable {
        /// The stream is at `actual`, which is not what the append expected. Nothing was appended; load again and
        /// decide again.
        case versionConflict(stream: StreamID, expected: ExpectedVersion, actual: Int)
        /// An event with this id is there already, with other content, in another stream, or with only some of its
        /// companions.
        case eventIDReused(String)
        /// The stored event is of a type that this program does not know.
        case unknownEventType(String)
        /// The stored event was written under a newer schema than this program knows.
        case newerEventSchema(String, stored: Int, known: Int)
        /// The stored event cannot be decoded.
        case undecodableEvent(String)
        /// The key of a stream is empty or too long, or an append holds no event or too many.
        case invalidAppend
        /// No projection or index of this name is registered.
        case unknownProjection(String)
        /// The projection has never been complete, so there is nothing to read yet. Retryable.
        case projectionNotReady(String)
        /// The projection threw at an event, or an index refused a document of its source. Nothing after it has taken
        /// effect.
        case projectionFailed(String)
        /// The projection was changed by a newer program.
        case newerProjection(String, stored: Int, known: Int)
        /// Two declarations of the program contradict each other.
        case invalidDeclaration
        /// A search asks for what the index does not have, or for too much.
        case invalidQuery
        /// A cursor is damaged or belongs to another search.
        case invalidCursor
        /// A document does not fit the schema of its index.
        case invalidDocument
    }

    /// What happened.
    public let code: Code
    /// What happened, where, and what to do, for a person.
    public let message: String
    /// The error below this one, if there is one.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message, with the error below it.
    public var description: String { underlying.map { "\(message): \($0)" } ?? message }
}
