import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct AnswerEncoderTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    /// What is written for an answer with two pieces of a body and a trailer.
    private static func written(
        _ status: HTTPResponse.Status,
        _ fields: HTTPFields,
        closes: Bool = false,
        isHTTP10: Bool = false,
        isHead: Bool = false
    ) -> String {
        var (encoder, buffer) = (AnswerEncoder(), ByteBuffer())
        var fields = fields
        fields[.date] = date
        let answer = RequestFlow.Answer(releasesPermit: false, closes: closes, isHTTP10: isHTTP10, isHead: isHead)
        encoder.writeHead(HTTPResponse(status: status, headerFields: fields), answer, to: &buffer)
        for piece in ["hello ", "", "world, again"] {
            guard let frame = encoder.frame(ByteBuffer(string: piece)) else { continue }
            buffer.writeString("\(frame.before)\(piece)\(frame.after)")
        }
        encoder.writeEnd([.eTag: "\"1\""], to: &buffer)
        return String(buffer: buffer).replacing("Date: \(date)\r\n", with: "")
    }

    @Test func aKnownLengthNeedsNoFraming() {
        let answer = Self.written(.ok, [.contentLength: "18", .contentType: "text/plain"])
        #expect(
            answer == "HTTP/1.1 200 OK\r\nContent-Length: 18\r\nContent-Type: text/plain\r\n\r\nhello world, again"
        )
    }

    @Test func anUnknownLengthIsChunked() {
        let answer = Self.written(.ok, [.transferEncoding: "gzip"])
        #expect(
            answer == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "6\r\nhello \r\nc\r\nworld, again\r\n0\r\nETag: \"1\"\r\n\r\n"
        )
    }

    @Test func anOldClientReadsToTheEndOfTheConnection() {
        let answer = Self.written(.ok, [:], closes: true, isHTTP10: true)
        #expect(answer == "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello world, again")
    }

    @Test(arguments: [HTTPResponse.Status.noContent, .notModified])
    func aStatusWithoutBodyHasNone(_ status: HTTPResponse.Status) {
        let answer = Self.written(status, [.contentLength: "18"])
        #expect(answer == "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n\r\n")
    }

    @Test func anAnswerToHeadSaysHowTheBodyWouldBe() {
        #expect(
            Self.written(.ok, [.contentLength: "18"], isHead: true) == "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n"
        )
        #expect(Self.written(.ok, [:], isHead: true) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    @Test func theLastAnswerSaysSoOnce() {
        let answer = Self.written(.ok, [.contentLength: "18", .connection: "keep-alive"], closes: true)
        #expect(answer.contains("Connection: close\r\n") && !answer.contains("keep-alive"))
    }

    @Test func answersWithoutBodiesDoNotRunIntoTheNext() async throws {
        try await TestServer().run { router in
            let stream = Response(
                status: .ok,
                body: ResponseBody { writer in
                    for piece in ["one", "two"] { try await writer.write(ByteBuffer(string: piece)) }
                    try await writer.finish(nil)
                }
            )
            router.get("stream") { _, _ in stream }
            router.head("stream") { _, _ in stream }
            router.get("none") { _, _ in
                Response(status: .noContent, body: ResponseBody(byteBuffer: ByteBuffer(string: "x")))
            }
        } _: { port in
            let requests = ["HEAD /stream", "GET /none", "GET /stream", "HEAD /stream"].enumerated().map {
                index,
                line in
                "\(line) HTTP/1.1\r\nHost: h\r\n\(index == 3 ? "Connection: close\r\n" : "")\r\n"
            }
            let answer = try await RawClient.exchange(port: port, Array(requests.joined().utf8))
            let bodies = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { part in
                part.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
            }
            #expect(bodies == ["", "", "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", ""])
        }
    }
}
