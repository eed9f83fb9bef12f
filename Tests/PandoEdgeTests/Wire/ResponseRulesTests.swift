import Testing

@testable import PandoEdge

/// RFC 9112 §4, §6.3 and RFC 9110 §6.6, §8.6, §15: what a response is read as when it is passed on.
@Suite struct ResponseRulesTests {
    static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    static let passed: [(name: String, method: Method, from: String, to: String)] = [
        (
            "length", .get, "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 2\r\n\r\nhi"
        ),
        (
            "length 0", .get, "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\n\(date)Content-Length: 0\r\n\r\n"
        ),
        (
            "length with zeros", .get, "HTTP/1.1 200 \r\nContent-Length: 0002\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 2\r\n\r\nhi"
        ),
        (
            "chunks", .get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n02\r\nhi\r\n0\r\nA: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\(date)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n"
        ),
        (
            "until the end", .get, "HTTP/1.1 200 OK\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\n\(date)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        ),
        // RFC 9110 §6.6.1: Date is added where it is missing.
        (
            "Date is kept", .get, "HTTP/1.1 200 OK\r\ndate: x\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ndate: x\r\nContent-Length: 0\r\n\r\n"
        ),
        // RFC 9112 §6.3: no body, whatever the fields say.
        (
            "HEAD with length", .head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 5\r\n\r\n"
        ),
        (
            "HEAD with chunks", .head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\(date)\r\n"
        ),
        ("HEAD without length", .head, "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\(date)\r\n"),
        (
            "304 with length", .get, "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\n\(date)Content-Length: 5\r\n\r\n"
        ),
        (
            "204 with length 0", .get, "HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\(date)\r\n"
        ),
        (
            "204 with length", .get, "HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\(date)\r\n"
        ),
        ("100", .post, "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"),
        (
            "103", .get, "HTTP/1.1 103 Early\r\nLink: </a>\r\nConnection: x\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        ),
        ("100 with length 0", .get, "HTTP/1.1 100 x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"),
        (
            "101", .get, "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ),
        // RFC 9110 §9.3.6.
        ("tunnel", .connect, "HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\(date)\r\n"),
        // RFC 9110 §7.6.1 and §11.7.
        (
            "fields of one connection", .get,
            "HTTP/1.1 200 x\r\nConnection: x-mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: 1\r\nProxy-Authenticate: x\r\n"
                + "Trailer: A\r\nContent-Length: 0\r\nB: c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTrailer: A\r\nB: c\r\n\(date)Content-Length: 0\r\n\r\n"
        ),
        // RFC 9110 §15.5.22.
        (
            "426", .get, "HTTP/1.1 426 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 426 Upgrade Required\r\n\(date)Content-Length: 0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ),
        // RFC 9112 §5.1: white space before the colon is removed from a response.
        (
            "white space before a colon", .get, "HTTP/1.1 200 x\r\nContent-Length : 2\r\nA\t:b\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nA: b\r\n\(date)Content-Length: 2\r\n\r\nhi"
        ),
        (
            "unknown status", .get, "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 299 \r\n\(date)Content-Length: 0\r\n\r\n"
        ),
        (
            "status of no class", .get, "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 999 \r\n\(date)Content-Length: 0\r\n\r\n"
        ),
        (
            "no reason", .get, "HTTP/1.0 500 \r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\n\(date)Content-Length: 0\r\n\r\n"
        ),
    ]

    @Test(arguments: passed)
    func responseIsPassedOnInOneReading(name: String, method: Method, from: String, to: String) {
        #expect(WireReading.response(Array(from.utf8), to: method).text == to, "\(name)")
    }

    /// RFC 9112 §6.1: no chunks for HTTP/1.0; the end of the connection is that of the body.
    @Test(
        arguments: [
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
                "\(date)Connection: close\r\n\r\nhi"
            ),
            ("HTTP/1.1 200 OK\r\n\r\nhi", "\(date)Connection: close\r\n\r\nhi"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                "\(date)Content-Length: 2\r\nConnection: keep-alive\r\n\r\nhi"
            ),
        ]
    )
    func clientOfHTTP10GetsNoChunks(from: String, to: String) {
        #expect(WireReading.response(Array(from.utf8), client: 0).text == "HTTP/1.1 200 OK\r\n" + to)
    }

    static let refused: [(String, String)] = [
        ("CL and TE", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("CL twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ("CL twice, the same", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        ("CL list", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello"),
        ("CL signed", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello"),
        ("CL garbage with HEAD", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        ("TE not chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello"),
        ("TE gzip, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("TE twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("TE in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("103 with a body", "HTTP/1.1 103 x\r\nContent-Length: 5\r\n\r\nhello"),
        ("103 with chunks", "HTTP/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("status 099", "HTTP/1.1 099 x\r\n\r\n"), ("status 1000", "HTTP/1.1 1000 x\r\n\r\n"),
        ("status 20", "HTTP/1.1 20 x\r\n\r\n"),
        ("status signed", "HTTP/1.1 +20 x\r\n\r\n"), ("status of letters", "HTTP/1.1 OK\r\n\r\n"),
        ("no space behind the status", "HTTP/1.1 200OK\r\n\r\n"), ("tab behind the status", "HTTP/1.1 200\tOK\r\n\r\n"),
        ("two spaces behind the version", "HTTP/1.1  200 OK\r\n\r\n"),
        ("control character in the reason", "HTTP/1.1 200 a\u{1}b\r\n\r\n"),
        ("NUL in the reason", "HTTP/1.1 200 a\0b\r\n\r\n"), ("bare LF", "HTTP/1.1 200 OK\n\n"),
        ("bare CR", "HTTP/1.1 200 O\rK\r\n\r\n"),
        ("empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n"), ("space before", " HTTP/1.1 200 OK\r\n\r\n"),
        ("ICY", "ICY 200 OK\r\n\r\n"),
        ("lower-case version", "http/1.1 200 OK\r\n\r\n"), ("HTTP/0.9", "<html>hello</html>"),
        ("folded field", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n"),
        ("white space as a name", "HTTP/1.1 200 OK\r\n : b\r\n\r\n"),
        ("name of two words", "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n"),
        ("Connection hides a length", "HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 0\r\n\r\n"),
        ("chunk size with a sign", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"),
    ]

    @Test(arguments: refused)
    func ambiguousResponseIsRefused(name: String, text: String) {
        for method in [Method.get, .head] {
            // With HEAD there is no body to be wrong.
            if method == .head, name.hasPrefix("TE ") || name.hasPrefix("chunk") { continue }
            guard case .refused = WireReading.response(Array(text.utf8), to: method) else {
                Issue.record("\(name) was not refused: \(WireReading.response(Array(text.utf8), to: method))")
                continue
            }
        }
    }

    @Test func versionTwoIsRefused() {
        #expect(WireReading.response(Array("HTTP/2.0 200 OK\r\n\r\n".utf8)) == .refused(505))
    }

    /// RFC 9112 §9.3: what is unclear closes the server's connection.
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true), ("HTTP/1.1 200 OK\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false),
            ("HTTP/1.1 204 OK\r\n\r\n", true), ("HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\n", false),
            ("HTTP/1.1 204 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false),
            ("HTTP/1.1 304 OK\r\nContent-Length: 5\r\n\r\n", true),
        ]
    )
    func connectionOfTheServerIsUsedAgainWhereTheEndIsCertain(text: String, expected: Bool) throws {
        let head = Head()
        _ = try HeadParser.response(Array(text.utf8), into: head)
        #expect(try ResponseRules(head, to: .get).keepsAlive == expected)
    }

    /// RFC 9110 §15: each registered status has a line of its own number.
    @Test func statusLinesSayTheirStatus() {
        for status in 100...599 {
            let line = "\(StatusLine.text(status))"
            #expect(line.isEmpty || line.hasPrefix("HTTP/1.1 \(status) ") && line.hasSuffix("\r\n"))
        }
        #expect((100...599).count { StatusLine.text($0).utf8CodeUnitCount > 0 } == 60)
    }
}
