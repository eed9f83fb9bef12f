/// Why a message is refused. Nothing of it is passed on, and its connection is closed.
package enum HeadError: Error, Equatable, Sendable {
    /// What RFC 9112 does not allow; the text says what.
    case malformed(StaticString)
    /// The request target is longer than allowed: 414.
    case targetTooLong
    /// The fields are larger or more than allowed: 431.
    case fieldsTooLarge
    /// A major version that is not ours: 505.
    case versionNotSupported
    /// A transfer coding that is not ours: 501.
    case codingNotSupported
    /// An expectation other than 100-continue: 417.
    case expectationFailed
    /// The body is larger than allowed: 413.
    case contentTooLarge
    /// It did not come in time: 408.
    case timedOut

    package static func == (left: HeadError, right: HeadError) -> Bool {
        switch (left, right) {
        case (.malformed(let one), .malformed(let other)): "\(one)" == "\(other)"
        case (.targetTooLong, .targetTooLong), (.fieldsTooLarge, .fieldsTooLarge): true
        case (.versionNotSupported, .versionNotSupported), (.codingNotSupported, .codingNotSupported): true
        case (.expectationFailed, .expectationFailed), (.timedOut, .timedOut): true
        case (.contentTooLarge, .contentTooLarge): true
        default: false
        }
    }

    /// The status that tells a client.
    package var status: Int {
        switch self {
        case .malformed: 400
        case .targetTooLong: 414
        case .fieldsTooLarge: 431
        case .versionNotSupported: 505
        case .codingNotSupported: 501
        case .expectationFailed: 417
        case .contentTooLarge: 413
        case .timedOut: 408
        }
    }

    /// What is wrong, for the log and the answer.
    package var reason: String {
        switch self {
        case .malformed(let text): "\(text)"
        case .targetTooLong: "the request target is too long"
        case .fieldsTooLarge: "the header fields are too large"
        case .versionNotSupported: "this version of HTTP is not supported"
        case .codingNotSupported: "this transfer coding is not supported"
        case .expectationFailed: "this expectation is not supported"
        case .contentTooLarge: "the content is too large"
        case .timedOut: "the request did not come in time"
        }
    }
}
