/// What went wrong while an engine was started, watched or stopped.
///
/// ```swift
/// do { … } catch let error as ConductorError where error.code == .engineMissing { … }
/// ```
public struct ConductorError: Error, Sendable {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: Hashable, Sendable {
        /// The engine's programs, or the user that they run as, are not on this machine.
        case engineMissing
        /// The folder's data was made by another version of the engine than the installed ones.
        case versionMismatch
        /// The folder cannot be used: its path, its owner, its permissions or what is in it.
        case folderRefused
        /// Another process serves the folder.
        case folderInUse
        /// The engine did not start.
        case startFailed
        /// The engine ran, then failed again and again.
        case engineFailed
    }

    /// What kind of failure.
    public let code: Code
    /// What went wrong, where, and what to do: for the operator's eyes. Holds no secret.
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

extension ConductorError {
    /// Does what ends in errors of the system or of libraries, and makes them ours.
    static func wrapping<R>(_ code: Code, _ message: String, _ work: () async throws -> R) async throws -> R {
        do {
            return try await work()
        } catch  where !(error is ConductorError || error is CancellationError) {
            throw ConductorError(code, message, underlying: error)
        }
    }
}

extension ConductorError: CustomStringConvertible {
    /// The message, with its code and cause.
    public var description: String {
        "\(message) [\(code)]" + (underlying.map { ": \($0)" } ?? "")
    }
}
