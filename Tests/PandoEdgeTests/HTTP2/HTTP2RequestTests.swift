import Testing

@testable import PandoEdge

@Suite struct HTTP2RequestTests {
    @Test func requestHasTheFormOfHTTP1() throws {
        let wire = HTTP2Wire()
        wire.send(
            HTTP2Frame.opening
                + HTTP2Frame.headers(1, httpRequest([("x-a", "1"), ("accept", "*/*")], path: "/rooms?from=1"))
        )
        #expect(wire.log == ["request 1 GET /rooms?from=1", "end 1"])
        let stream = try #require(wire.streams.first)
        let head = stream.head
        #expect(head.method == .get)
        #expect(head.text(head.authority) == "a.test")
        #expect(head.fields.map(\.id) == [.host, .other, .accept])
        #expect(head.fields.map { head.text($0.value) } == ["a.test", "1", "*/*"])
        #expect(stream.rules.framing == .none)
        #expect(stream.isRequestComplete)
    }

    // RFC 9113 §8.2.3.
    @Test func crumbsOfCookiesAreJoined() throws {
        let wire = HTTP2Wire()
        let fields = httpRequest([("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")])
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields))
        let head = try #require(wire.streams.first).head
        #expect(head.fields.count(where: { $0.id == .cookie }) == 1)
        #expect(head.first(.cookie).map { head.text($0) } == "a=1; b=2; c=3")
    }

    @Test func bodyItsLengthAndTrailersArePassedOn() throws {
        let wire = HTTP2Wire()
        wire.send(
            HTTP2Frame.opening
                + HTTP2Frame.headers(1, httpRequest([("content-length", "5")], method: "POST"), ends: false)
                + HTTP2Frame.data(1, Array("hel".utf8), ends: false) + HTTP2Frame.data(1, Array("lo".utf8), ends: false)
                + HTTP2Frame.headers(1, [("x-sum", "7")])
        )
        #expect(wire.log == ["request 1 POST /", "body 1", "body 1", "end 1"])
        #expect(String(decoding: wire.received, as: UTF8.self) == "hello")
        let stream = try #require(wire.streams.first)
        #expect(stream.rules.framing == .length(5))
        let trailers = try #require(stream.trailers)
        #expect(trailers.first(named: "x-sum").map { trailers.text($0) } == "7")
    }

    @Test func bodyWithoutALengthIsChunkedAndExpectationIsSeen() throws {
        let wire = HTTP2Wire()
        let fields = httpRequest([("expect", "100-continue")], method: "POST")
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields, ends: false))
        let rules = try #require(wire.streams.first).rules
        #expect(rules.framing == .chunked)
        #expect(rules.expectsContinue)
    }

    // RFC 9110 §10.1.1.
    @Test(arguments: ["x", "100-continue, x", ""]) func otherExpectationIsRefused(value: String) {
        let wire = HTTP2Wire()
        let fields = httpRequest([("expect", value)], method: "POST")
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields, ends: false))
        #expect(wire.log == ["refused 417"])
    }

    // RFC 9110 §10.1.1 and §10.1.4: without a body there is nothing to wait for, and TE tells of the client's trailers.
    @Test func controlsMeanWhatTheyMeanInHTTP1() throws {
        let wire = HTTP2Wire()
        let fields = [("te", "trailers"), ("expect", "100-continue")]
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(fields)))
        let stream = try #require(wire.streams.first)
        #expect(stream.rules.acceptsTrailers && !stream.rules.expectsContinue)
        #expect(!stream.head.has(.expect))
    }

    // RFC 9110 §7.6.2.
    @Test func maxForwardsIsCounted() throws {
        let wire = HTTP2Wire()
        let last = httpRequest([("max-forwards", "0")], method: "TRACE")
        let other = httpRequest([("max-forwards", "3")], method: "OPTIONS")
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, last) + HTTP2Frame.headers(3, other))
        #expect(wire.streams.map(\.rules.endsHere) == [true, false])
        let head = try #require(wire.streams.last).head
        #expect(head.first(.maxForwards).map { head.text($0) } == "2")
    }

    // RFC 9110 §9.3.8.
    @Test func traceWithABodyIsReset() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "TRACE"), ends: false))
        #expect(wire.resets == [.protocolError])
    }

    @Test func hostInThePlaceOfTheAuthorityIsEnough() throws {
        let wire = HTTP2Wire()
        let fields = [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "b.test:8443")]
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields))
        let head = try #require(wire.streams.first).head
        #expect(head.text(head.authority) == "b.test:8443")
    }

    // RFC 9113 §8.5, RFC 8441 §4.
    @Test func tunnelsAreTwoKindsOfConnect() throws {
        let wire = HTTP2Wire()
        wire.send(
            HTTP2Frame.opening
                + HTTP2Frame.headers(1, [(":method", "CONNECT"), (":authority", "db.test:5432")], ends: false)
                + HTTP2Frame.headers(
                    3,
                    httpRequest([(":protocol", "websocket")], method: "CONNECT", path: "/chat"),
                    ends: false
                )
                + HTTP2Frame.data(3, [1, 2], ends: false)
        )
        #expect(wire.log == ["request 1 CONNECT db.test:5432", "request 3 CONNECT /chat", "body 3"])
        #expect(wire.streams[0].connectProtocol.isEmpty)
        #expect(wire.streams[1].head.text(wire.streams[1].connectProtocol) == "websocket")
        #expect(wire.streams[1].rules.framing == .none)
        let settings = try #require(wire.frames.first { $0.kind == .settings && $0.flags == 0 })
        let connectProtocol: [UInt8] = [0, 8, 0, 0, 0, 1]
        #expect(
            stride(from: 0, to: settings.payload.count, by: 6).contains {
                Array(settings.payload[$0..<$0 + 6]) == connectProtocol
            }
        )
    }

    // RFC 9113 §8.1.1: a malformed request is a stream error of type PROTOCOL_ERROR.
    @Test(arguments: [
        // §8.2.1
        httpRequest([("X-Upper", "1")]), httpRequest([("x y", "1")]), httpRequest([("x", "a\nb")]),
        httpRequest([("x", "a\0b")]), httpRequest([("x", " a")]), httpRequest([("", "a")]),
        // §8.2.2
        httpRequest([("connection", "close")]), httpRequest([("keep-alive", "1")]), httpRequest([("upgrade", "h2c")]),
        httpRequest([("proxy-connection", "x")]), httpRequest([("transfer-encoding", "chunked")]),
        httpRequest([("te", "gzip")]), httpRequest([("te", "trailers, deflate")]),
        // §8.3
        httpRequest([(":status", "200")]), httpRequest([(":unknown", "1")]), httpRequest([(":method", "GET")]),
        httpRequest([(":path", "/b")]), httpRequest([("x", "1"), (":scheme", "https")]),
        [("x", "1")] + httpRequest(),
        // §8.3.1
        [(":scheme", "https"), (":authority", "a.test"), (":path", "/")],
        [(":method", "GET"), (":authority", "a.test"), (":path", "/")],
        [(":method", "GET"), (":scheme", "https"), (":authority", "a.test")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/")],
        httpRequest(path: ""), httpRequest(path: "rooms"), httpRequest(path: "*"), httpRequest(path: "/a b"),
        httpRequest(path: "/a#b"), httpRequest(method: "G T"), httpRequest(method: ""),
        httpRequest([("host", "b.test")]), httpRequest([("host", "a.test"), ("host", "a.test")]),
        [(":method", "GET"), (":scheme", "ftp"), (":authority", "a.test"), (":path", "/")],
        [(":method", "GET"), (":scheme", "https"), (":authority", "u@a.test"), (":path", "/")],
        [(":method", "GET"), (":scheme", "https"), (":authority", "a.test:x"), (":path", "/")],
        // §8.5
        [(":method", "CONNECT"), (":authority", "a.test:1"), (":path", "/")], [(":method", "CONNECT")],
        [(":method", "CONNECT"), (":authority", "a.test")],
        [
            (":method", "GET"), (":protocol", "websocket"), (":scheme", "https"), (":authority", "a.test"),
            (":path", "/"),
        ],
        // RFC 9110 §5.1: names that servers cannot tell from those with hyphens
        httpRequest([("x_forwarded_for", "1")]), httpRequest([("content_length", "1")]),
        httpRequest([("transfer_encoding", "chunked")]),
        // RFC 9110 §7.6.2
        httpRequest([("max-forwards", "x")], method: "OPTIONS"),
        // RFC 9110 §8.6
        httpRequest([("content-length", "1")]), httpRequest([("content-length", "x")]),
        httpRequest([("content-length", "0"), ("content-length", "0")]), httpRequest([("content-length", "-1")]),
    ])
    func malformedRequestIsReset(fields: [(String, String)]) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields))
        #expect(wire.resets.first == .protocolError)
        #expect(wire.streams.isEmpty)
        #expect(wire.goAway == nil)
        // The connection goes on.
        wire.send(HTTP2Frame.headers(3, httpRequest()))
        #expect(wire.streams.map(\.id) == [3])
        #expect(wire.session.streamCount == 1)
    }

    @Test(arguments: [("te", "trailers"), ("content-length", "0"), ("host", "A.TEST"), ("x", "")])
    func unusualRequestIsTaken(name: String, value: String) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest([(name, value)])))
        #expect(wire.streams.count == 1)
    }

    // RFC 9113 §8.1.1: more or fewer bytes than Content-Length.
    @Test(arguments: [[UInt8](repeating: 1, count: 4), [UInt8](repeating: 1, count: 6)])
    func lengthThatDoesNotFitTheBodyIsReset(body: [UInt8]) {
        let wire = HTTP2Wire()
        wire.send(
            HTTP2Frame.opening
                + HTTP2Frame.headers(1, httpRequest([("content-length", "5")], method: "POST"), ends: false)
        )
        wire.send(HTTP2Frame.data(1, body))
        #expect(wire.resets == [.protocolError])
        #expect(wire.log.last == "closed 1 protocolError")
        #expect(!wire.log.contains("end 1"))
    }

    @Test(arguments: [[(":status", "200")], [("X-Upper", "1")], [("connection", "close")]])
    func malformedTrailersAreReset(fields: [(String, String)]) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        wire.send(HTTP2Frame.headers(1, fields))
        #expect(wire.resets.first == .protocolError)
        #expect(!wire.log.contains("end 1"))
    }

    // RFC 9113 §8.1: trailers end the stream.
    @Test func trailersThatDoNotEndTheStreamAreReset() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        wire.send(HTTP2Frame.headers(1, [("x", "1")], ends: false))
        #expect(wire.resets.first == .protocolError)
    }

    @Test func largeHeadsAreToldSo() {
        var limits = HTTP2Limits()
        limits.head.headBytes = 4_000
        limits.head.targetBytes = 1_000
        limits.head.fields = 10
        let cases: [([(String, String)], String)] = [
            (httpRequest([("x", String(repeating: "a", count: 5_000))]), "refused 431"),
            (httpRequest((0..<11).map { ("x\($0)", "1") }), "refused 431"),
            (httpRequest(path: "/" + String(repeating: "a", count: 1_000)), "refused 414"),
        ]
        for (fields, expected) in cases {
            for ends in [true, false] {
                let wire = HTTP2Wire(limits)
                wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields, ends: ends))
                #expect(wire.log == [expected])
                #expect(wire.frames.contains { $0.kind == .headers && $0.stream == 1 })
                // Nobody wants the rest of the request (RFC 9113 §8.1).
                #expect(wire.resets == (ends ? [] : [.noError]))
                #expect(wire.goAway == nil)
                #expect(wire.session.streamCount == 0)
            }
        }
    }

    @Test func everySplitOfTheBytesMeansTheSame() {
        let first = HTTP2Frame.block(httpRequest([("cookie", "a=1"), ("content-length", "5")], method: "POST"))
        let bytes =
            HTTP2Frame.opening
            + HTTP2Frame(kind: .headers, stream: 1, payload: Array(first.prefix(20))).bytes
            + HTTP2Frame(
                kind: .continuation,
                flags: HTTP2Frame.endHeaders,
                stream: 1,
                payload: Array(first.dropFirst(20))
            ).bytes
            + HTTP2Frame.data(1, Array("hello".utf8), ends: false) + HTTP2Frame.headers(1, [("x-sum", "7")])
            + HTTP2Frame.headers(3, httpRequest(path: "/b"))
        for split in 0...bytes.count {
            let wire = HTTP2Wire()
            wire.send(Array(bytes[..<split]))
            wire.send(Array(bytes[split...]))
            #expect(wire.log.filter { $0 != "body 1" } == ["request 1 POST /", "end 1", "request 3 GET /b", "end 3"])
            #expect(wire.received == Array("hello".utf8))
        }
        let single = HTTP2Wire()
        for byte in bytes { single.send([byte]) }
        #expect(single.log.filter { $0 != "body 1" } == ["request 1 POST /", "end 1", "request 3 GET /b", "end 3"])
    }
}
