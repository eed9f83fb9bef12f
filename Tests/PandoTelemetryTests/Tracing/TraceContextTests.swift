import PandoTelemetry
import Testing

/// Invalid and valid headers of W3C Trace Context level 1, sections 3.2 and 4.3.
@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00f067aa0ba902b7"

    @Test(arguments: [("01", true), ("00", false), ("03", true), ("ff", true), ("fe", false)])
    func flagsAreRead(flags: String, isSampled: Bool) throws {
        let context = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.parent)-\(flags)"))
        #expect(context.traceID.description == Self.trace)
        #expect(context.parentID.description == Self.parent)
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.parent)-\(isSampled ? "01" : "00")")
        #expect(TraceContext(traceparent: context.traceparent) == context)
    }

    @Test(arguments: [
        "01-\(trace)-\(parent)-01", "cc-\(trace)-\(parent)-01-what-comes-later", "fe-\(trace)-\(parent)-01-",
    ])
    func higherVersionsAreReadAsVersionZero(header: String) throws {
        let context = try #require(TraceContext(traceparent: header))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.parent)-01")
    }

    @Test(arguments: [
        "",
        "00",
        "00-\(trace)-\(parent)",
        "00-\(trace)-\(parent)-",
        "00-\(trace)-\(parent)-0",
        "00-\(trace)-\(parent)-01-",
        "00-\(trace)-\(parent)-01-extra",
        "00-\(trace)-\(parent)-011",
        "cc-\(trace)-\(parent)-01x",
        "cc-\(trace)-\(parent)-01.more",
        "ff-\(trace)-\(parent)-01",
        "FF-\(trace)-\(parent)-01",
        "0-\(trace)-\(parent)-01",
        "000-\(trace)-\(parent)-01",
        "0x-\(trace)-\(parent)-01",
        "00-00000000000000000000000000000000-\(parent)-01",
        "00-\(trace)-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-\(parent)-01",
        "00-\(trace)-00F067AA0BA902B7-01",
        "00-\(trace)-\(parent)-0A",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-\(parent)-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-\(parent)-01",
        "00-\(trace)0-\(parent)-01",
        "00-\(trace)-00f067aa0ba902b-01",
        "00_\(trace)_\(parent)_01",
        "00-\(trace)-\(parent)-01 ",
        " 00-\(trace)-\(parent)-01",
        "00-\(trace)-\(parent)-01,00-\(trace)-\(parent)-01",
        "00-\(trace)--\(parent)01",
        "00-4bf92f3577b34da6a3ce929d0e0e47３6-\(parent)-01",
    ])
    func invalidHeadersAreNone(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func everyTruncationIsInvalid() {
        let header = "00-\(Self.trace)-\(Self.parent)-01"
        for length in 0..<header.count { #expect(TraceContext(traceparent: String(header.prefix(length))) == nil) }
    }

    @Test func everyChangedByteIsInvalidOrAnotherContext() {
        let header = Array("00-\(Self.trace)-\(Self.parent)-01".utf8)
        let original = TraceContext(traceparent: String(decoding: header, as: UTF8.self))
        for position in header.indices {
            for byte in [UInt8(ascii: "g"), 0, UInt8(ascii: "-"), UInt8(ascii: "A"), 0x7F]
            where byte != header[position] {
                var changed = header
                changed[position] = byte
                let context = TraceContext(traceparent: String(decoding: changed, as: UTF8.self))
                #expect(context == nil, "byte \(byte) at \(position)")
            }
        }
        #expect(original != nil)
    }

    @Test func stateIsKept() throws {
        let context = try #require(
            TraceContext(
                traceparent: "00-\(Self.trace)-\(Self.parent)-01",
                tracestate: ["congo=t61rcWkgMzE,rojo=1", "x=y"]
            )
        )
        #expect(context.tracestate == "congo=t61rcWkgMzE,rojo=1,x=y")
    }

    @Test func invalidStateLeavesTheParent() throws {
        let context = try #require(
            TraceContext(traceparent: "00-\(Self.trace)-\(Self.parent)-01", tracestate: ["a=1,a=2"])
        )
        #expect(context.tracestate == nil)
    }

    @Test func idsAreReadStrictly() {
        #expect(TraceID(Self.trace)?.description == Self.trace)
        #expect(TraceID("0") == nil)
        #expect(TraceID(String(repeating: "0", count: 32)) == nil)
        #expect(TraceID(Self.trace.uppercased()) == nil)
        #expect(SpanID(Self.parent)?.description == Self.parent)
        #expect(SpanID(String(repeating: "0", count: 16)) == nil)
        #expect(SpanID("00f067aa0ba902bG") == nil)
    }
}
