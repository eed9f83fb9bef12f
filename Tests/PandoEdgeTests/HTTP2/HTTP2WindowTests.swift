import Testing

@testable import PandoEdge

@Suite struct HTTP2WindowTests {
    private func limits() -> HTTP2Limits {
        var limits = HTTP2Limits()
        limits.streamWindowBytes = 20_000
        limits.connectionWindowBytes = 65_535
        return limits
    }

    private func opened(_ wire: HTTP2Wire, _ stream: UInt32) -> UInt32 {
        wire.frames.filter { $0.kind == .windowUpdate && $0.stream == stream }.map(\.code).reduce(0, +)
    }

    // RFC 9113 §5.2: the window opens as the owner consumes.
    @Test func windowOpensByWhatIsConsumed() throws {
        let wire = HTTP2Wire(limits())
        wire.isConsuming = false
        let settings = HTTP2Frame(kind: .settings, flags: HTTP2Frame.ack).bytes
        wire.send(HTTP2Frame.opening + settings + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        wire.send(HTTP2Frame.data(1, [UInt8](repeating: 1, count: 15_000), ends: false))
        #expect(opened(wire, 1) == 0)
        let stream = try #require(wire.streams.first)
        #expect(stream.unconsumed == 15_000)
        wire.session.consume(14_000, of: stream)
        wire.flush()
        #expect(opened(wire, 1) == 14_000)
        #expect(stream.unconsumed == 1_000)
        // More than came opens nothing.
        wire.session.consume(1 << 30, of: stream)
        #expect(stream.unconsumed == 0)
    }

    // RFC 9113 §6.9.1.
    @Test func clientThatSendsMoreThanItMayIsReset() {
        let wire = HTTP2Wire(limits())
        wire.isConsuming = false
        let settings = HTTP2Frame(kind: .settings, flags: HTTP2Frame.ack).bytes
        wire.send(HTTP2Frame.opening + settings + HTTP2Frame.headers(1, httpRequest(method: "POST"), ends: false))
        for _ in 0..<4 { wire.send(HTTP2Frame.data(1, [UInt8](repeating: 1, count: 10_000), ends: false)) }
        #expect(wire.resets == [.flowControlError])
        // Of the frame that was too much some may have been passed on, of what came behind it nothing.
        #expect(wire.received.count <= 30_000)
    }

    @Test func streamThatEndsGivesItsShareOfTheConnectionBack() {
        let wire = HTTP2Wire(limits())
        wire.isConsuming = false
        let settings = HTTP2Frame(kind: .settings, flags: HTTP2Frame.ack).bytes
        wire.send(HTTP2Frame.opening + settings)
        for round in 0..<20 {
            let id = UInt32(round * 2 + 1)
            wire.send(HTTP2Frame.headers(id, httpRequest(method: "POST"), ends: false))
            wire.send(HTTP2Frame.data(id, [UInt8](repeating: 1, count: 15_000), ends: false))
            wire.send(HTTP2Frame.reset(id, 8))
        }
        // 300,000 bytes through a window of 65,535 that nobody opened by consuming.
        #expect(wire.session.failure == nil)
        #expect(wire.received.count == 300_000)
        #expect(opened(wire, 0) > 230_000)
    }

    @Test func bodyOfARefusedRequestDoesNotEatTheWindow() {
        let wire = HTTP2Wire(limits())
        wire.isConsuming = false
        wire.send(HTTP2Frame.opening + HTTP2Frame(kind: .settings, flags: HTTP2Frame.ack).bytes)
        for round in 0..<20 {
            let id = UInt32(round * 2 + 1)
            let fields = httpRequest([("host", "b.test")], method: "POST")
            // In one piece: the reset goes out after the body came.
            wire.send(
                HTTP2Frame.headers(id, fields, ends: false)
                    + HTTP2Frame.data(id, [UInt8](repeating: 1, count: 15_000))
            )
        }
        #expect(wire.session.failure == nil)
        #expect(wire.streams.isEmpty)
        #expect(opened(wire, 0) > 230_000)
    }
}
