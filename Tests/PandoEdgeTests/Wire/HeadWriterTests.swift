import Testing

@testable import PandoEdge

/// RFC 9110 §7.6, RFC 7239: what the edge says of itself and the client.
@Suite struct HeadWriterTests {
    private func written(
        _ text: String,
        client: Forwarding.Client,
        requestID: String = "",
        host: String? = nil,
        _ configure: (inout Forwarding.Configuration) -> Void = { _ in }
    ) throws -> [String] {
        let head = Head()
        _ = try HeadParser.request(Array(text.utf8), into: head)
        let rules = try RequestRules(head)
        var configuration = Forwarding.Configuration()
        configure(&configuration)
        let output = OutputBytes(capacity: 16)
        let idSlice = head.append(requestID)
        let hostSlice = host.map { head.append($0) } ?? head.authority
        HeadWriter.request(
            head,
            rules,
            host: hostSlice,
            requestID: idSlice,
            forwarding: Forwarding(configuration, client: client),
            to: output
        )
        let written = String(decoding: output.bytes, as: UTF8.self)
        #expect(written.hasSuffix("\r\n\r\n"))
        return written.split(separator: "\r\n").map(String.init)
    }

    static let spoofed =
        "GET / HTTP/1.1\r\nHost: a:8080\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n"
        + "Forwarded: for=1.1.1.1\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nA: b\r\n\r\n"

    @Test func whatAnUntrustedClientSaysOfItselfIsReplaced() throws {
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: false)
        #expect(
            try written(Self.spoofed, client: client) { $0.writesForwarded = true } == [
                "GET / HTTP/1.1", "Host: a:8080", "A: b", "Via: 1.1 pando", "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-Proto: http", "X-Forwarded-Host: a:8080",
                "Forwarded: for=192.0.2.1;proto=http;host=\"a:8080\"",
            ]
        )
    }

    @Test func whatAnUntrustedClientSaysIsDroppedThoughNothingReplacesIt() throws {
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: false)
        #expect(
            try written(Self.spoofed, client: client) { $0.writesXForwarded = false } == [
                "GET / HTTP/1.1", "Host: a:8080", "A: b", "Via: 1.1 pando",
            ]
        )
    }

    @Test func whatATrustedProxySaysIsAddedTo() throws {
        let client = Forwarding.Client(address: "2001:db8::1", isSecure: true, isTrusted: true)
        #expect(
            try written(Self.spoofed, client: client) { $0.writesForwarded = true } == [
                "GET / HTTP/1.1", "Host: a:8080", "X-Real-IP: 1.1.1.1", "A: b", "Via: 1.1 pando",
                "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 2001:db8::1", "X-Forwarded-Proto: https", "X-Forwarded-Host: b",
                "Forwarded: for=1.1.1.1, for=\"[2001:db8::1]\";proto=https;host=\"a:8080\"",
            ]
        )
    }

    @Test func trustedProxyThatSaysNothingIsTheClient() throws {
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: true, isTrusted: true)
        #expect(
            try written("GET / HTTP/1.1\r\nHost: a\r\n\r\n", client: client) { $0.writesForwarded = true } == [
                "GET / HTTP/1.1", "Host: a", "Via: 1.1 pando", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: a", "Forwarded: for=192.0.2.1;proto=https;host=\"a\"",
            ]
        )
    }

    @Test func trustedProxyIsPassedOnWhereTheEdgeAddsNothing() throws {
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: true, isTrusted: true)
        let text = "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=x\r\nX-Forwarded-For: y\r\n\r\n"
        #expect(
            try written(text, client: client) { $0.writesXForwarded = false } == [
                "GET / HTTP/1.1", "Host: a", "Via: 1.1 pando", "X-Forwarded-For: y", "Forwarded: for=x",
            ]
        )
    }

    @Test func clientWithoutAnAddressIsUnknown() throws {
        let client = Forwarding.Client(address: "", isSecure: false)
        #expect(
            try written("GET / HTTP/1.0\r\n\r\n", client: client) { $0.writesForwarded = true } == [
                "GET / HTTP/1.1", "Host: ", "Via: 1.0 pando", "X-Forwarded-Proto: http",
                "Forwarded: for=unknown;proto=http",
            ]
        )
    }

    /// RFC 9110 §7.6.3: behind what is there already, with the version of what was received.
    @Test func viaIsAddedBehindOthers() throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.0 x\r\nVia: 1.1 y\r\n\r\n"
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: false, isHTTP2: true)
        let lines = try written(text, client: client) { $0.via = "edge" }
        #expect(lines.filter { $0.hasPrefix("Via") } == ["Via: 1.0 x", "Via: 1.1 y", "Via: 2 edge"])
    }

    @Test func requestIDIsReplacedWhereThereIsAnother() throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: theirs\r\n\r\n"
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: false)
        let kept = try written(text, client: client).filter { $0.hasPrefix("X-Request-ID") }
        #expect(kept == ["X-Request-ID: theirs"])
        let replaced = try written(text, client: client, requestID: "ours").filter { $0.hasPrefix("X-Request-ID") }
        #expect(replaced == ["X-Request-ID: ours"])
    }

    @Test func hostMayBeAnotherThanTheClients() throws {
        let client = Forwarding.Client(address: "192.0.2.1", isSecure: false)
        let long = String(repeating: "h", count: 500)
        let lines = try written("GET / HTTP/1.1\r\nHost: a\r\n\r\n", client: client, host: long)
        #expect(lines[1] == "Host: \(long)")
        #expect(lines.last == "X-Forwarded-Host: a")
    }

    /// RFC 9113 §8.2.3.
    @Test func cookiesAreOneFieldInHTTP1() throws {
        let head = Head()
        (head.method, head.methodName, head.target) = (.get, head.append("GET"), head.append("/"))
        head.authority = head.append("a")
        for (name, value) in [("cookie", "a=b"), ("x", "y"), ("cookie", "c=d")] {
            try append(name, value, to: head)
        }
        let output = OutputBytes(capacity: 16)
        var configuration = Forwarding.Configuration()
        (configuration.via, configuration.writesXForwarded) = (nil, false)
        let forwarding = Forwarding(configuration, client: .init(address: "", isSecure: true, isHTTP2: true))
        var rules = RequestRules()
        rules.framing = .chunked
        HeadWriter.request(head, rules, host: head.authority, requestID: .empty, forwarding: forwarding, to: output)
        #expect(
            String(decoding: output.bytes, as: UTF8.self)
                == "GET / HTTP/1.1\r\nHost: a\r\nx: y\r\nCookie: a=b; c=d\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
    }

    private func append(_ name: String, _ value: String, to head: Head) throws {
        let (name, value) = (Array(name.utf8), Array(value.utf8))
        try name.exactly { (name) throws(HeadError) in
            try value.exactly { (value) throws(HeadError) in try head.append(name: name, value: value) }
        }
    }

    /// RFC 9113 §8.2.1: what HTTP/2 can carry and HTTP/1 cannot.
    @Test(
        arguments: [
            ("", "a"), ("A", "b"), ("a b", "c"), ("a:", "b"), ("a\r\nb", "c"), ("é", "b"), ("a", "b\r\nc: d"),
            ("a", "b\nc"),
            ("a", "b\0"), ("a", " b"), ("a", "b\t"), (":path", "/"), ("a\u{7F}", "b"),
        ]
    )
    func fieldThatHTTP1CannotCarryIsRefused(name: String, value: String) {
        let head = Head()
        #expect(throws: HeadError.self) { try append(name, value, to: head) }
        #expect(head.fields.isEmpty)
    }

    @Test func fieldsThatTheEdgeSetsAreWritten() throws {
        let head = Head()
        _ = try HeadParser.response(
            Array("HTTP/1.1 200 OK\r\nServer: x\r\nServer: y\r\nAge: 1\r\n\r\n".utf8),
            into: head
        )
        head.set(.server, "pando")
        head.add(name: "X-Own", "1")
        head.add(.age, "2")
        #expect(head.combined(.age) == "1, 2")
        #expect(head.first(named: "x-own").map { head.text($0) } == "1")
        let copy = Head()
        copy.copy(head)
        copy.remove(.age)
        let output = OutputBytes(capacity: 16)
        var rules = ResponseRules()
        rules.framing = .length(18_446_744_073_709_551_615)
        let terms = HeadWriter.ResponseTerms()
        let passed = HeadWriter.response(
            copy,
            rules,
            terms: terms,
            via: HeadWriter.viaLine("pando"),
            date: DateLine(seconds: 0),
            to: output
        )
        #expect(passed == .init(framing: .length(.max), keepsAlive: true))
        #expect(
            String(decoding: output.bytes, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nserver: pando\r\nx-own: 1\r\nVia: 1.1 pando\r\n"
                + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 18446744073709551615\r\n\r\n"
        )
    }

    /// A value that was shortened is written as it is, not as the line that it lies in.
    @Test func changedFieldIsWrittenAnew() throws {
        let head = Head()
        _ = try HeadParser.response(Array("HTTP/1.1 200 OK\r\nA: bcd\r\nE: f\r\n\r\n".utf8), into: head)
        head.fields[0].value.count = 1
        let output = OutputBytes(capacity: 16)
        _ = HeadWriter.response(
            head,
            ResponseRules(),
            terms: .init(),
            via: [],
            date: DateLine(seconds: 0),
            to: output
        )
        #expect(String(decoding: output.bytes, as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\nA: b\r\nE: f\r\n"))
    }
}
