import Testing

@testable import PandoEdge

/// RFC 9110 §7 to §10, RFC 9112 §3 and §6: what a request is read as when it is passed on.
@Suite struct RequestRulesTests {
    /// What comes in, and the exact text that a server sees.
    static let passed: [(name: String, from: String, to: String)] = [
        ("origin form", "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n"),
        // RFC 9112 §3.2.2: the host of the target counts, that of the field does not.
        ("absolute form", "GET http://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n", "GET /c?d HTTP/1.1\r\nHost: b:81\r\n\r\n"),
        ("absolute form without path", "GET HTTP://b HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: b\r\n\r\n"),
        (
            "absolute form with query", "GET https://b?c HTTP/1.1\r\nHost:\r\n\r\n",
            "GET /?c HTTP/1.1\r\nHost: b\r\n\r\n"
        ),
        // RFC 9112 §3.2.4.
        ("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "OPTIONS of a server", "OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n"
        ),
        ("OPTIONS of a path", "OPTIONS http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS / HTTP/1.1\r\nHost: b\r\n\r\n"),
        // RFC 9112 §3.2.3.
        (
            "authority form", "CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n"
        ),
        (
            "address of six", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n"
        ),
        ("empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: \r\n\r\n"),
        ("empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        // RFC 9112 §6: the frame is written anew.
        (
            "length", "POST / HTTP/1.1\r\ncontent-length:  3 \r\nHost: a\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        ),
        (
            "coding in capitals",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \tCHUNKED\t\r\n\r\n1\r\na\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
        ),
        // RFC 9110 §8.6.
        (
            "no body with POST", "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
        ),
        (
            "length 0 with GET", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        (
            "body with GET", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        ),
        // RFC 9110 §7.6.1: fields of the connection, and those that Connection names.
        (
            "fields of one connection",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nConnection: x-other, ,\r\nKeep-Alive: 5\r\n"
                + "Proxy-Connection: close\r\nX-Mine: 1\r\nX-OTHER: 2\r\nProxy-Authorization: x\r\nX-Kept: 3\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX-Kept: 3\r\n\r\n"
        ),
        (
            "change to HTTP/2 is not asked for",
            "GET / HTTP/1.1\r\nHost: a\r\nHTTP2-Settings: AAA\r\nUpgrade: h2c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        (
            "HTTP/1.0 changes no protocol",
            "GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        (
            "change of protocol",
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ),
        // RFC 9110 §10.1.4.
        (
            "trailers are taken", "GET / HTTP/1.1\r\nHost: a\r\nTE: gzip;q=0.5, Trailers\r\nConnection: TE\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n"
        ),
        ("other codings are not", "GET / HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        // RFC 9110 §10.1.1.
        (
            "expectation with a body",
            "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\na",
            "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\na"
        ),
        (
            "expectation without", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        (
            "expectation of HTTP/1.0",
            "PUT / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na"
        ),
        // RFC 9110 §7.6.2.
        (
            "forwards are counted", "TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 10\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost: a\r\nmax-forwards: 9\r\n\r\n"
        ),
        (
            "but not for other methods", "GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n"
        ),
        // RFC 9110 §5.5: white space around a value is no part of it.
        (
            "odd white space", "GET / HTTP/1.1\r\nHost:a\r\nA:b\r\nC:\t d\t \r\nE:\r\nF: g\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\nE: \r\nF: g\r\n\r\n"
        ),
        ("unknown method", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("later minor version", "GET / HTTP/1.3\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "underscores in a name that is not known", "GET / HTTP/1.1\r\nHost: a\r\nX_Y: z\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX_Y: z\r\n\r\n"
        ),
    ]

    @Test(arguments: passed)
    func requestIsPassedOnInOneReading(name: String, from: String, to: String) {
        let bytes = Array(from.utf8)
        #expect(WireReading.request(bytes + Array("GET".utf8)) == .passed(to, taken: bytes.count), "\(name)")
        for count in 0..<bytes.count {
            #expect(WireReading.request(Array(bytes[..<count])) == .incomplete, "\(name) \(count)")
        }
    }

    private func rules(_ text: String) throws -> (RequestRules, Head) {
        let head = Head()
        #expect(try HeadParser.request(Array(text.utf8), into: head) == .complete(text.utf8.count))
        return (try RequestRules(head), head)
    }

    /// RFC 9112 §9.3.
    @Test(
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
            ("1.1", "Connection: x\r\nConnection: CLOSE\r\n", false),
            ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
            ("1.0", "Connection: keep-alive, close\r\n", false),
            ("1.1", "Proxy-Connection: close\r\n", true),
        ]
    )
    func connectionIsKeptByVersionAndOptions(version: String, line: String, expected: Bool) throws {
        #expect(try rules("GET / HTTP/\(version)\r\nHost: a\r\n\(line)\r\n").0.keepsAlive == expected)
    }

    /// RFC 9110 §7.4.
    @Test func schemeOfTheAbsoluteFormIsTold() throws {
        #expect(try rules("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n").0.scheme == .https)
        #expect(try rules("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n").0.scheme == .http)
        #expect(try rules("GET / HTTP/1.1\r\nHost: a\r\n\r\n").0.scheme == nil)
    }

    /// RFC 9110 §7.6.2.
    @Test func requestThatMayGoNoFurtherEndsHere() throws {
        #expect(try rules("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n").0.endsHere)
        #expect(try !rules("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 1\r\n\r\n").0.endsHere)
        #expect(try !rules("GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n").0.endsHere)
    }

    /// RFC 9110 §9.3.1: a body with GET has been used to smuggle.
    @Test(arguments: [
        ("GET", true), ("HEAD", true), ("DELETE", true), ("OPTIONS", true), ("POST", false), ("QUERY", false),
    ])
    func bodyThatServersDoNotExpectIsTold(method: String, expected: Bool) throws {
        let (with, head) = try rules("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
        #expect(with.isBodyUnexpected(head.method) == expected)
        let (without, _) = try rules("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!without.isBodyUnexpected(head.method))
    }

    /// Each named field is looked for among all others, so their number is bounded.
    @Test func connectionNamesSoManyFieldsAndNoMore() {
        func reading(_ count: Int) -> WireReading {
            let options = (0..<count).map { "x-\($0)" }.joined(separator: ",")
            return .request(Array("GET / HTTP/1.1\r\nHost: a\r\nX-31: b\r\nConnection: \(options)\r\n\r\n".utf8))
        }
        #expect(reading(32).text == "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reading(33) == .refused(400))
    }

    /// RFC 9110 §5.6.1.
    @Test func listHasItsElementsWithoutEmptyOnes() {
        let head = Head()
        let list = head.append(", a ,\t, b c,d ,")
        #expect(ListElements(head, list).map { head.text($0) } == ["a", "b c", "d"])
        #expect(ListElements(head, .empty).map { head.text($0) } == [])
    }
}
