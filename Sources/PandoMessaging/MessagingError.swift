/// What went wrong in messaging, the same for every engine.
///
/// An error that a handler throws is not one of these: it makes the message be retried and shows up in the dead letters.
public struct MessagingError: Error, Sendable {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: Hashable, Sendable {
        /// A topic's, group's or schedule's name has characters that not every engine can carry, or is too long.
        case invalidName
        /// The encoded message is larger than the engine carries.
        case payloadTooLarge
        /// A delay is negative or longer than ten years.
        case invalidDelay
        /// A configuration's value is out of its range.
        case invalidConfiguration
        /// A cron expression does not parse, or names a time that never comes.
        case invalidSchedule
        /// The same group was given two handlers for one topic, or the same schedule two.
        case duplicate
        /// A consumer asks for something that the engine cannot do.
        case unsupported
        /// The delivery was settled before, or its lease ran out and another consumer has it.
        case leaseLost
    }

    /// What kind of failure.
    public let code: Code
    /// What went wrong, where, and what to do. Holds no payload.
    public let message: String
    /// The error that caused it, if any.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

extension MessagingError: CustomStringConvertible {
    /// The message, with its code and cause.
    public var description: String {
        "\(message) [\(code)]" + (underlying.map { ": \($0)" } ?? "")
    }
}
