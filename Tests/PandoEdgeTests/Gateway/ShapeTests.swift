import Testing

@testable import PandoEdge

/// Answers for small clients, on real sockets.
@Suite struct ShapeTests {
    private static let hotels =
        #"{"hotels": [{"id": 1, "name": "A", "price": {"amount": 5, "currency": "KRW"}}], "next": null}"#

    private func withShop(
        _ shape: String,
        _ more: String = "",
        answering answer: @escaping @Sendable (String) -> String,
        _ body: (Int, Asked) throws -> Void
    ) async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { head, _ in answer(head) }
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], retries: {attempts: 0}}}
            routes: [{path: /*, upstream: a, shape: \(shape)\(more)}]
            """
        try await withEdge(text) { _, port in
            try body(port, asked)
            withExtendedLifetime(server) {}
        }
    }

    private static func json(_ body: String = hotels, _ fields: String = "") -> String {
        response(body, "Content-Type: application/json\r\n\(fields)")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("[hotels.name, hotels.price.amount]", #"{"hotels":[{"name":"A","price":{"amount":5}}]}"#),
            ("[hotels.price, next]", #"{"hotels":[{"price":{"amount": 5, "currency": "KRW"}}],"next":null}"#),
            ("{drop: [hotels.price.currency, next]}", #"{"hotels":[{"id":1,"name":"A","price":{"amount":5}}]}"#),
            ("{keep: [hotels], drop: [hotels.id, hotels.price]}", #"{"hotels":[{"name":"A"}]}"#), ("[nothing]", "{}"),
        ]
    )
    func membersAreLeftOut(shape: String, expected: String) async throws {
        let server = Self.json(Self.hotels, "ETag: \"x\"\r\nContent-MD5: abc\r\nAccept-Ranges: bytes\r\n")
        try await withShop(shape) { _ in
            server
        } _: { port, asked in
            let answer = try get(port, "/", "Accept-Encoding: gzip\r\nRange: bytes=0-4\r\n")
            #expect(answer.body == expected)
            #expect(answer.field("content-length") == "\(expected.utf8.count)")
            #expect(answer.field("etag") == "W/\"x\"" && answer.field("content-md5") == nil)
            #expect(answer.field("accept-ranges") == nil)
            #expect(!asked.last.contains("Accept-Encoding") && !asked.last.contains("Range"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func clientsAskForLess() async throws {
        try await withShop("{parameter: fields, drop: hotels.id}") { _ in
            Self.json()
        } _: { port, _ in
            let targets = ["/?fields=hotels.id,hotels.name", "/?x=1&fields=next", "/?fields="]
            let bodies = try targets.map { try get(port, $0).body }
            #expect(bodies[0] == #"{"hotels":[{"name":"A"}]}"#)
            #expect(bodies[1] == #"{"next":null}"#)
            #expect(bodies[2].contains("price"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func chunkedAnswersAreShapedToo() async throws {
        let text = Self.hotels
        let server =
            "HTTP/1.1 200 OK\r\nContent-Type: application/hal+json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\n\(text.prefix(5))\r\n\(String(text.utf8.count - 5, radix: 16))\r\n\(text.dropFirst(5))\r\n0\r\n\r\n"
        try await withShop("[next]") { _ in
            server
        } _: { port, _ in
            let answer = try get(port)
            #expect(answer.body == #"{"next":null}"# && answer.field("content-length") == "13")
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("text/html", hotels, "200 OK", ""), ("application/json", "no json", "200 OK", ""),
            ("application/json", hotels, "404 Not Found", ""),
            ("application/json", hotels, "200 OK", "Content-Encoding: gzip\r\n"),
            ("application/json", hotels, "200 OK", "Cache-Control: no-transform\r\n"),
            ("application/json", "{\"a\":\"" + String(repeating: "x", count: 2_000) + "\"}", "200 OK", ""),
        ]
    )
    func whatCannotBeShapedPassesAsItIs(type: String, body: String, status: String, fields: String) async throws {
        let head = "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nETag: \"x\"\r\n\(fields)"
        let plain = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
        let chunked =
            head + "Transfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        let answers = [plain, chunked]
        try await withShop("{keep: next, maximumBytes: 1KiB}") {
            answers[$0.contains("/chunked") ? 1 : 0]
        } _: { port, _ in
            let answer = try get(port)
            #expect(answer.body == body && answer.field("etag") == "\"x\"")
            #expect(dechunked(try get(port, "/chunked").body) == body)
        }
    }

    @Test(.timeLimit(.minutes(1))) func cacheKeepsTheWholeAnswer() async throws {
        let server = Self.json(Self.hotels, "Cache-Control: max-age=60\r\nETag: \"x\"\r\n")
        let rule = "{key: {query: {without: [fields]}}}"
        try await withShop("{parameter: fields}", ", cache: \(rule)") { _ in
            server
        } _: { port, asked in
            #expect(try get(port, "/?fields=next").body == #"{"next":null}"#)
            #expect(try get(port, "/?fields=hotels.id").body == #"{"hotels":[{"id":1}]}"#)
            #expect(try get(port, "/").body == Self.hotels)
            #expect(asked.count == 1)
            let known = try get(port, "/?fields=next", "If-None-Match: W/\"x\"\r\n")
            #expect(known.status == "304" && known.field("etag") == "W/\"x\"" && known.body.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func headSaysNoLengthThatIsNotSo() async throws {
        let head = Self.json().replacing(Self.hotels, with: "")
        try await withShop("[next]") { _ in
            head
        } _: { port, _ in
            let answer = try get(port, "/", method: "HEAD")
            #expect(answer.status == "200" && answer.field("content-length") == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func halfAnAnswerBecomesAnError() async throws {
        let half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"next\":"
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(half)
        }
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], retries: {attempts: 0}}}
            routes: [{path: /*, upstream: a, shape: [next]}]
            """
        try await withEdge(text) { _, port in
            let answer = try get(port)
            #expect(answer.status == "502")
            withExtendedLifetime(server) {}
        }
    }

    @Test(.timeLimit(.minutes(1))) func connectionGoesOnAfterAShapedAnswer() async throws {
        try await withShop("[next]") { _ in
            Self.json()
        } _: { port, _ in
            let client = try RawConnection(port: port)
            for _ in 0..<3 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().contains("Content-Length: 13\r\n"))
                #expect(client.text(13) == #"{"next":null}"#)
            }
        }
    }
}
