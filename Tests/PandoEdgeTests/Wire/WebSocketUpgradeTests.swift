import Testing

@testable import PandoEdge

/// RFC 6455 §4.
@Suite struct WebSocketUpgradeTests {
    static let lines = [
        "Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]

    private func request(
        _ lines: [String],
        start: String = "GET / HTTP/1.1"
    ) throws -> (Head, WebSocketUpgrade.Request) {
        let head = Head()
        let text = "\(start)\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        #expect(try HeadParser.request(Array(text.utf8), into: head) == .complete(text.utf8.count))
        return (head, WebSocketUpgrade.request(head, try RequestRules(head)))
    }

    @Test func validRequestIsFound() throws {
        #expect(try request(Self.lines).1 == .valid)
        var others = Self.lines
        others[0] = "upgrade: h2c, WebSocket"
        #expect(try request(others).1 == .valid)
    }

    @Test func otherRequestsAreNotForWebSocket() throws {
        #expect(try request([]).1 == .none)
        #expect(try request(["Upgrade: h2c", "Connection: Upgrade"]).1 == .none)
        #expect(try request(Array(Self.lines[2...]) + [Self.lines[0]]).1 == .none)
        #expect(try request(Self.lines, start: "GET / HTTP/1.0").1 == .none)
        #expect(try request(Self.lines + ["Upgrade: websocket"]).1 == .none)
    }

    @Test(
        arguments: [
            (2, "X: y"), (2, "Sec-WebSocket-Key: short=="), (2, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="),
            (2, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=A"), (2, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q=="),
            (2, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
            (3, "X: y"),
            (3, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13"),
            (3, "Sec-WebSocket-Version: 13\r\nContent-Length: 1"),
        ]
    )
    func requestThatIsNotAsItMustIsMalformed(place: Int, line: String) throws {
        var lines = Self.lines
        lines[place] = line
        guard case .malformed = try request(lines).1 else {
            Issue.record("taken: \(line)")
            return
        }
        #expect(try request(Self.lines, start: "POST / HTTP/1.1").1 != .valid)
    }

    /// §4.4.
    @Test func otherVersionIsTold() throws {
        #expect(try request(Array(Self.lines[..<3]) + ["Sec-WebSocket-Version: 8"]).1 == .otherVersion)
    }

    /// §1.3 has the example.
    @Test func keyIsAnsweredAsInTheExample() {
        let accept = Array("dGhlIHNhbXBsZSBub25jZQ==".utf8).exactly { WebSocketUpgrade.accept($0) }
        #expect(String(decoding: accept, as: UTF8.self) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// FIPS 180-4, RFC 4648 §10.
    @Test func digestAndTextAreThoseOfTheStandards() {
        func digest(_ text: String) -> String {
            SHA1.of(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(digest("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(digest("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        )
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map {
            String(decoding: Base64.encode(Array($0.utf8)), as: UTF8.self)
        }
        #expect(texts == ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"])
    }

    @Test(
        arguments: [
            (
                "101", "Upgrade: WebSocket", "Connection: upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", true
            ),
            (
                "200", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false
            ),
            ("101", "Upgrade: h2c", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false),
            (
                "101", "Upgrade: websocket, h2c", "Connection: Upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false
            ),
            ("101", "A: b", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false),
            (
                "101", "Upgrade: websocket", "Connection: close", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                false
            ),
            ("101", "Upgrade: websocket", "A: b", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false),
            (
                "101", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", false
            ),
            ("101", "Upgrade: websocket", "Connection: Upgrade", "A: b", false),
        ]
    )
    func onlyAFullGrantOpensTheTunnel(status: String, one: String, two: String, three: String, expected: Bool) throws {
        let (asked, _) = try request(Self.lines)
        let head = Head()
        let text = "HTTP/1.1 \(status) x\r\n\(one)\r\n\(two)\r\n\(three)\r\n\r\n"
        #expect(try HeadParser.response(Array(text.utf8), into: head) == .complete(text.utf8.count))
        let rules = try ResponseRules(head, to: .get)
        #expect(WebSocketUpgrade.isGranted(by: head, rules, to: asked) == expected)
    }
}
