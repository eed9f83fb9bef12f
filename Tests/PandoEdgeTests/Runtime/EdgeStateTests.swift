import TestSupport
import Testing

@testable import PandoEdge

/// What operators see and do.
@Suite struct EdgeStateTests {
    @Test(.timeLimit(.minutes(1))) func stateTellsOfListenersServersAndRoutes() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text = """
            upstreams: {app: {servers: ["127.0.0.1:\(server.port)"]}}
            gateways: {web: {host: a, routes: [{name: all, path: /*, upstream: app}]}}
            """
        try await withEdge(text) { edge, port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.readHead()
            try await poll { edge.liveState.routes.map(\.requests) == [["2xx": 1]] }
            let state = edge.liveState
            #expect(state.generation == 1)
            #expect(state.listeners.map(\.connections) == [1])
            let upstream = try #require(state.upstreams.first)
            #expect(upstream.name == "app" && upstream.active == 0 && upstream.connections == 1 && !upstream.isPanic)
            let found = try #require(upstream.servers.first)
            #expect(found.name == "127.0.0.1:\(server.port)" && found.health == "healthy" && found.requests == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func drainedServerGetsNoRequestUntilItIsResumed() async throws {
        let servers = try ["one", "two"].map { try ScriptedServer(answering: response($0)) }
        let list = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        try await withEdge("upstreams: {app: {servers: [\(list)], balance: roundRobin}}") { edge, port in
            let name = "127.0.0.1:\(servers[0].port)"
            #expect(!edge.drain(server: "none", of: "app"))
            #expect(edge.drain(server: name, of: "app"))
            try edge.reload(edge.configuration)
            #expect(edge.liveState.upstreams[0].servers.map(\.isDraining) == [true, false])
            let client = try RawConnection(port: port)
            func ask() -> String {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = client.readHead()
                return client.text(3)
            }
            #expect((0..<10).allSatisfy { _ in ask() == "two" })
            #expect(edge.resume(server: name, of: "app"))
            #expect(Set((0..<10).map { _ in ask() }) == ["one", "two"])
        }
    }
}
