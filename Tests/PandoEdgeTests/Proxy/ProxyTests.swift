import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// The way of a request through the edge, on real sockets.
@Suite struct ProxyTests {
    /// RFC 9110 §9.3.7 and §7.6.2: neither is about a resource of a server.
    @Test(.timeLimit(.minutes(1)), arguments: ["OPTIONS * ", "OPTIONS /a ", "TRACE /a ", "CONNECT a:1 "])
    func requestForTheEdgeItselfReachesNobody(line: String) async throws {
        let server = try ScriptedServer(answering: response("x"))
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            let host = line.hasPrefix("CONNECT") ? "a:1" : "a"
            client.send("\(line)HTTP/1.1\r\nHost: \(host)\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n")
            let answer = String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(answer.contains("\r\nAllow: ") || answer.contains("\r\nallow: "))
            #expect(answer.hasPrefix(line.hasPrefix("OPTIONS") ? "HTTP/1.1 204 " : "HTTP/1.1 405 "))
        }
        #expect(server.connections == 0)
    }

    @Test(.timeLimit(.minutes(1))) func requestsFollowOneAnotherOnOneConnection() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<3 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = client.readHead()
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("Content-Length: 5\r\n"))
                #expect(client.text(5) == "hello")
            }
        }
        #expect(server.connections == 1)
    }

    @Test(.timeLimit(.minutes(1))) func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        let server = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                connection.send(response(String(head.split(separator: " ")[1])))
            }
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send((1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for number in 1...20 {
                _ = client.readHead()
                let expected = "/\(number)"
                #expect(client.text(expected.utf8.count) == expected)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func requestMayComeByteByByte() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            let body = connection.text(5)
            connection.send(response(body))
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for octet in "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde".utf8 { client.send([octet]) }
            _ = client.readHead()
            #expect(client.text(5) == "abcde")
        }
    }

    @Test(.timeLimit(.minutes(1))) func chunkedBodiesGoThroughBothWays() async throws {
        let server = try ScriptedServer { connection, _ in
            let head = connection.readHead()
            let isChunked = head.contains("Transfer-Encoding: chunked")
            let body = connection.readThrough("0\r\n\r\n")
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.send("3;x=y\r\n\(isChunked ? "yes" : "nix")\r\n")
            connection.send("\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\nTrailer: x\r\n\r\n")
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
            )
            #expect(client.readHead().contains("Transfer-Encoding: chunked"))
            let body = dechunked(client.readThrough("\r\n0\r\n\r\n"))
            #expect(body.hasPrefix("yes"))
            #expect(dechunked(String(body.dropFirst(3))) == "hello world")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["HEAD", "GET"]) func responsesWithoutBodyEndWithTheirHead(method: String)
        async throws
    {
        let head = method == "HEAD" ? "200 OK\r\nContent-Length: 99" : "304 Not Modified\r\nETag: \"x\""
        let server = try ScriptedServer(answering: "HTTP/1.1 \(head)\r\n\r\n")
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            for _ in 0..<2 {
                client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
                let got = client.readHead()
                #expect(got.lowercased().contains(method == "HEAD" ? "content-length: 99" : "etag: \"x\""))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func interimResponsesArePassedOn() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
            connection.send("HTTP/1.1 102 Processing\r\n\r\n")
            connection.send(response("x"))
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let hints = client.readHead()
            #expect(hints.hasPrefix("HTTP/1.1 103 "))
            #expect(hints.lowercased().contains("link: </a.css>; rel=preload"))
            #expect(client.readHead().hasPrefix("HTTP/1.1 102 "))
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(.timeLimit(.minutes(1))) func expectationIsAnsweredByTheServer() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            connection.send(response(connection.text(3)))
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 100 "))
            client.send("abc")
            _ = client.readHead()
            #expect(client.text(3) == "abc")
        }
    }

    @Test(.timeLimit(.minutes(1))) func upgradedConnectionCarriesBytesBothWaysAndEndsInHalves() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.readHead().lowercased().contains("upgrade: echo") else { return }
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst")
            let heard = connection.readToEnd()
            connection.send(heard)
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly")
            let head = client.readHead().lowercased()
            #expect(head.hasPrefix("http/1.1 101 "))
            #expect(head.contains("upgrade: echo\r\n"))
            #expect(client.text(5) == "first")
            client.send(" and late")
            client.finishWriting()
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "early and late")
        }
    }

    @Test(.timeLimit(.minutes(1))) func largeBodiesAreTheSameBehindASlowClient() async throws {
        var random = SeededGenerator(variable: "PANDO_TEST_SEED")
        print("large body: PANDO_TEST_SEED=\(random.seed) repeats it")
        let words = (0..<(1 << 20)).map { _ in random.next() }
        let body = words.withUnsafeBytes { Array($0) }
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            let heard = connection.read(body.count)
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            connection.send(heard)
        }
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n")
            client.send(body)
            let head = client.readHead()
            #expect(head.contains("Connection: close"))
            var heard: [UInt8] = []
            if head.contains("chunked") {
                while true {
                    let line = client.readThrough("\r\n")
                    // The line's end is one character to Swift.
                    guard let size = Int(line.dropLast(), radix: 16) else {
                        Issue.record("no size: \(line.prefix(50).debugDescription) after \(heard.count)"); break
                    }
                    if size == 0 { break }
                    heard += client.read(size)
                    _ = client.read(2)
                }
            } else {
                heard = client.readToEnd()
            }
            // Compared here: the difference of two large arrays takes minutes to find.
            let isSame = heard == body
            #expect(isSame, "\(heard.count) bytes of \(body.count)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func oldClientGetsABodyThatEndsWithItsConnection() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.0\r\n\r\n")
            let head = client.readHead()
            #expect(!head.contains("chunked"))
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "hello")
        }
    }

    @Test(.timeLimit(.minutes(1))) func malformedRequestIsRefusedAndItsConnectionEnds() async throws {
        let server = try ScriptedServer(answering: response("secret"))
        try await withEdge([server]) { port in
            let client = try RawConnection(port: port)
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            let all = String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(all.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(all.contains("Content-Length and Transfer-Encoding together"))
            #expect(!all.contains("secret"))
        }
        #expect(server.connections == 0)
    }
}

extension RawConnection {
    func text(_ count: Int) -> String { String(decoding: read(count), as: UTF8.self) }
}

func dechunked(_ text: String) -> String {
    var (rest, body) = (Substring(text), "")
    while let line = rest.firstRange(of: "\r\n") {
        let size = Int(rest[..<line.lowerBound].split(separator: ";").first ?? "0", radix: 16) ?? 0
        if size == 0 { break }
        let start = line.upperBound
        let end = rest.utf8.index(start, offsetBy: size)
        body += rest[start..<end]
        rest = rest[end...].dropFirst()
    }
    return body
}
