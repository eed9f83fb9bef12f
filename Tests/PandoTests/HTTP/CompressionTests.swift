import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct CompressionTests {
    private static let text = String(repeating: "all work and no play ", count: 500)

    private static func routes(_ router: Router<AppContext>) {
        @Sendable func answer(_ fields: HTTPFields) -> Response {
            Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("text") { _, _ in answer([.contentType: "text/plain", .eTag: "\"v1\""]) }
        router.get("png") { _, _ in answer([.contentType: "image/png"]) }
        router.get("cookie") { _, _ in answer([.contentType: "text/plain", .setCookie: "a=b"]) }
        router.get("fixed") { _, _ in answer([.contentType: "text/plain", .cacheControl: "no-transform"]) }
        router.get("packed") { _, _ in answer([.contentType: "text/plain", .contentEncoding: "br"]) }
        router.get("short") { _, _ in "short" }
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    for _ in 0..<50 { try await writer.write(ByteBuffer(string: text)) }
                    try await writer.finish(nil)
                }
            )
        }
    }

    @Test(arguments: [
        ("gzip", true), ("gzip, deflate, br", true), ("*", true), ("GZIP;q=0.1", true), ("br;q=1, gzip;q=0.2", true),
        ("identity", false), ("gzip;q=0", false), ("gzip;q=0.1, identity;q=0.5", false), ("*;q=0", false), ("", false),
        ("br", false), ("gzip;q=x", true),
    ]) func readsQualities(field: String, takes: Bool) {
        #expect(AcceptEncoding.takesGzip([.acceptEncoding: field]) == takes)
    }

    @Test func compressesTextsAndKeepsTheRest() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let fields: HTTPFields = [.acceptEncoding: "gzip"]
            let text = try await client.execute(uri: "/text", method: .get, headers: fields)
            #expect(text.headers[.contentEncoding] == "gzip")
            #expect(text.headers[.vary] == "Accept-Encoding")
            #expect(text.headers[.eTag] == "W/\"v1\"")
            #expect(text.headers[.contentLength] == String(text.body.readableBytes))
            #expect(text.body.readableBytes < 300)
            #expect(try Gunzip.text(text.body) == Self.text)
            for path in ["/png", "/cookie", "/fixed", "/short"] {
                let plain = try await client.execute(uri: path, method: .get, headers: fields)
                #expect(plain.headers[.contentEncoding] == nil, "\(path)")
            }
            let packed = try await client.execute(uri: "/packed", method: .get, headers: fields)
            #expect(packed.headers[.contentEncoding] == "br")
            let plain = try await client.execute(uri: "/text", method: .get)
            #expect(plain.headers[.contentEncoding] == nil)
            #expect(plain.headers[.vary] == "Accept-Encoding")
            #expect(plain.headers[.eTag] == "\"v1\"")
        }
    }

    @Test func streamsAreCompressedPieceByPiece() async throws {
        try await TestServer().application(Self.routes).test(.live) { client in
            for _ in 0..<3 {
                let answer = try await client.execute(uri: "/stream", method: .get, headers: [.acceptEncoding: "gzip"])
                #expect(answer.headers[.contentEncoding] == "gzip")
                #expect(answer.headers[.contentLength] == nil)
                #expect(try Gunzip.text(answer.body) == String(repeating: Self.text, count: 50))
            }
        }
    }

    @Test func headHasTheFieldsOfThePlainAnswer() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/text", method: .head, headers: [.acceptEncoding: "gzip"])
            #expect(answer.headers[.contentEncoding] == nil)
            #expect(answer.headers[.vary] == "Accept-Encoding")
            #expect(answer.body.readableBytes == 0)
        }
    }
}
