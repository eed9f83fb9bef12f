import Testing

@testable import PandoEdge

@Suite struct HTTP2ResponseTests {
    private func send(_ bytes: [UInt8], _ pair: HTTP2Pair, _ stream: HTTP2Stream) -> Int {
        bytes.withUnsafeBufferPointer { pair.session.send($0, on: stream) }
    }

    // RFC 9113 §8.2: names in lower case, nothing about the connection.
    @Test func headBodyAndTrailersArrive() throws {
        let pair = HTTP2Pair()
        let id = pair.client.request()
        pair.run()
        let stream = try #require(pair.streams.first)
        let fields = [
            ("Content-Type", "text/plain"), ("X-Own-Name", "Value"), ("Connection", "keep-alive"), ("Keep-Alive", "5"),
            ("Transfer-Encoding", "chunked"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
        ]
        pair.session.respond(httpResponse(200, fields), on: stream, ends: false)
        #expect(send(Array("hello ".utf8), pair, stream) == 6)
        pair.run()
        #expect(send(Array("world".utf8), pair, stream) == 5)
        pair.session.end(stream, trailers: httpResponse(0, [("X-Sum", "7")]))
        pair.run()
        let response = try #require(pair.client.responses[id])
        #expect(
            response.fields == [
                [":status", "200"], ["content-type", "text/plain"], ["x-own-name", "Value"], ["set-cookie", "a=1"],
                ["set-cookie", "b=2"],
            ]
        )
        #expect(String(decoding: response.body, as: UTF8.self) == "hello world")
        #expect(response.trailers == [["x-sum", "7"]])
        #expect(response.code == 0)
        #expect(pair.log == ["request 1", "end 1", "closed 1 noError"])
        #expect(!stream.isOpen)
    }

    @Test func responseWithoutABodyEndsWithItsHead() throws {
        let pair = HTTP2Pair()
        let id = pair.client.request(httpRequest(method: "HEAD"))
        pair.run()
        pair.session.respond(httpResponse(304, [("etag", "\"a\"")]), on: pair.streams[0], ends: true)
        pair.run()
        #expect(pair.client.responses[id]?.fields == [[":status", "304"], ["etag", "\"a\""]])
        #expect(pair.client.responses[id]?.body == [])
        #expect(pair.client.responses[id]?.code == 0)
    }

    // RFC 8297.
    @Test func interimResponsesComeBefore() throws {
        let pair = HTTP2Pair()
        let id = pair.client.request()
        pair.run()
        pair.session.respondInterim(httpResponse(103, [("Link", "</a.css>; rel=preload")]), on: pair.streams[0])
        pair.session.respondInterim(httpResponse(103, [("Link", "</b.css>; rel=preload")]), on: pair.streams[0])
        pair.session.respond(httpResponse(204), on: pair.streams[0], ends: true)
        pair.run()
        let response = try #require(pair.client.responses[id])
        #expect(
            response.interim == [
                [[":status", "103"], ["link", "</a.css>; rel=preload"]],
                [[":status", "103"], ["link", "</b.css>; rel=preload"]],
            ]
        )
        #expect(response.fields == [[":status", "204"]])
    }

    @Test func bodyWaitsForTheClientsWindowWithinBounds() throws {
        var limits = HTTP2Limits()
        limits.pendingBytes = 50_000
        let pair = HTTP2Pair(limits, window: 10_000)
        let id = pair.client.request()
        pair.run()
        let stream = pair.streams[0]
        pair.session.respond(httpResponse(200), on: stream, ends: false)
        let block = (0..<80_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(send(block, pair, stream) == 50_000)
        #expect(send(block, pair, stream) == 0)
        pair.run()
        #expect(pair.client.responses[id]?.body.count == 10_000)
        #expect(stream.pendingBytes == 40_000)
        #expect(stream.sentBytes == 10_000)
        #expect(!pair.log.contains("maySend 1"))
        pair.client.openWindow(id, 20_000)
        pair.run()
        #expect(pair.log.last == "maySend 1")
        #expect(stream.pendingBytes == 20_000)
        #expect(send(Array(block[50_000...]), pair, stream) == 30_000)
        pair.session.end(stream)
        pair.client.openWindow(id, 100_000)
        pair.run()
        #expect(pair.client.responses[id]?.body == block)
        #expect(pair.client.responses[id]?.code == 0)
    }

    @Test func outputIsBoundedByWhatThePullAsksFor() throws {
        var limits = HTTP2Limits()
        limits.pendingBytes = 1 << 20
        let pair = HTTP2Pair(limits, window: 1 << 20)
        pair.client.request()
        pair.run()
        pair.session.respond(httpResponse(200), on: pair.streams[0], ends: false)
        #expect(send([UInt8](repeating: 1, count: 500_000), pair, pair.streams[0]) == 500_000)
        let output = OutputBytes(capacity: 1_024)
        pair.session.pull(into: output, limit: 30_000)
        #expect(output.count >= 30_000 && output.count < 30_000 + 16_384 + 100)
        #expect(pair.session.hasOutput)
    }

    // RFC 9113 §8.1: a server may ask a client to stop sending once the response is complete.
    @Test func responseBeforeTheEndOfTheRequestStopsIt() {
        let pair = HTTP2Pair()
        let id = pair.client.request(httpRequest(method: "POST"), ends: false)
        pair.run()
        pair.session.respond(httpResponse(413), on: pair.streams[0], ends: true)
        pair.run()
        #expect(pair.client.responses[id]?.fields == [[":status", "413"]])
        #expect(pair.client.responses[id]?.code == 0)
        #expect(pair.session.streamCount == 0)
    }

    @Test func resetsGoBothWays() {
        let pair = HTTP2Pair()
        let (one, other) = (pair.client.request(), pair.client.request())
        pair.run()
        pair.session.respond(httpResponse(200), on: pair.streams[0], ends: false)
        pair.session.reset(pair.streams[0], .internalError)
        pair.client.cancel(other)
        pair.run()
        #expect(pair.client.responses[one]?.code == HTTP2ErrorCode.internalError.rawValue)
        #expect(pair.log.contains("closed 1 internalError"))
        #expect(pair.log.contains("closed 3 cancel"))
        // What comes too late has no effect.
        #expect(send([1, 2], pair, pair.streams[0]) == 2)
        pair.session.end(pair.streams[0])
        pair.session.respond(httpResponse(200), on: pair.streams[1], ends: true)
        #expect(pair.run())
    }

    @Test func cancelledResponseThatWasBeingSentDoesNotDisturbOthers() {
        var limits = HTTP2Limits()
        limits.pendingBytes = 1 << 20
        let pair = HTTP2Pair(limits, window: 1 << 20)
        let (one, other) = (pair.client.request(), pair.client.request())
        pair.run()
        for stream in pair.streams {
            pair.session.respond(httpResponse(200), on: stream, ends: false)
            #expect(send([UInt8](repeating: 1, count: 300_000), pair, stream) == 300_000)
            pair.session.end(stream)
        }
        // A frame is under way and waits for room.
        let output = OutputBytes(capacity: 1_024)
        pair.session.pull(into: output, limit: 20_000)
        #expect(pair.client.receive(output.bytes))
        pair.client.cancel(one)
        pair.run()
        #expect(pair.client.responses[other]?.body.count == 300_000)
        #expect(pair.client.responses[other]?.code == 0)
        #expect(pair.session.streamCount == 0)
    }

    // RFC 9218 §4.1: the more urgent first.
    @Test func urgentResponsesGoFirst() {
        var limits = HTTP2Limits()
        limits.pendingBytes = 1 << 20
        let pair = HTTP2Pair(limits, window: 1 << 20)
        let slow = pair.client.request(httpRequest([("priority", "u=7")]))
        let fast = pair.client.request(httpRequest([("priority", "u=0")]))
        pair.run()
        for stream in pair.streams {
            pair.session.respond(httpResponse(200), on: stream, ends: false)
            #expect(send([UInt8](repeating: 1, count: 100_000), pair, stream) == 100_000)
            pair.session.end(stream)
        }
        pair.run()
        #expect(pair.client.order == [fast, slow])
    }

    @Test func streamsAreUsedAgainOnlyWhenNobodyHoldsThem() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening)
        for id in stride(from: UInt32(1), to: 40, by: 2) {
            wire.send(HTTP2Frame.headers(id, httpRequest(path: "/\(id)")))
            wire.answer(wire.streams[wire.streams.count - 1])
        }
        // The test holds all of them, so that none may have changed.
        #expect(wire.streams.map { $0.head.text($0.head.target) } == wire.streams.map { "/\($0.id)" })
        #expect(Set(wire.streams.map { ObjectIdentifier($0) }).count == 20)
    }
}
