/// Why a folder of static files cannot be served.
public struct StaticFilesError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
