import Foundation
import Testing

@testable import PandoEdge

/// Clients that go away while their requests wait for a server.
@Suite(.timeLimit(.minutes(2))) struct AbortTests {
    /// How clients go away.
    enum Way: CaseIterable {
        case close, reset, halfClose
    }

    /// A server that answers nothing, until the edge ends the connection.
    private func silent() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in _ = connection.readToEnd() }
    }

    private func configuration(_ port: Int, _ limits: String = "") -> String {
        """
        upstreams: {app: {servers: ["127.0.0.1:\(port)"]\(limits)}}
        routes: [{path: /*, upstream: app, limits: {concurrency: {fixed: 100000, queue: 0}}}]
        """
    }

    private func isEmpty(_ edge: Edge) -> Bool {
        let upstream = edge.upstreams[0]
        return upstream.active == 0 && upstream.pending == 0 && upstream.connections == 0 && upstream.retries == 0
            && edge.routes[0].admissions[0].active == 0
    }

    @Test(arguments: Way.allCases) func countersAreExactAfterAThousandThatGoAway(way: Way) async throws {
        let server = try silent()
        try await withEdge(configuration(server.port)) { edge, port async throws in
            for _ in 0..<100 {
                var clients = try (0..<10).map { _ in try RawConnection(port: port) }
                for (index, client) in clients.enumerated() {
                    switch index % 3 {
                    case 0: client.ask("/")
                    case 1: client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                    default: client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
                    }
                }
                try await poll { edge.upstreams[0].active == 10 }
                for client in clients where way == .reset { client.resetAtEnd() }
                for client in clients where way == .halfClose { client.finishWriting() }
                if way != .halfClose { clients = [] }
                try await poll { isEmpty(edge) }
            }
            #expect(edge.upstreams[0].servers[0].requests == 1_000)
            #expect(edge.upstreams[0].servers[0].failures == 0)
            try await poll { edge.listenerConnections[0].count == 0 }
        }
    }

    @Test func countersAreExactAfterAThousandStreamsThatAreReset() async throws {
        let server = try silent()
        let text = configuration(server.port)
        try await withEdge(text, { $0.listeners[0].limits.http2Resets = 100_000 }) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.send(HTTP2Frame.opening)
            let request = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")]
            for round in 0..<100 {
                let streams = (0..<10).map { UInt32(round * 20 + $0 * 2 + 1) }
                client.send(streams.flatMap { HTTP2Frame.headers($0, request) })
                try await poll { edge.upstreams[0].active == 10 }
                client.send(streams.flatMap { HTTP2Frame.reset($0, HTTP2ErrorCode.cancel.rawValue) })
                try await poll { isEmpty(edge) }
            }
            #expect(edge.upstreams[0].servers[0].requests == 1_000)
        }
    }

    @Test func whoGoesAwayInTheLineLeavesIt() async throws {
        let server = try HeldServer()
        let limits = ", limits: {requests: 1, pendingTimeout: 30s}"
        try await withEdge(configuration(server.port, limits)) { edge, port async throws in
            let first = try RawConnection(port: port)
            first.ask("/first")
            try await poll { server.targets == ["/first"] }
            for _ in 0..<50 {
                var clients = try (0..<20).map { _ in try RawConnection(port: port) }
                for client in clients { client.ask("/late") }
                try await poll { edge.upstreams[0].pending == 20 }
                for (index, client) in clients.enumerated() where index % 2 == 0 { client.resetAtEnd() }
                clients = []
                try await poll { edge.upstreams[0].pending == 0 }
            }
            server.letGo()
            #expect(first.status() == 200)
            #expect(server.targets == ["/first"])
            try await poll { edge.upstreams[0].active == 0 && edge.routes[0].admissions[0].active == 0 }
        }
    }

    @Test func anAnswerThatHasBegunIsFinishedForWhoSendsNoMore() async throws {
        let goesOn = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none")
            goesOn.wait()
            connection.send("two")
        }
        try await withEdge([server]) { port async throws in
            let client = try RawConnection(port: port)
            client.ask("/")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(client.text(3) == "one")
            client.finishWriting()
            goesOn.signal()
            #expect(client.text(3) == "two")
        }
    }
}
