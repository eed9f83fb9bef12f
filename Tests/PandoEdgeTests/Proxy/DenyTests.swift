import Testing

@testable import PandoEdge

/// What is refused before anything else is looked at, and how much clients may take.
@Suite(.timeLimit(.minutes(1))) struct DenyTests {
    private func status(_ port: Int, _ target: String, _ fields: String = "") throws -> Int {
        let client = try RawConnection(port: port)
        client.ask(target, fields)
        return client.status()
    }

    @Test func pathsAndUserAgentsAreRefusedHoweverTheyAreWritten() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let deny = "deny: {paths: [/.git/*, /wp-login.php], userAgents: [BadBot, sqlmap]}"
        try await withEdge([server], deny) { port async throws in
            for path in ["/.git/config", "/.git", "/a/..//%2egit/HEAD", "/wp-login.php?x=1"] {
                #expect(try status(port, path) == 403, "\(path)")
            }
            #expect(try status(port, "/", "User-Agent: x badBOT/1.0\r\n") == 403)
            #expect(try status(port, "/", "User-Agent: Mozilla\r\nUser-Agent: sqlmap\r\n") == 403)
            #expect(try status(port, "/", "User-Agent: badbo\r\n") == 200)
            #expect(try status(port, "/git/config") == 200)
            #expect(try status(port, "/wp-login.php/x") == 200)
        }
    }

    @Test func connectionsOfDeniedNetworksAreClosedAndOldOnesAreRefused() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        try await withEdge("upstream: \"127.0.0.1:\(server.port)\"") { edge, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/")
            #expect(client.status() == 200)
            var configuration = edge.configuration
            configuration.deny.networks = try [#require(Network("127.0.0.0/8"))]
            try edge.reload(configuration)
            let late = try RawConnection(port: port)
            late.ask("/")
            #expect(late.readToEnd().isEmpty && late.hasEnded)
            client.ask("/")
            #expect(client.status() == 403)
            configuration.deny.networks = try [#require(Network("10.0.0.0/8"))]
            try edge.reload(configuration)
            #expect(try status(port, "/") == 200)
        }
    }

    @Test func aClientHasSoManyConnectionsAndGetsThemBack() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text = "upstream: \"127.0.0.1:\(server.port)\""
        try await withEdge(text, { $0.listeners[0].limits.connectionsPerAddress = 2 }) { edge, port async throws in
            var clients = try (0..<2).map { _ in try RawConnection(port: port) }
            for client in clients {
                client.ask("/")
                #expect(client.status() == 200)
            }
            let third = try RawConnection(port: port)
            third.ask("/")
            #expect(third.readToEnd().isEmpty && third.hasEnded)
            // One that has become HTTP/2 keeps its place too.
            clients.removeFirst()
            try await poll { edge.listenerConnections[0].count == 1 }
            let other = try RawConnection(port: port)
            other.send(HTTP2Frame.opening)
            #expect(other.read(9)[3] == HTTP2Frame.Kind.settings.rawValue)
            let fourth = try RawConnection(port: port)
            fourth.ask("/")
            #expect(fourth.readToEnd().isEmpty)
            #expect(edge.listenerConnections[0].count == 2)
        }
    }

    @Test func aRequestMayTakeSoLongWithItsResponse() async throws {
        let server = try HeldServer()
        try await withEdge(
            "upstream: \(server.address)",
            { $0.listeners[0].limits.requestTimeout = .milliseconds(150) }
        ) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/held")
            #expect(client.status() == 504)
            #expect(client.readToEnd().isEmpty)
            let slow = try RawConnection(port: port)
            slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            #expect(slow.status() == 408)
            let head = try RawConnection(port: port)
            head.send("GET / HTTP/1.1\r\n")
            #expect(head.status() == 408)
            let modern = try RawConnection(port: port)
            let request = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")]
            modern.send(HTTP2Frame.opening + HTTP2Frame.headers(1, request) + HTTP2Frame.goAway)
            let frames = HTTP2Frame.parse(modern.readToEnd()).filter { $0.stream == 1 }
            #expect(frames.contains { String(decoding: $0.payload, as: UTF8.self).contains("504 ") })
            try await poll { edge.upstreams[0].active == 0 }
            #expect(edge.upstreams[0].connections == 0)
        }
    }
}
