public import Distributed

/// Why a call between domains did not come to its function's own end.
public struct DomainError: Error, Sendable {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: String, Hashable, Sendable, Codable {
        /// No instance is here, and there is no way to another process.
        case notHosted
        /// The caller's time was over before the call began; it had no effect.
        case deadlineExceeded
        /// The interface has no such function: the processes run different programs.
        case unknownFunction
        /// The function has generic parameters, which cannot cross processes.
        case unsupported
        /// Arguments, a result or an error could not be encoded or decoded; with a result or an error the call has had
        /// its effect.
        case undecodable
        /// The function threw an error that its interface does not list in ``DomainInterface/errors``.
        case failed
    }

    /// What kind of failure.
    public let code: Code
    /// What went wrong, and where.
    public let message: String
    /// The error that caused it, where it is known.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

/// The runtime may look for this mark on errors of an actor system.
extension DomainError: DistributedActorSystemError {}

extension DomainError: CustomStringConvertible {
    /// The message, with its code and cause.
    public var description: String {
        "\(message) [\(code.rawValue)]" + (underlying.map { ": \($0)" } ?? "")
    }
}
