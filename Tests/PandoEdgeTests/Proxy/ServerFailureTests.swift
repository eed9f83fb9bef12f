import Foundation
import Testing

@testable import PandoEdge

/// Servers that die, hang up, lie and answer garbage.
@Suite struct ServerFailureTests {
    @Test(.timeLimit(.minutes(1))) func refusedConnectionIsTriedOnAnotherServer() async throws {
        let dead = try ScriptedServer { _, _ in }
        dead.stop()
        let server = try ScriptedServer(answering: response("alive"))
        try await withEdge([dead, server]) { port in
            for _ in 0..<4 {
                let client = try RawConnection(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func repeatedRequestsThatFindNoServerAreNotCountedForEver() async throws {
        let dead = try (0..<2).map { _ in try ScriptedServer { _, _ in } }
        for server in dead { server.stop() }
        let list = dead.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        let text = "upstreams: {app: {servers: [\(list)], retries: {attempts: 2, budgetPercent: 100}, outliers: off}}"
        try await withEdge(text) { edge, port in
            let client = try RawConnection(port: port)
            for _ in 0..<10 {
                client.ask("/")
                #expect(client.status() == 502)
            }
            try await poll { edge.upstreams[0].retries == 0 && edge.upstreams[0].active == 0 }
        }
    }

    @Test(.timeLimit(.minutes(1))) func safeRequestIsTriedAgainAndAnUnsafeOneIsNot() async throws {
        let silent = try ScriptedServer { connection, _ in _ = connection.readHead() }
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(response("second", "Connection: close\r\n"))
        }
        try await withEdge([silent, server]) { port in
            var refused = 0
            for _ in 0..<4 {
                let client = try RawConnection(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                let other = try RawConnection(port: port)
                other.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                if other.readHead().hasPrefix("HTTP/1.1 502 ") { refused += 1 }
            }
            // Each POST that met the silent server was refused, and not sent to the other one as well.
            #expect(refused + server.connections == 8)
        }
    }

    @Test(.timeLimit(.minutes(1))) func bodyIsSentAgainWhereItHasAnIdempotencyKey() async throws {
        let silent = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            _ = connection.text(5)
        }
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            let body = connection.text(5)
            connection.send(response(body, "Connection: close\r\n"))
        }
        try await withEdge([silent, server]) { port in
            for _ in 0..<6 {
                let client = try RawConnection(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: 7\r\nContent-Length: 5\r\n\r\nbooks")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(client.text(5) == "books")
            }
        }
        #expect(silent.connections > 0)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "garbage\r\n\r\n", "HTTP/1.1 99 Low\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nbad field\r\n\r\n",
            "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "",
        ]
    ) func garbageIsABadGateway(answer: String) async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(answer)
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxx\r\n",
        ]
    ) func halfAnAnswerIsSeenAsHalf(answer: String) async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(answer)
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            let rest = String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(client.hasEnded)
            #expect(!rest.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func moreThanTheAnswerNeverReachesAnotherRequest() async throws {
        let server = try ScriptedServer { connection, _ in
            while !connection.readHead().isEmpty { connection.send(response("mine") + response("stolen")) }
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<5 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = client.readHead()
                #expect(client.text(4) == "mine")
            }
        }
        #expect(server.connections == 5)
    }

    @Test(.timeLimit(.minutes(1))) func earlyAnswerReachesAClientThatStillSends() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            client.send([UInt8](repeating: 0, count: 100_000))
            #expect(client.readHead().hasPrefix("HTTP/1.1 413 "))
            _ = client.readToEnd()
            #expect(client.hasEnded)
        }
    }

    /// RFC 9110 §15.6.4: with nobody else to ask, the server's own answer is passed on, with its Retry-After.
    @Test(.timeLimit(.minutes(1))) func unavailabilityOfTheOnlyServerIsPassedOnAsItIs() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 77\r\nContent-Length: 4\r\n\r\nsoon"
        )
        try await withEdge([server]) { port in
            for _ in 0..<2 {
                let answer = try get(port)
                #expect(answer.status == "503" && answer.body == "soon" && answer.field("retry-after") == "77")
            }
        }
    }

    /// RFC 9112 §9.3.1 and §9.5: a server may end an idle connection at any time, also in the moment in which it is used again.
    @Test(.timeLimit(.minutes(1))) func connectionThatTheServerHasEndedFailsNoSafeRequest() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(response("once"))
            // Ends without having said so, once the next request is there.
            _ = connection.readHead()
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<20 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(client.text(4) == "once")
            }
            #expect(server.connections == 20)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 502 "), "it may have been done already")
        }
    }

    @Test(.timeLimit(.minutes(1))) func unsafeRequestGetsNoConnectionThatHasEnded() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(response("once"))
            connection.finishWriting()
            gate.open()
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<50 {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(client.text(4) == "once")
                gate.pass()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func clientThatGoesAwayFreesItsServer() async throws {
        let server = try ScriptedServer { connection, number in
            _ = connection.readHead()
            if number == 0 {
                // Ends when the edge does.
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                for _ in 0..<1000 { connection.send([UInt8](repeating: 1, count: 1 << 20)) }
            } else {
                connection.send(response("next"))
            }
        }
        try await withEdge([server]) { port in
            do {
                let client = try RawConnection(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = client.read(1 << 20)
                client.reset()
            }
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.readHead()
            #expect(client.text(4) == "next")
        }
    }
}
