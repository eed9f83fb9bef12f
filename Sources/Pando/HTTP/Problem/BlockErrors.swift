import HTTPTypes
import PandoCache
import PandoDatabase
import PandoDomains
import PandoEvents
import PandoMessaging

/// How the errors of the building blocks look to a client.
///
/// One function for each block, so that a new code of a block is decided on here and nowhere else. Nothing of the
/// blocks' messages is sent: they are for the operator.
enum BlockErrors {
    /// The problem for an error of a block, or nil if it is none or one that only a defect can cause.
    static func problem(for error: any Error) -> Problem? {
        switch error {
        case let error as DatabaseError: problem(for: error)
        case let error as CacheError: problem(for: error)
        case let error as EventsError: problem(for: error)
        case let error as MessagingError: problem(for: error)
        case let error as DomainError: problem(for: error)
        case is CancellationError: Problem(.unavailable, headers: [.retryAfter: "1"])
        default: nil
        }
    }

    private static func problem(for error: DatabaseError) -> Problem? {
        switch error.code {
        case .constraintViolated(.unique): Problem(.conflict, "Something with the same key exists already")
        case .constraintViolated(.foreignKey): Problem(.conflict, "Something that is referred to does not exist")
        // What is left out of a row or of the wrong type is for the service to check before.
        case .constraintViolated(.check): Problem(.validationFailed)
        case .valueRefused: Problem(.validationFailed, "A text holds the character U+0000, or a number is none")
        case .idempotencyKeyReused: Problem(.idempotencyKeyReused)
        case .busy, .timedOut: Problem(.overloaded, headers: [.retryAfter: "1"])
        case .full, .inputOutput, .closed, .unavailable: Problem(.unavailable, headers: [.retryAfter: "10"])
        case .outcomeUnknown: Problem(.outcomeUnknown)
        default: nil
        }
    }

    private static func problem(for error: CacheError) -> Problem? {
        switch error.code {
        case .overloaded: Problem(.overloaded, headers: [.retryAfter: "1"])
        case .sessionEnded: Problem(.notAuthenticated, headers: [.wwwAuthenticate: "Bearer"])
        case .sessionTooLarge: Problem(.bodyTooLarge, "This is more than a session keeps")
        case .recursiveLoad: nil
        @unknown default: nil
        }
    }

    private static func problem(for error: EventsError) -> Problem? {
        switch error.code {
        case .versionConflict: Problem(.conflict, "Somebody else has changed this meanwhile; load it again")
        case .eventIDReused: Problem(.conflict, "Something with the same key exists already")
        case .invalidQuery, .invalidCursor: Problem(.invalidRequest, "This cannot be searched for")
        case .invalidAppend, .invalidDocument: Problem(.validationFailed)
        case .projectionNotReady: Problem(.unavailable, headers: [.retryAfter: "1"])
        default: nil
        }
    }

    private static func problem(for error: DomainError) -> Problem? {
        switch error.code {
        case .deadlineExceeded: Problem(.overloaded, headers: [.retryAfter: "1"])
        default: error.underlying.flatMap { problem(for: $0) }
        }
    }

    private static func problem(for error: MessagingError) -> Problem? {
        switch error.code {
        case .payloadTooLarge: Problem(.bodyTooLarge)
        default: nil
        }
    }
}
