import Foundation
import Hummingbird
import NIOCore
import PandoTelemetry
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct HostileInputTests {
    private static func routes(_ router: Router<AppContext>) {
        router.get("hello") { _, _ in "hello" }
        router.get("item/{id}") { _, context in context.parameters.get("id") ?? "" }
        router.post("echo") { request, context in
            let body = try await request.body.collect(upTo: context.maxUploadSize)
            return Response(status: .ok, body: ResponseBody(byteBuffer: body))
        }
    }

    private static let end = "\r\n\r\n"

    @Test(arguments: [
        "GET /hello HTTP/1.1\nHost: h\n\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\nA: 1\n\r\n",
        "GET /hello HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET /hello HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\nA: 1\r\n folded\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\nA\u{0}: 1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\nA: 1\u{0}2\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\n: empty\r\n\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /hello HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET /hello HTTP/1.9\r\nHost: h\r\n\r\n",
        "GET /hello\r\nHost: h\r\n\r\n",
        "GET /hello world HTTP/1.1\r\nHost: h\r\n\r\n",
        "G@T /hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://other/hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /%2e%2e/etc HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /item/%00 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /item/%ff HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /item/%z HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: five\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}",
        "\u{0}\u{0}\u{0}\u{0}\r\n\r\n",
    ]) func failsClosed(request: String) async throws {
        try await TestServer().run(Self.routes) { port in
            let answer = try await RawClient.exchange(port: port, Array(request.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            #expect(answer.contains("Connection: close\r\n") || answer.contains("connection: close\r\n"))
            #expect(!answer.contains("hello\r\n\r\nHTTP"))
        }
    }

    @Test(arguments: [
        "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET  /hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h/hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /hello?a=%zz&%ff HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhOsT: h:8080\r\nX: \u{e9}\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    ]) func servesWhatIsWellFormed(request: String) async throws {
        try await TestServer().run(Self.routes) { port in
            let answer = try await RawClient.with(port: port) { conversation in
                try await conversation.send(request)
                return try await conversation.read(until: "\r\n\r\nhello")
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"), "\(answer)")
        }
    }

    @Test func pipelinedAnswersComeInOrderAndTheBadOneLast() async throws {
        try await TestServer().run(Self.routes) { port in
            let good = (1...5).map { "GET /item/\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
            let answer = try await RawClient.exchange(port: port, Array((good + "BAD\r\n\r\n" + good).utf8))
            let statuses = answer.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["200", "200", "200", "200", "200", "400"])
            for id in 1...5 { #expect(answer.contains("\r\n\r\n\(id)HTTP/1.1")) }
        }
    }

    @Test func limitsAnswerWith4xx() async throws {
        var server = TestServer()
        server.limits.targetBytes = 100
        server.limits.headBytes = 1000
        server.limits.fieldBytes = 500
        server.limits.fieldCount = 10
        server.limits.bodyBytes = 10
        try await server.run(Self.routes) { port in
            let long = String(repeating: "a", count: 200)
            let many = (0..<20).map { "A\($0): 1\r\n" }.joined()
            let chunked = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\(Self.end)"
            let cases = [
                ("GET /\(long) HTTP/1.1\r\nHost: h\(Self.end)", "414"),
                ("GET / HTTP/1.1\r\nHost: h\r\nA: \(long)\(long)\(long)\(Self.end)", "431"),
                ("GET / HTTP/1.1\r\nHost: h\r\n\(many)\r\n", "431"),
                ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 11\(Self.end)hello", "413"),
                (chunked + "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n", "413"),
                ("CONNECT h:443 HTTP/1.1\r\nHost: h\(Self.end)", "405"),
                ("TRACE / HTTP/1.1\r\nHost: h\(Self.end)", "405"),
            ]
            for (request, status) in cases {
                let answer = try await RawClient.exchange(port: port, Array(request.utf8))
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(40)): \(answer)")
            }
        }
    }

    @Test func slowHeadGets408() async throws {
        var server = TestServer()
        server.limits.headTimeout = .milliseconds(100)
        try await server.run(Self.routes) { port in
            let answer = try await RawClient.exchange(port: port, Array("GET /hello HTTP/1.1\r\nHo".utf8))
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func slowBodyGets408() async throws {
        var server = TestServer()
        server.limits.bodyGrace = .milliseconds(100)
        try await server.run(Self.routes) { port in
            let request = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\nhel"
            let answer = try await RawClient.exchange(port: port, Array(request.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test func clientThatDoesNotReadIsCut() async throws {
        var server = TestServer()
        server.limits.writeTimeout = .milliseconds(100)
        let (cut, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        try await server.run { router in
            router.get("flood") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        let buffer = ByteBuffer(repeating: 0, count: 65_536)
                        do {
                            while true { try await writer.write(buffer) }
                        } catch {
                            continuation.yield()
                            throw error
                        }
                    }
                )
            }
        } _: { port in
            try await RawClient.with(port: port) { conversation in
                try await conversation.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n")
                for await _ in cut { break }
            }
        }
    }

    @Test func requestForAnotherProtocolIsAnsweredAndTheLast() async throws {
        try await TestServer().run(Self.routes) { port in
            let request = "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
            let answer = try await RawClient.exchange(port: port, Array((request + request).utf8))
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 2)
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test func idleConnectionIsClosedWithoutAWord() async throws {
        var server = TestServer()
        server.limits.idleTimeout = .milliseconds(100)
        try await server.run(Self.routes) { port in
            let answer = try await RawClient.exchange(port: port, [])
            #expect(answer.isEmpty)
        }
    }

    @Test func truncatedRequestsEndQuietlyOrWith400() async throws {
        try await TestServer().run(Self.routes) { port in
            let whole = Array("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello".utf8)
            for length in 0..<whole.count {
                let answer = try await RawClient.exchange(port: port, Array(whole.prefix(length)), half: true)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "after \(length) bytes: \(answer)")
            }
        }
    }

    @Test func everySplitOfARequestIsTheSameRequest() async throws {
        try await TestServer().run(Self.routes) { port in
            let text = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            for split in stride(from: 1, to: text.utf8.count, by: 3) {
                let answer = try await RawClient.with(port: port) { conversation in
                    try await conversation.send(Array(text.utf8.prefix(split)))
                    try await conversation.send(Array(text.utf8.dropFirst(split)))
                    return try await conversation.read(until: "\r\n\r\nhello")
                }
                #expect(answer.hasPrefix("HTTP/1.1 200"), "split at \(split): \(answer)")
            }
        }
    }

    @Test func connectionEndsAfterItsShareOfRequests() async throws {
        var server = TestServer()
        server.limits.requestsPerConnection = 2
        try await server.run(Self.routes) { port in
            let request = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"
            let answer = try await RawClient.exchange(port: port, Array((request + request + request).utf8))
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 3)
            #expect(answer.components(separatedBy: "Connection: close").count == 2)
        }
    }

    @Test func http10GetsACloseAndNoChunks() async throws {
        try await TestServer().run { router in
            router.get("stream") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        try await writer.write(ByteBuffer(string: "streamed"))
                        try await writer.finish(nil)
                    }
                )
            }
        } _: { port in
            let answer = try await RawClient.exchange(port: port, Array("GET /stream HTTP/1.0\r\n\r\n".utf8))
            #expect(answer.hasPrefix("HTTP/1.0 200"))
            #expect(answer.hasSuffix("\r\n\r\nstreamed"))
        }
    }

    @Test func clientThatWaitsForContinueGetsIt() async throws {
        try await TestServer().run(Self.routes) { port in
            let answer = try await RawClient.with(port: port) { conversation in
                let head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
                try await conversation.send(head)
                _ = try await conversation.read(until: "HTTP/1.1 100 Continue\r\n\r\n")
                try await conversation.send("hello")
                return try await conversation.read(until: "\r\n\r\nhello")
            }
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"))
        }
    }
}
