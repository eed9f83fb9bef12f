import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// Ids of requests and traces, between client and server.
@Suite struct IdentityTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    /// What the server got and what the client got, as fields by names in lower case.
    private func exchange(
        _ fields: String,
        trusted: Bool = false,
        response: String = response("")
    ) async throws -> (server: [String: [String]], client: [String: [String]]) {
        let got = Mutex("")
        let server = try ScriptedServer { connection, _ in
            let head = connection.readHead()
            got.withLock { $0 = head }
            connection.send(response)
        }
        var answer = ""
        let edge = try Edge(
            try decoded(
                """
                listeners: [{address: "127.0.0.1:0"\(trusted ? ", trustedProxies: [127.0.0.1]" : "")}]
                workers: 1
                drainTimeout: 0s
                accessLog: off
                upstream: ["127.0.0.1:\(server.port)"]
                """
            )
        )
        let client = try RawConnection(port: try #require(edge.addresses.first?.port))
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        answer = client.readHead()
        await edge.stop()
        return (Self.fields(got.withLock { $0 }), Self.fields(answer))
    }

    private static func fields(_ head: String) -> [String: [String]] {
        let lines = head.split(separator: "\r\n").dropFirst().map { $0.split(separator: ":", maxSplits: 1) }
        return Dictionary(grouping: lines, by: { $0[0].lowercased() }).mapValues { values in
            values.map { $0.count > 1 ? String($0[1].drop { $0 == " " }) : "" }
        }
    }

    @Test(.timeLimit(.minutes(1))) func requestGetsAnIDThatServerAndClientSee() async throws {
        let seen = try await exchange("", response: response("", "X-Request-ID: of-the-server\r\n"))
        let id = try #require(seen.server["x-request-id"])
        #expect(id.count == 1 && id[0].wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(seen.client["x-request-id"] == id)
    }

    @Test(.timeLimit(.minutes(1))) func clientsOwnIDIsTakenFromTrustedProxiesAlone() async throws {
        let untrusted = try await exchange("X-Request-ID: mine\r\n")
        #expect(untrusted.server["x-request-id"]?.count == 1)
        #expect(untrusted.server["x-request-id"] != ["mine"])
        let trusted = try await exchange("X-Request-ID: mine\r\n", trusted: true)
        #expect(trusted.server["x-request-id"] == ["mine"])
        #expect(trusted.client["x-request-id"] == ["mine"])
        let long = try await exchange("X-Request-ID: \(String(repeating: "a", count: 129))\r\n", trusted: true)
        #expect(long.client["x-request-id"]?.first?.count == 32)
    }

    @Test(.timeLimit(.minutes(1))) func validTraceGoesOnWithAnotherParent() async throws {
        let seen = try await exchange("traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01\r\ntracestate: a=b\r\n")
        let value = try #require(seen.server["traceparent"]?.first)
        #expect(seen.server["traceparent"]?.count == 1)
        #expect(value.wholeMatch(of: /00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01/) != nil)
        #expect(!value.contains("00f067aa0ba902b7"))
        #expect(seen.server["tracestate"] == ["a=b"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "", "traceparent: 00-\(trace)-00f067aa0ba902b7\r\n", "traceparent: ff-\(trace)-00f067aa0ba902b7-01\r\n",
            "traceparent: 00-\(trace.uppercased())-00f067aa0ba902b7-01\r\n",
            "traceparent: 00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01\r\n",
            "traceparent: 00-\(trace)-0000000000000000-01\r\n", "traceparent: 00-\(trace)-00f067aa0ba902b7-01-x\r\n",
            "traceparent: 00-\(trace)-00f067aa0ba902b7-01\r\ntraceparent: 00-\(trace)-00f067aa0ba902b7-01\r\n",
        ]
    ) func invalidTraceIsBegunAnew(fields: String) async throws {
        let seen = try await exchange("\(fields)tracestate: a=b\r\n")
        let value = try #require(seen.server["traceparent"])
        #expect(value.count == 1)
        #expect(value[0].wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(!value[0].contains(Self.trace))
        #expect(seen.server["tracestate"] == nil)
    }

    @Test func fewTracesASecondAreAskedFor() {
        var budget = TraceBudget()
        #expect((0..<100).count { _ in budget.take(at: second) } == 10)
        #expect((0..<100).count { _ in budget.take(at: 2 * second) } == 10)
    }

    @Test(.timeLimit(.minutes(1))) func unsampledTraceStaysSo() async throws {
        let seen = try await exchange("traceparent: 00-\(Self.trace)-00f067aa0ba902b7-00\r\n")
        #expect(try #require(seen.server["traceparent"]?.first).hasSuffix("-00"))
    }

    @Test(.timeLimit(.minutes(1))) func laterVersionIsReadAsTheFirst() async throws {
        let seen = try await exchange("traceparent: 01-\(Self.trace)-00f067aa0ba902b7-01-more\r\n")
        #expect(try #require(seen.server["traceparent"]?.first).hasPrefix("00-\(Self.trace)-"))
    }
}
