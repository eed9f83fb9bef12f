import Foundation
import Testing

@testable import PandoEdge

/// Servers that die, hang up, lie and answer garbage.
@Suite struct ServerFailureTests {
    @Test(.timeLimit(.minutes(1))) func refusedConnectionIsTriedOnAnotherServer() throws {
        let dead = try ScriptedServer { _, _ in }
        dead.stop()
        let server = try ScriptedServer(answering: response("alive"))
        try withEdge([dead, server]) { port in
            for _ in 0..<4 {
                let client = try RawConnection(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func safeRequestIsTriedAgainAndAnUnsafeOneIsNot() throws {
        let server = try ScriptedServer { connection, number in
            _ = connection.readHead()
            if number % 2 == 0 { return }
            connection.send(response("second"))
        }
        try withEdge([server, server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            let other = try RawConnection(port: port)
            other.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            #expect(other.readHead().hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test(.timeLimit(.minutes(1))) func bodyIsSentAgainWhereItHasAnIdempotencyKey() throws {
        let server = try ScriptedServer { connection, number in
            _ = connection.readHead()
            let body = connection.text(5)
            if number == 0 { return }
            connection.send(response(body))
        }
        try withEdge([server, server]) { port in
            let client = try RawConnection(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: 7\r\nContent-Length: 5\r\n\r\nbooks")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(client.text(5) == "books")
        }
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
    ) func garbageIsABadGateway(answer: String) throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(answer)
        }
        try withEdge([server]) { port in
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
    ) func halfAnAnswerIsSeenAsHalf(answer: String) throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send(answer)
        }
        try withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            let rest = String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(client.hasEnded)
            #expect(!rest.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func moreThanTheAnswerNeverReachesAnotherRequest() throws {
        let server = try ScriptedServer { connection, _ in
            while !connection.readHead().isEmpty { connection.send(response("mine") + response("stolen")) }
        }
        try withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<5 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = client.readHead()
                #expect(client.text(4) == "mine")
            }
        }
        #expect(server.connections == 5)
    }

    @Test(.timeLimit(.minutes(1))) func earlyAnswerReachesAClientThatStillSends() throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        try withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            client.send([UInt8](repeating: 0, count: 100_000))
            #expect(client.readHead().hasPrefix("HTTP/1.1 413 "))
            _ = client.readToEnd()
            #expect(client.hasEnded)
        }
    }

    @Test(.timeLimit(.minutes(1))) func clientThatGoesAwayFreesItsServer() throws {
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
        try withEdge([server]) { port in
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
