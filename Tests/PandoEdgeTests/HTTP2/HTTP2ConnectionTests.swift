import Testing

@testable import PandoEdge

/// What is wrong with a connection, by the sections of RFC 9113 that say so.
@Suite struct HTTP2ConnectionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let section: String
        let bytes: [UInt8]
        let code: HTTP2ErrorCode

        init(_ section: String, _ code: HTTP2ErrorCode, _ bytes: [UInt8]) {
            (self.section, self.bytes, self.code) = (section, bytes, code)
        }

        var testDescription: String { section }
    }

    static let open = HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false)

    static let cases: [Case] = [
        Case(
            "4.2 frame larger than SETTINGS_MAX_FRAME_SIZE",
            .frameSizeError,
            open + HTTP2Frame.data(1, [UInt8](repeating: 0, count: 16_385))
        ),
        Case(
            "4.3 broken compression",
            .compressionError,
            HTTP2Frame(kind: .headers, flags: 5, stream: 1, payload: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).bytes
        ),
        Case("5.1 DATA on an idle stream", .protocolError, HTTP2Frame.data(1, [1])),
        Case("5.1 RST_STREAM on an idle stream", .protocolError, HTTP2Frame.reset(1, 8)),
        Case("5.1 WINDOW_UPDATE on an idle stream", .protocolError, HTTP2Frame.windowUpdate(1, 1)),
        Case(
            "5.1 CONTINUATION without HEADERS",
            .protocolError,
            HTTP2Frame(kind: .continuation, flags: 4, stream: 1).bytes
        ),
        Case("5.1.1 even stream", .protocolError, HTTP2Frame.headers(2, httpRequest())),
        Case(
            "5.1.1 stream that goes back",
            .protocolError,
            HTTP2Frame.headers(5, httpRequest()) + HTTP2Frame.headers(3, httpRequest())
        ),
        Case("6.1 DATA on stream 0", .protocolError, HTTP2Frame.data(0, [1])),
        Case(
            "6.1 padding as long as the frame",
            .protocolError,
            open + HTTP2Frame(kind: .data, flags: 8, stream: 1, payload: [5, 1, 2]).bytes
        ),
        Case("6.2 HEADERS on stream 0", .protocolError, HTTP2Frame.headers(0, httpRequest())),
        Case(
            "6.2 another frame inside a head",
            .protocolError,
            HTTP2Frame(kind: .headers, flags: 1, stream: 1, payload: HTTP2Frame.block(httpRequest())).bytes
                + HTTP2Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)).bytes
        ),
        Case(
            "6.2 another stream inside a head",
            .protocolError,
            HTTP2Frame(kind: .headers, flags: 1, stream: 1, payload: HTTP2Frame.block(httpRequest())).bytes
                + HTTP2Frame(kind: .continuation, flags: 4, stream: 3).bytes
        ),
        Case(
            "6.3 PRIORITY on stream 0",
            .protocolError,
            HTTP2Frame(kind: .priority, payload: [0, 0, 0, 0, 16]).bytes
        ),
        Case("6.4 RST_STREAM on stream 0", .protocolError, HTTP2Frame.reset(0, 8)),
        Case(
            "6.4 RST_STREAM of another size",
            .frameSizeError,
            open + HTTP2Frame(kind: .resetStream, stream: 1, payload: [0]).bytes
        ),
        Case("6.5 SETTINGS of a stream", .protocolError, HTTP2Frame(kind: .settings, stream: 1).bytes),
        Case("6.5 SETTINGS of another size", .frameSizeError, HTTP2Frame(kind: .settings, payload: [1, 2, 3]).bytes),
        Case(
            "6.5 acknowledgement with content",
            .frameSizeError,
            HTTP2Frame(kind: .settings, flags: 1, payload: [0, 1, 0, 0, 0, 0]).bytes
        ),
        Case(
            "6.5.2 ENABLE_PUSH that is no truth value",
            .protocolError,
            HTTP2Frame(kind: .settings, payload: [0, 2, 0, 0, 0, 2]).bytes
        ),
        Case(
            "6.5.2 INITIAL_WINDOW_SIZE that is too large",
            .flowControlError,
            HTTP2Frame(kind: .settings, payload: [0, 4, 128, 0, 0, 0]).bytes
        ),
        Case(
            "6.5.2 MAX_FRAME_SIZE that is too small",
            .protocolError,
            HTTP2Frame(kind: .settings, payload: [0, 5, 0, 0, 1, 0]).bytes
        ),
        Case(
            "6.6 PUSH_PROMISE of a client",
            .protocolError,
            open + HTTP2Frame(kind: .pushPromise, flags: 4, stream: 1, payload: [0, 0, 0, 2]).bytes
        ),
        Case("6.7 PING of another size", .frameSizeError, HTTP2Frame(kind: .ping, payload: [1]).bytes),
        Case(
            "6.7 PING of a stream",
            .protocolError,
            HTTP2Frame(kind: .ping, stream: 1, payload: [UInt8](repeating: 0, count: 8)).bytes
        ),
        Case(
            "6.8 GOAWAY of a stream",
            .protocolError,
            HTTP2Frame(kind: .goAway, stream: 1, payload: [UInt8](repeating: 0, count: 8)).bytes
        ),
        Case("6.9 window that grows by nothing", .protocolError, HTTP2Frame.windowUpdate(0, 0)),
        Case("6.9 WINDOW_UPDATE of another size", .frameSizeError, HTTP2Frame(kind: .windowUpdate, payload: [1]).bytes),
        Case("6.9.1 window that overflows", .flowControlError, HTTP2Frame.windowUpdate(0, 0x7FFF_FFFF)),
    ]

    @Test(arguments: cases)
    func errorOfTheConnectionEndsIt(test: Case) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + test.bytes)
        #expect(wire.goAway == test.code)
        #expect(wire.session.failure == test.code)
        #expect(wire.log.last == "failed \(test.code)")
        #expect(wire.session.streamCount == 0)
        #expect(wire.session.isFinished)
        // Nothing more is read.
        wire.send(HTTP2Frame.headers(9, httpRequest()))
        #expect(wire.log.last == "failed \(test.code)")
    }

    // RFC 9113 §3.4.
    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"])
    func prefaceIsObligatory(text: String) {
        let wire = HTTP2Wire()
        wire.send(Array(text.utf8))
        #expect(wire.session.failure == .protocolError)
        #expect(wire.goAway == .protocolError)
        #expect(wire.session.isFinished)
    }

    // RFC 9113 §3.4, §5.1.
    @Test func firstFrameIsSettingsAndClosedStreamsStayClosed() {
        let early = HTTP2Wire()
        early.send(HTTP2Frame.preface + HTTP2Frame.headers(1, httpRequest()))
        #expect(early.session.failure == .protocolError)
        let late = HTTP2Wire()
        late.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()))
        late.send(HTTP2Frame.data(1, [1]))
        #expect(late.resets == [.streamClosed] || late.goAway == .streamClosed)
    }

    // RFC 9113 §5.1.2: refused while the client may not know the limit, an error once it does.
    @Test func streamsAboveTheLimitAreRefused() {
        var limits = HTTP2Limits()
        limits.streams = 2
        let wire = HTTP2Wire(limits)
        wire.send(HTTP2Frame.opening)
        for id in [1, 3, 5] as [UInt32] { wire.send(HTTP2Frame.headers(id, httpRequest())) }
        #expect(wire.streams.map(\.id) == [1, 3])
        #expect(wire.resets == [.refusedStream])
        wire.answer(wire.streams[0])
        wire.send(HTTP2Frame.headers(7, httpRequest()))
        #expect(wire.streams.map(\.id) == [1, 3, 7])
        wire.send(HTTP2Frame(kind: .settings, flags: HTTP2Frame.ack).bytes + HTTP2Frame.headers(9, httpRequest()))
        #expect(wire.goAway == .protocolError)
    }

    // RFC 9113 §5.1: nothing may come on a stream that the client ended.
    @Test func headOnAStreamThatTheClientEndedIsAnError() {
        let complete = HTTP2Wire()
        complete.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()))
        complete.answer(complete.streams[0])
        complete.send(HTTP2Frame.headers(1, httpRequest()))
        #expect(complete.goAway == .streamClosed)
        let cancelled = HTTP2Wire()
        cancelled.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(), ends: false) + HTTP2Frame.reset(1, 8))
        cancelled.send(HTTP2Frame.headers(1, httpRequest()))
        #expect(cancelled.goAway == .streamClosed)
    }

    // RFC 9113 §5.1.
    @Test func dataOnAStreamThatTheClientEndedAreAnError() {
        let complete = HTTP2Wire()
        complete.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()))
        complete.answer(complete.streams[0])
        complete.send(HTTP2Frame.data(1, [1]))
        #expect(complete.goAway == .streamClosed)
        let cancelled = HTTP2Wire()
        cancelled.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(), ends: false) + HTTP2Frame.reset(1, 8))
        cancelled.send(HTTP2Frame.data(1, [1]))
        #expect(cancelled.goAway == .streamClosed)
        let atOnce = HTTP2Wire()
        atOnce.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(), ends: false))
        atOnce.send(HTTP2Frame.reset(1, 8) + HTTP2Frame.data(1, [1]))
        #expect(atOnce.goAway == .streamClosed)
        let inOrder = HTTP2Wire()
        inOrder.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(), ends: false))
        for octet in HTTP2Frame.data(1, [1], ends: false) + HTTP2Frame.reset(1, 8) { inOrder.send([octet]) }
        #expect(inOrder.session.failure == nil)
    }

    // RFC 9113 §5.1: what was on its way when the edge gave a stream up is ignored.
    @Test func trailersOnAStreamThatTheEdgeGaveUpAreIgnored() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        wire.session.reset(wire.streams[0], .cancel)
        wire.flush()
        wire.send(HTTP2Frame.data(1, [1, 2], ends: false) + HTTP2Frame.headers(1, [("x-sum", "7")]))
        #expect(wire.session.failure == nil)
        wire.send(HTTP2Frame.headers(3, httpRequest()))
        #expect(wire.streams.map(\.id) == [1, 3])
    }

    // RFC 9113 §5.1.2: the client had sent them before it knew.
    @Test func trailersOnARefusedStreamAreIgnored() {
        var limits = HTTP2Limits()
        limits.streams = 1
        let wire = HTTP2Wire(limits)
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()))
        wire.send(HTTP2Frame.headers(3, httpRequest(method: "POST"), ends: false))
        wire.answer(wire.streams[0])
        wire.send(HTTP2Frame.headers(5, httpRequest()))
        wire.send(HTTP2Frame.headers(3, [("x-sum", "1")]))
        #expect(wire.streams.map(\.id) == [1, 5])
        #expect(wire.resets == [.refusedStream])
        #expect(wire.session.failure == nil)
    }

    // RFC 9113 §6.2: a head of many frames, as large as it may be.
    @Test func largeHeadInContinuationsIsTaken() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening)
        for round in 0..<200 {
            let fields = httpRequest((0..<3).map { ("x\($0)", String(repeating: "a", count: 9_000)) })
            let (block, id) = (HTTP2Frame.block(fields), UInt32(round * 2 + 1))
            wire.send(HTTP2Frame(kind: .headers, flags: 1, stream: id, payload: Array(block[..<14_000])).bytes)
            wire.send(HTTP2Frame(kind: .continuation, flags: 4, stream: id, payload: Array(block[14_000...])).bytes)
            wire.answer(wire.streams[round])
        }
        #expect(wire.session.failure == nil)
    }

    // RFC 9113 §4.1, §5.5.
    @Test func unknownFramesAreIgnoredAndPingsAreAnswered() {
        let wire = HTTP2Wire()
        let mark: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        wire.send(HTTP2Frame.opening + HTTP2Frame(kind: .unknown, stream: 9, payload: [1]).bytes)
        wire.send(HTTP2Frame(kind: .ping, payload: mark).bytes)
        #expect(wire.frames.last == HTTP2Frame(kind: .ping, flags: HTTP2Frame.ack, payload: mark))
        #expect(wire.session.failure == nil)
    }

    // RFC 9113 §6.8.
    @Test func drainingFinishesWhatWasBegun() throws {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()))
        wire.session.drain()
        wire.flush()
        let notice = try #require(wire.frames.last { $0.kind == .goAway })
        #expect(notice.payload == HTTP2Frame.number(0x7FFF_FFFF) + HTTP2Frame.number(0))
        let ping = try #require(wire.frames.last { $0.kind == .ping })
        // On its way before the client saw the notice.
        wire.send(HTTP2Frame.headers(3, httpRequest()))
        #expect(wire.streams.map(\.id) == [1, 3])
        wire.send(HTTP2Frame(kind: .ping, flags: HTTP2Frame.ack, payload: ping.payload).bytes)
        let last = try #require(wire.frames.last { $0.kind == .goAway })
        #expect(last.payload == HTTP2Frame.number(3) + HTTP2Frame.number(0))
        wire.send(HTTP2Frame.headers(5, httpRequest()))
        #expect(wire.streams.count == 2)
        #expect(!wire.session.isFinished)
        wire.streams.forEach { wire.answer($0) }
        #expect(wire.session.isFinished)
        #expect(wire.session.failure == nil)
        #expect(wire.log.suffix(2) == ["closed 1 noError", "closed 3 noError"])
    }

    @Test func clientThatDoesNotAnswerIsDrainedAllTheSame() {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening)
        wire.session.drain()
        wire.flush()
        #expect(!wire.session.isFinished)
        wire.session.finishDraining()
        wire.flush()
        #expect(wire.session.isFinished)
    }
}
