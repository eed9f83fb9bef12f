/// Where a stream must be for an append to be accepted.
public enum ExpectedVersion: Hashable, Sendable, CustomStringConvertible {
    /// The stream has no events yet.
    case none
    /// The last event of the stream has this version; the first event of a stream has version 1.
    case version(Int)
    /// The stream may be anywhere.
    case any

    /// The expectation in words.
    public var description: String {
        switch self {
        case .none: "no events"
        case .version(let version): "version \(version)"
        case .any: "any version"
        }
    }

    /// Whether a stream whose last version is `version` (0 without events) meets the expectation.
    func accepts(_ version: Int) -> Bool {
        switch self {
        case .none: version == 0
        case .version(let expected): version == expected
        case .any: true
        }
    }
}
