/// Why a cache or a session store refused. A load's own error is thrown as it is, not wrapped.
public struct CacheError: Error, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    @nonexhaustive
    public enum Code: String, Sendable, Hashable {
        /// Too many loads, or too many callers wait for one. Nothing was loaded; try again later.
        case overloaded
        /// A load has asked the same cache for the key that it loads: it would wait for itself.
        case recursiveLoad
        /// The session has ended or expired, or never was.
        case sessionEnded
        /// The session's subject or data is larger than its bound. Nothing was written.
        case sessionTooLarge
    }

    /// What kind of refusal.
    public var code: Code
    /// What was refused and what to do. Holds no keys and no values.
    public var message: String

    @usableFromInline
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
