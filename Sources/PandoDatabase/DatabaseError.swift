/// What went wrong in a database, the same for every engine.
///
/// ```swift
/// do { … } catch let error as DatabaseError where error.code == .constraintViolated(.unique) { … }
/// ```
///
/// Unless the code is ``Code-swift.enum/outcomeUnknown``, a thrown error means that the transaction had no effect.
public struct DatabaseError: Error, Sendable {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: Hashable, Sendable {
        /// A constraint refused the change.
        case constraintViolated(Constraint)
        /// A stored value does not decode as the asked-for type.
        case typeMismatch
        /// The statement is not valid, not in the portable subset, or touches a table that its domain does not own.
        case statementRefused
        /// A bound value is one that no engine stores: text with U+0000, or NaN.
        case valueRefused
        /// A bound: the writer's queue, the readers' wait, or another process's lock. Try again later.
        case busy
        /// The transaction or one of its statements took longer than its limit and was rolled back.
        case timedOut
        /// The transaction was used after its end or after one of its statements had failed, a write was begun inside
        /// another, or a backup would replace a file.
        case misused
        /// The idempotency key was used before with another request.
        case idempotencyKeyReused
        /// The disk is full.
        case full
        /// The file cannot be read or written.
        case inputOutput
        /// The file is damaged or no database.
        case corrupt
        /// The schema is newer than this program, or a migration that was applied has changed since.
        case schemaMismatch
        /// A migration is not valid.
        case migrationRefused
        /// The database is closed.
        case closed
        /// The server cannot be reached, or the connection to it was lost before the commit: nothing took effect.
        case unavailable
        /// The server does not let the program in: user, password or certificate are wrong.
        case accessDenied
        /// The commit may or may not have happened; settle it by the idempotency key.
        case outcomeUnknown
        /// The engine failed in a way that none of the above names.
        case engine
    }

    /// The kinds of constraint.
    @nonexhaustive
    public enum Constraint: Hashable, Sendable {
        /// Another row has the key.
        case unique
        /// A column that must have a value got NULL.
        case notNull
        /// A check failed.
        case check
        /// A row that is referred to does not exist, or one that is referred to would vanish.
        case foreignKey
        /// A value of the wrong type.
        case dataType
    }

    /// What kind of failure.
    public let code: Code
    /// What went wrong, where, and what to do: for the operator's eyes. Holds no bound values.
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

extension DatabaseError: CustomStringConvertible {
    /// The message, with its code and cause.
    public var description: String {
        "\(message) [\(code)]" + (underlying.map { ": \($0)" } ?? "")
    }
}
