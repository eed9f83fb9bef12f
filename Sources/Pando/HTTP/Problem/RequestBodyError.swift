/// The body of a request could not be received. Thrown by whatever reads the body; the connection closes after the answer.
public enum RequestBodyError: Error, Sendable, Hashable {
    /// More bytes than ``HTTPLimits/bodyBytes`` arrived, or fewer were allowed than announced.
    case tooLarge(limit: Int)
    /// The chunked framing is broken or the client left in the middle.
    case malformed
    /// The bytes came slower than ``HTTPLimits/bodyBytesPerSecond``.
    case tooSlow

    var problem: Problem {
        switch self {
        case .tooLarge(let limit): Problem(.bodyTooLarge, members: ["limitBytes": .integer(limit)])
        case .malformed: Problem(.malformedRequest, "The body of the request is not framed as HTTP/1.1 asks")
        case .tooSlow: Problem(.requestTimeout, "The body of the request came too slowly")
        }
    }
}
