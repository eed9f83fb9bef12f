/// What can go wrong in setting up telemetry. Measuring itself never fails and never throws.
public struct TelemetryError: Error, Sendable, CustomStringConvertible {
    /// The kinds of errors.
    public enum Code: String, Sendable {
        /// An address to export to is not an `http` or `https` URL with a host.
        case invalidEndpoint
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong and what to do about it.
    public let message: String

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
