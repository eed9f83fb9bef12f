/// How the end of a message's body is found (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    /// So many bytes.
    case length(UInt64)
    case chunked
    /// Until the connection closes; responses only.
    case untilClose
}
