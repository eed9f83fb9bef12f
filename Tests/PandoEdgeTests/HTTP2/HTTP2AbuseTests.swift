import Testing

@testable import PandoEdge

/// Floods that cost a server more than they cost their sender (RFC 9113 §10.5).
@Suite struct HTTP2AbuseTests {
    struct Flood: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is sent again and again; gets the number of the round.
        let bytes: @Sendable (Int) -> [UInt8]
    }

    static func stream(_ round: Int) -> UInt32 { UInt32(round * 2 + 3) }

    static let floods: [Flood] = [
        Flood(testDescription: "rapid reset") { round in
            HTTP2Frame.headers(stream(round), httpRequest()) + HTTP2Frame.reset(stream(round), 8)
        },
        Flood(testDescription: "resets that the server is made to send, by a window that overflows") { round in
            HTTP2Frame.headers(stream(round), httpRequest()) + HTTP2Frame.windowUpdate(stream(round), 0x7FFF_FFFF)
        },
        Flood(testDescription: "malformed requests") { round in
            HTTP2Frame.headers(stream(round), httpRequest([("connection", "close")]))
        },
        Flood(testDescription: "requests that only the edge finds malformed") { round in
            HTTP2Frame.headers(stream(round), httpRequest([("host", "b.test")]))
        },
        Flood(testDescription: "PING") { _ in HTTP2Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)).bytes },
        Flood(testDescription: "SETTINGS") { _ in HTTP2Frame(kind: .settings).bytes },
        Flood(testDescription: "PRIORITY") { _ in
            HTTP2Frame(kind: .priority, stream: 1, payload: [0, 0, 0, 0, 1]).bytes
        },
        Flood(testDescription: "unknown frames") { _ in
            HTTP2Frame(kind: .unknown, payload: [UInt8](repeating: 0, count: 247)).bytes
        },
        Flood(testDescription: "window by crumbs") { _ in HTTP2Frame.windowUpdate(0, 1) },
        Flood(testDescription: "empty DATA") { _ in HTTP2Frame.data(1, [], ends: false) },
        Flood(testDescription: "DATA that is padding alone") { _ in
            HTTP2Frame(kind: .data, flags: HTTP2Frame.padded, stream: 1, payload: [9] + [UInt8](repeating: 0, count: 9))
                .bytes
        },
        Flood(testDescription: "GOAWAY") { _ in
            HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)).bytes
        },
    ]

    @Test(arguments: floods)
    func floodEndsTheConnection(flood: Flood) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        var rounds = 0
        while wire.session.failure == nil, rounds < 5_000 {
            wire.send(flood.bytes(rounds))
            rounds += 1
        }
        #expect(wire.goAway == .enhanceYourCalm)
        #expect(rounds >= 300 && rounds <= 1_100, "\(rounds) rounds")
        #expect(wire.log.last == "failed enhanceYourCalm")
        #expect(wire.log.contains("closed 1 enhanceYourCalm"))
        #expect(wire.session.isFinished)
        #expect(wire.session.streamCount == 0)
    }

    @Test(arguments: floods)
    func theSameAtAnOrdinaryPaceIsFine(flood: Flood) {
        let wire = HTTP2Wire()
        wire.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        for round in 0..<2_000 {
            wire.milliseconds += 50
            wire.send(flood.bytes(round))
        }
        #expect(wire.session.failure == nil)
        #expect(wire.session.streamCount == 1)
    }

    @Test func floodInOnePieceIsStoppedInIt() {
        let wire = HTTP2Wire()
        let resets = (0..<5_000).flatMap { Self.floods[0].bytes($0) }
        wire.send(HTTP2Frame.opening + resets)
        #expect(wire.goAway == .enhanceYourCalm)
        #expect(wire.streams.count <= 301)
        #expect(wire.log.count(where: { $0.hasPrefix("closed") }) == wire.streams.count)
    }

    @Test func continuationsWithoutEndEndTheConnection() {
        let wire = HTTP2Wire()
        let head = HTTP2Frame.block(httpRequest())
        wire.send(
            HTTP2Frame.opening + HTTP2Frame(kind: .headers, flags: HTTP2Frame.endStream, stream: 1, payload: head).bytes
        )
        for _ in 0..<40 {
            wire.send(HTTP2Frame(kind: .continuation, stream: 1).bytes)
        }
        #expect(wire.goAway == .enhanceYourCalm)
        #expect(wire.streams.isEmpty)
    }

    // A field of 4 KB in the table, named by one byte each time (RFC 7541 §7.3).
    @Test func compressedBombEndsTheConnection() {
        let wire = HTTP2Wire()
        let value = [UInt8](repeating: UInt8(ascii: "a"), count: 4_000)
        let literal: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 0x7F, 0xA1, 0x1E] + value
        let bomb = HTTP2Frame.block(httpRequest()) + literal + [UInt8](repeating: 0xBE, count: 10_000)
        wire.send(HTTP2Frame.opening + HTTP2Frame(kind: .headers, flags: 5, stream: 1, payload: bomb).bytes)
        #expect(wire.goAway == .enhanceYourCalm)
        #expect(wire.streams.isEmpty)
    }

    @Test func clientThatReadsNothingIsDisconnected() {
        let session = HTTP2Session()
        let bytes =
            HTTP2Frame.opening
            + (0..<990).flatMap { _ in HTTP2Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)).bytes }
        bytes.withUnsafeBufferPointer { session.receive($0, at: 0) }
        #expect(session.failure == nil)
        // In time it may send more, but the answers wait.
        for second in 1..<60 where session.failure == nil {
            let more = (0..<100).flatMap { _ in HTTP2Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)).bytes
            }
            more.withUnsafeBufferPointer { session.receive($0, at: UInt64(second) * 1_000) }
        }
        #expect(session.failure == .enhanceYourCalm)
    }
}
