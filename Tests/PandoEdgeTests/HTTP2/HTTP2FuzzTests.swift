import TestSupport
import Testing

@testable import PandoEdge

@Suite struct HTTP2FuzzTests {
    /// Valid frames of all kinds.
    private static let frames: [[UInt8]] = [
        HTTP2Frame.headers(1, httpRequest([("cookie", "a"), ("cookie", "b")], method: "POST"), ends: false),
        HTTP2Frame.data(1, [1, 2, 3], ends: false), HTTP2Frame.data(1, []), HTTP2Frame.headers(3, httpRequest()),
        HTTP2Frame.reset(3, 8), HTTP2Frame.windowUpdate(0, 100), HTTP2Frame.windowUpdate(5, 100),
        HTTP2Frame.headers(5, [(":method", "CONNECT"), (":authority", "a.test:1")], ends: false),
        HTTP2Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)).bytes,
        HTTP2Frame(kind: .settings, payload: [0, 4, 0, 0, 0, 1]).bytes,
        HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)).bytes,
        HTTP2Frame(kind: .continuation, flags: 4, stream: 1).bytes, HTTP2Frame.headers(1, [("x-sum", "1")]),
    ]

    // Whatever comes: no crash, no stream that is left over, one end.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func brokenFramesDoNoHarm(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = HTTP2Frame.opening
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                bytes += Self.frames[Int.random(in: 0..<Self.frames.count, using: &random)]
            }
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = Int.random(in: 24..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            let wire = HTTP2Wire()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...400, using: &random))
                wire.send(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
                for stream in wire.streams where Bool.random(using: &random) { disturb(stream, wire, &random) }
            }
            wire.session.fail(.internalError)
            wire.flush()
            #expect(wire.session.streamCount == 0, "seed \(seed)")
            #expect(wire.log.count(where: { $0.hasPrefix("failed") }) == 1, "seed \(seed)")
            #expect(wire.log.count(where: { $0.hasPrefix("closed") }) == wire.streams.count, "seed \(seed)")
        }
    }

    /// Does something to a stream that may be gone.
    private func disturb(_ stream: HTTP2Stream, _ wire: HTTP2Wire, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: wire.session.respond(httpResponse(200), on: stream, ends: Bool.random(using: &random))
        case 1: _ = [UInt8](repeating: 1, count: 30_000).withUnsafeBufferPointer { wire.session.send($0, on: stream) }
        case 2: wire.session.end(stream, trailers: httpResponse(0, [("x", "1")]))
        case 3: wire.session.reset(stream, .cancel)
        case 4: wire.session.respondInterim(httpResponse(103), on: stream)
        default: wire.session.consume(1, of: stream)
        }
        wire.flush()
    }
}
