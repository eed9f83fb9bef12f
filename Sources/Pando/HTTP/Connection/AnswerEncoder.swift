import HTTPTypes
import NIOCore

/// The bytes of the answers of one connection of HTTP/1 (RFC 9112): heads, and bodies in the framing that the head announces.
///
/// An answer without a `Content-Length` is chunked for a client of HTTP/1.1 and ends with the connection for one of HTTP/1.0.
/// Nothing but the head is written in answer to HEAD, nor with a status that has no body: what an author writes all the same
/// is dropped, since the client would read it as the next answer.
struct AnswerEncoder {
    private enum Framing {
        /// There is no body.
        case none
        /// The body is as long as the head says, or ends with the connection.
        case asItIs
        case chunked
    }

    private var framing = Framing.none

    /// Writes a head. Adds the date that every answer has (RFC 9110, section 6.6.1).
    mutating func writeHead(_ response: HTTPResponse, _ answer: RequestFlow.Answer, to buffer: inout ByteBuffer) {
        let hasBody =
            response.status.kind != .informational && response.status.code != 204 && response.status.code != 304
        var (hasLength, hasDate) = (false, false)
        buffer.writeStaticString(answer.isHTTP10 ? "HTTP/1.0 " : "HTTP/1.1 ")
        buffer.writeString(String(response.status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(response.status.reasonPhrase)
        buffer.writeStaticString("\r\n")
        for field in response.headerFields {
            switch field.name {
            case .contentLength:
                guard hasBody, !hasLength else { continue }
                hasLength = true
            case .transferEncoding: continue
            case .connection: if answer.closes { continue }
            case .date: hasDate = true
            default: break
            }
            Self.write(field, to: &buffer)
        }
        if !hasDate { Self.write(HTTPField(name: .date, value: HTTPDate.now), to: &buffer) }
        if answer.closes { buffer.writeStaticString("Connection: close\r\n") }
        framing = hasBody ? (hasLength || answer.isHTTP10 ? .asItIs : .chunked) : .none
        if framing == .chunked { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if answer.isHead { framing = .none }
        buffer.writeStaticString("\r\n")
    }

    /// What a piece of the body is on the wire: `before`, the piece, `after`; nil where nothing is to be written.
    func frame(_ piece: ByteBuffer) -> (before: String, after: StaticString)? {
        guard piece.readableBytes > 0 else { return nil }
        switch framing {
        case .none: return nil
        case .asItIs: return ("", "")
        case .chunked: return (String(piece.readableBytes, radix: 16) + "\r\n", "\r\n")
        }
    }

    /// Writes the end of an answer.
    func writeEnd(_ trailers: HTTPFields?, to buffer: inout ByteBuffer) {
        guard framing == .chunked else { return }
        buffer.writeStaticString("0\r\n")
        for field in trailers ?? [:] { Self.write(field, to: &buffer) }
        buffer.writeStaticString("\r\n")
    }

    /// Values hold no line breaks: `HTTPField` makes sure of it.
    private static func write(_ field: HTTPField, to buffer: inout ByteBuffer) {
        buffer.writeString(field.name.rawName)
        buffer.writeStaticString(": ")
        _ = field.withUnsafeBytesOfValue { buffer.writeBytes($0) }
        buffer.writeStaticString("\r\n")
    }
}
