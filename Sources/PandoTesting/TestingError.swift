/// Why a service under test was not what the test waited for.
public struct TestingError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: String, Sendable {
        /// Consumers or read models still had something to do when the time was over.
        case notQuiet
        /// The service ended before the test had begun.
        case serviceEnded
        /// The path of a request is none.
        case invalidPath
    }

    /// What kind of failure.
    public let code: Code
    /// What went wrong, and where.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message and the code.
    public var description: String { "\(message) [\(code.rawValue)]" }
}
