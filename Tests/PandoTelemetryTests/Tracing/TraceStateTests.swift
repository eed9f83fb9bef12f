import PandoTelemetry
import Testing

/// The header `tracestate`: W3C Trace Context level 1, section 3.3.
@Suite struct TraceStateTests {
    @Test(arguments: [
        ["rojo=00f067aa0ba902b7"],
        ["rojo=1,congo=2"],
        [" rojo=1 ,\tcongo=2\t"],
        ["rojo=1,,congo=2,"],
        ["rojo=1", "", "congo=2"],
        ["a_-*/9=!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~"],
        ["fw529a3039@dt=FfQfRhQfEw"],
        ["0tenant@sys-tem=1"],
        ["a= leading spaces"],
    ])
    func validHeadersAreRead(headers: [String]) throws {
        let state = try #require(TraceState(headers: headers))
        #expect(!state.isEmpty)
        #expect(TraceState(headers: [state.description]) == state)
    }

    @Test(arguments: [
        ["rojo"], ["=1"], ["rojo="], ["rojo==1"], ["rojo=1=2"], ["Rojo=1"], ["9rojo=1"], ["ro jo=1"], ["ro.jo=1"],
        ["rojo=1,rojo=2"], ["rojo=1", "rojo=1"], ["rojo=é"], ["rojo=\u{7F}"], ["rojo=a\tb"], ["a@b@c=1"], ["@sys=1"],
        ["tenant@=1"], ["tenant@9sys=1"], ["Tenant@sys=1"], ["tenant@systemnamethatx=1"], ["é=1"],
    ])
    func invalidHeadersAreNone(headers: [String]) {
        #expect(TraceState(headers: headers) == nil)
    }

    @Test func lengthsOfKeysAndValuesAreBounded() {
        func state(_ key: Int, _ value: Int) -> TraceState? {
            TraceState(headers: ["\(String(repeating: "k", count: key))=\(String(repeating: "v", count: value))"])
        }
        #expect(state(256, 256) != nil)
        #expect(state(257, 1) == nil)
        #expect(state(1, 257) == nil)
        #expect(
            TraceState(headers: ["\(String(repeating: "t", count: 241))@\(String(repeating: "s", count: 14))=1"]) != nil
        )
        #expect(TraceState(headers: ["\(String(repeating: "t", count: 242))@s=1"]) == nil)
        #expect(TraceState(headers: ["t@\(String(repeating: "s", count: 15))=1"]) == nil)
    }

    @Test func membersAreBounded() {
        let members = (0..<32).map { "k\($0)=v" }
        #expect(TraceState(headers: [members.joined(separator: ",")])?.members.count == 32)
        #expect(TraceState(headers: [members.joined(separator: ","), "k32=v"]) == nil)
    }

    @Test func longStatesLoseTheLongestMembersFirst() throws {
        let long = "long=\(String(repeating: "x", count: 200))"
        let short = (0..<10).map { "k\($0)=\(String(repeating: "y", count: 40))" }
        let state = try #require(TraceState(headers: [([long] + short).joined(separator: ",")]))
        #expect(state.members.count == 11)
        #expect(state.description == short.joined(separator: ","))

        let many = (0..<20).map { "k\($0)=\(String(repeating: "y", count: 40))" }
        let cut = try #require(TraceState(headers: [many.joined(separator: ",")])).description
        #expect(cut.utf8.count <= TraceState.maximumLength)
        #expect(cut.hasPrefix("k0=") && !cut.contains("k19="))
    }
}
