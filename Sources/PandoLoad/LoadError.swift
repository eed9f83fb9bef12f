/// What went wrong in a load run or in one of its requests.
public struct LoadError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: String, Sendable {
        /// The configuration of the run cannot work; nothing was sent.
        case invalidConfiguration
        /// A log, a series or a journal could not be read or understood; the message names file and line.
        case invalidInput
        /// A scenario asked for a request that cannot be written as HTTP/1.1; nothing was sent.
        case invalidRequest
        /// A user of a scenario could not be prepared; the run did not start. ``LoadError/failure`` is set where nothing
        /// listens at the target.
        case preparationFailed
        /// No answer came: see ``LoadError/failure`` for why and for whether the request may have been carried out.
        case noResponse
        /// An answer came with a status that the scenario did not want.
        case unexpectedStatus
        /// The body of an answer was not what the scenario decodes.
        case invalidResponse
        /// The journal of writes is full (``LoadJournal/Configuration/maxWrites``); the write was not sent.
        case journalFull
    }

    /// What kind of failure this is.
    public var code: Code

    /// What is wrong, where, and what to do.
    public var message: String

    /// Why no answer came, if ``code`` is ``Code/noResponse``, or ``Code/preparationFailed`` for want of one.
    public var failure: LoadFailure?

    /// The status of the answer, if ``code`` is ``Code/unexpectedStatus``.
    public var status: Int?

    /// The error of a lower layer, if there is one.
    public var underlying: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        failure: LoadFailure? = nil,
        status: Int? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.failure = failure
        self.status = status
        self.underlying = underlying
    }

    /// The message, with the lower layer's in parentheses.
    public var description: String {
        guard let underlying else { return message }
        return "\(message) (\(underlying))"
    }

    /// Whether the request may have been carried out although no answer came.
    ///
    /// Only an idempotency key settles such a write: see ``LoadClient/write(_:key:detail:send:acknowledged:)``.
    public var outcomeIsUnknown: Bool { failure?.outcomeIsUnknown ?? false }
}
