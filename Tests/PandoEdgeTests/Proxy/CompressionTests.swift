import Foundation
import Testing

@testable import PandoEdge

@Suite(.timeLimit(.minutes(1))) struct CompressionTests {
    private static let text = String(repeating: "{\"name\": \"Grand Hotel\"}\n", count: 400)
    private let gzip = "Accept-Encoding: gzip\r\n"

    private func with(
        _ fields: String,
        _ body: String = text,
        rule: String = "compression: on",
        _ test: (Int) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(Asked()) { head, _ in
            let answer = response(body, fields)
            return head.hasPrefix("HEAD") ? String(answer.dropLast(body.count)) : answer
        }
        let text = """
            upstreams: {a: ["127.0.0.1:\(server.port)"]}
            routes: [{path: /*, upstream: a, \(rule)}]
            """
        try await withEdge(text) { _, port in
            defer { withExtendedLifetime(server) {} }
            try await test(port)
        }
    }

    @Test func thoseWhoTakeGzipGetIt() async throws {
        let fields = "Content-Type: application/json\r\nETag: \"a\"\r\nAccept-Ranges: bytes\r\n"
        try await with(fields) { port in
            let coded = try BinaryAnswer(port, "/", gzip)
            #expect(coded.text == Self.text)
            #expect(coded.body.count < 400)
            #expect(coded.head.field("content-encoding") == "gzip")
            #expect(coded.head.field("vary") == "Accept-Encoding")
            #expect(coded.head.field("etag") == "W/\"a\"")
            #expect(coded.head.field("content-length") == nil)
            #expect(coded.head.field("accept-ranges") == nil)
            let plain = try get(port)
            #expect(plain.body == Self.text)
            #expect(plain.field("vary") == "Accept-Encoding")
            #expect(plain.field("etag") == "\"a\"")
            #expect(plain.field("content-encoding") == nil)
        }
    }

    @Test(arguments: ["gzip;q=0", "br", "identity, gzip;q=0.5", "gzip;q=x", "*;q=0", ""])
    func thoseWhoDoNotTakeItDoNot(_ accepted: String) async throws {
        try await with("Content-Type: text/html\r\n") { port in
            let answer = try get(port, "/", "Accept-Encoding: \(accepted)\r\n")
            #expect(answer.field("content-encoding") == nil)
            #expect(answer.body == Self.text)
        }
    }

    @Test(arguments: ["gzip", "br, gzip;q=0.5", "*", "x-gzip", "identity;q=0.1, GZIP;Q=0.2", "gzip;q=0.001"])
    func thoseWhoPreferItGetIt(_ accepted: String) async throws {
        try await with("Content-Type: text/html; charset=utf-8\r\n") { port in
            let answer = try BinaryAnswer(port, "/", "Accept-Encoding: \(accepted)\r\n")
            #expect(answer.text == Self.text)
        }
    }

    @Test(arguments: [
        "Content-Type: image/png\r\n", "", "Content-Type: text/html\r\nContent-Encoding: br\r\n",
        "Content-Type: text/html\r\nCache-Control: max-age=5, no-transform\r\n",
        "Content-Type: text/html\r\nContent-Digest: sha-256=:x:\r\n", "Content-Type: text/htmlx/y\r\n",
    ])
    func whatMustStayAsItIsDoes(_ fields: String) async throws {
        try await with(fields, rule: "compression: {types: [text/html]}") { port in
            let answer = try get(port, "/", gzip)
            #expect(answer.body == Self.text)
            #expect(answer.field("content-encoding") == (fields.contains("br") ? "br" : nil))
            #expect(answer.field("vary") == nil)
        }
    }

    @Test func whatIsSmallStaysAsItIs() async throws {
        try await with("Content-Type: text/html\r\n", "small") { port in
            let answer = try get(port, "/", gzip)
            #expect(answer.body == "small" && answer.field("vary") == nil)
        }
    }

    @Test func aClientMayForbidIt() async throws {
        try await with("Content-Type: text/html\r\n") { port in
            let answer = try get(port, "/", gzip + "Cache-Control: no-transform\r\n")
            #expect(answer.body == Self.text)
        }
    }

    @Test func aHeadHasTheFieldsOfTheGet() async throws {
        try await with("Content-Type: text/html\r\nETag: \"a\"\r\n") { port in
            let answer = try get(port, "/", gzip, method: "HEAD")
            #expect(answer.field("content-encoding") == "gzip" && answer.field("etag") == "W/\"a\"")
            #expect(answer.field("content-length") == nil && answer.body.isEmpty)
        }
    }

    @Test func eventsAreNotHeldBack() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.send("9\r\ndata: 1\n\n\r\n")
            gate.pass()
            connection.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n")
        }
        let text = """
            upstreams: {a: ["127.0.0.1:\(server.port)"]}
            routes: [{path: /*, upstream: a, compression: on}]
            """
        try await withEdge(text) { _, port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\(gzip)\r\n")
            #expect(client.readHead().contains("gzip"))
            var coded: [UInt8] = []
            while Gunzip.text(coded) != "data: 1\n\n", let chunk = client.readChunk() { coded += chunk }
            #expect(Gunzip.text(coded) == "data: 1\n\n")
            // Only now the server says more.
            gate.open()
            while let chunk = client.readChunk(), !chunk.isEmpty { coded += chunk }
            let all = try #require(Gunzip.bytes(coded))
            #expect(String(decoding: all.bytes, as: UTF8.self) == "data: 1\n\ndata: 2\n\n" && all.isComplete)
        }
        withExtendedLifetime(server) {}
    }

    @Test func theCacheStoresWhatTheServerSent() async throws {
        let asked = Asked()
        let fields = "Content-Type: text/html\r\nETag: \"a\"\r\nCache-Control: max-age=60\r\n"
        let server = try ScriptedServer(asked) { _, _ in response(Self.text, fields) }
        try await withCachedEdge(server, "on, compression: on") { _, port in
            #expect(try BinaryAnswer(port, "/", gzip).text == Self.text)
            // One entry for those who take gzip, for those who do not, and for ranges.
            let hit = try BinaryAnswer(port, "/", gzip)
            #expect(hit.head.isHit && hit.text == Self.text && hit.head.field("etag") == "W/\"a\"")
            let plain = try get(port)
            #expect(plain.isHit && plain.body == Self.text && plain.field("etag") == "\"a\"")
            let part = try get(port, "/", gzip + "Range: bytes=2-5\r\n")
            #expect(part.status == "206" && part.body == "name" && part.field("etag") == "\"a\"")
            #expect(part.field("content-encoding") == nil)
            #expect(asked.count == 1)
        }
    }

    @Test func validatorsHoldForBothForms() async throws {
        let fields = "Content-Type: text/html\r\nETag: \"a\"\r\nCache-Control: max-age=60\r\n"
        let server = try ScriptedServer(Asked()) { _, _ in response(Self.text, fields) }
        try await withCachedEdge(server, "on, compression: on") { _, port in
            // The first one too, that a server is asked for without its condition.
            for _ in 0..<2 {
                let same = try get(port, "/", gzip + "If-None-Match: W/\"a\"\r\n")
                #expect(same.status == "304" && same.field("etag") == "W/\"a\"")
                #expect(same.field("vary") == "Accept-Encoding")
            }
            let plain = try get(port, "/", gzip + "If-None-Match: \"a\"\r\n")
            #expect(plain.status == "304" && plain.field("etag") == "\"a\"")
            // Who has the compressed content must not put a part of the plain one behind it.
            let whole = try BinaryAnswer(port, "/", gzip + "Range: bytes=2-5\r\nIf-Range: W/\"a\"\r\n")
            #expect(whole.head.status == "200" && whole.text == Self.text)
            let part = try get(port, "/", gzip + "Range: bytes=2-5\r\nIf-Range: \"a\"\r\n")
            #expect(part.status == "206" && part.body == "name")
        }
    }

    @Test func filesAreCompressedToo() async throws {
        let large = (0..<100_000).map { "line \($0)\n" }.joined()
        try await FileEdge.with(["a.txt": large], route: ", compression: on") { edge in
            let coded = try BinaryAnswer(edge.port, "/a.txt", gzip)
            #expect(coded.text == large)
            #expect(coded.head.field("etag")?.hasPrefix("W/\"") == true)
            let part = try edge.get("/a.txt", gzip + "Range: bytes=0-3\r\n")
            #expect(part.status == "206" && part.body == "line")
            let tag = try #require(coded.head.field("etag"))
            #expect(try edge.get("/a.txt", gzip + "If-None-Match: \(tag)\r\n").field("etag") == tag)
        }
    }

    @Test func manyBodiesAreCompressedOnOneConnection() async throws {
        let server = try ScriptedServer(Asked()) { head, _ in
            response(
                String(repeating: String(head.split(separator: " ")[1]), count: 2_000),
                "Content-Type: text/html\r\n"
            )
        }
        let text = """
            upstreams: {a: ["127.0.0.1:\(server.port)"]}
            routes: [{path: /*, upstream: a, compression: {level: 1}}]
            """
        try await withEdge(text) { _, port in
            let client = try RawConnection(port: port)
            for number in 0..<50 {
                client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\(gzip)\r\n")
                #expect(client.readHead().contains("chunked"))
                var coded: [UInt8] = []
                while let chunk = client.readChunk(), !chunk.isEmpty { coded += chunk }
                #expect(Gunzip.text(coded) == String(repeating: "/\(number)", count: 2_000))
            }
        }
        withExtendedLifetime(server) {}
    }
}
