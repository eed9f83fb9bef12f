import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// HTTP/2 through the edge, without TLS.
@Suite(.timeLimit(.minutes(1))) struct HTTP2ProxyTests {
    private func curl(_ port: Int, _ arguments: String) throws -> String {
        let words = "curl -sS -i --http2-prior-knowledge \(arguments)"
            .replacing("URL", with: "http://127.0.0.1:\(port)").split(separator: " ").map(String.init)
        return try ChildProcess.run(words).output
    }

    @Test func priorKnowledgeIsUnderstood() async throws {
        try await withEdge([ScriptedServer(echoing: ())]) { port async throws in
            #expect(try curl(port, "URL/5").hasSuffix("\r\n\r\nxxxxx"))
            #expect(try curl(port, "-d hello URL/").hasSuffix("\r\n\r\n5 532"))
        }
    }

    @Test func prefaceMayComeByteByByte() async throws {
        try await withEdge([ScriptedServer(echoing: ())]) { port async throws in
            let client = try RawConnection(port: port)
            for octet in HTTP2Frame.opening { client.send([octet]) }
            // The edge's own settings come first: nine bytes of head, type 4.
            #expect(client.read(9)[3] == HTTP2Frame.Kind.settings.rawValue)
        }
    }

    @Test func trailersAndInterimResponsesArePassedOn() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n")
            connection.send("5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n")
        }
        try await withEdge([server]) { port async throws in
            let output = try curl(port, "URL/")
            #expect(output.hasPrefix("HTTP/2 103"))
            #expect(output.contains("link: </a.css>\r\n"))
            #expect(output.contains("\r\n\r\nhello"))
            #expect(output.contains("x-sum: 7"))
        }
    }

    @Test func resetOfTheClientEndsTheRequestAtTheServer() async throws {
        let hasEnded = Signal()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            _ = connection.readToEnd()
            if connection.hasEnded { hasEnded.set() }
        }
        try await withEdge([server]) { port async throws in
            let client = try RawConnection(port: port)
            client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, plainRequest))
            try await eventually("the server has the request") { server.connections == 1 }
            client.send(HTTP2Frame.reset(1, HTTP2ErrorCode.cancel.rawValue))
            try await eventually("the server's connection ended") { hasEnded.isSet }
        }
    }

    @Test func brokenResponseIsAResetOfItsStreamAlone() async throws {
        let server = try ScriptedServer { connection, number in
            while !connection.readHead().isEmpty {
                guard number == 0 else {
                    connection.send(response("whole"))
                    continue
                }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                return
            }
        }
        try await withEdge([server]) { port async throws in
            #expect(try curl(port, "URL/").contains("was not closed cleanly"))
            #expect(try curl(port, "URL/").hasSuffix("whole"))
        }
    }

    @Test func requestForHTTPSIsMisdirected() async throws {
        try await withEdge([ScriptedServer(echoing: ())]) { port async throws in
            let client = try RawConnection(port: port)
            client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, httpRequest()) + HTTP2Frame.goAway)
            let answer = HTTP2Frame.parse(client.readToEnd()).filter { $0.stream == 1 }
            #expect(answer.first?.kind == .headers)
            #expect(answer.contains { String(decoding: $0.payload, as: UTF8.self).contains("421 ") })
        }
    }

    @Test func answerBeforeTheEndOfTheRequestIsWhole() async throws {
        try await withEdge([ScriptedServer { _, _ in }]) { port in
            let client = try RawConnection(port: port)
            let answer = try post(client, [])
            #expect(answer.map(\.kind) == [.headers, .data, .resetStream])
            #expect(answer.last?.code == HTTP2ErrorCode.noError.rawValue)
        }
    }

    /// Begins a request whose body never comes, and gives the frames of its stream up to the reset.
    private func post(_ client: RawConnection, _ more: [(String, String)]) throws -> [HTTP2Frame] {
        let fields = [(":method", "POST")] + plainRequest.dropFirst() + more
        client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields, ends: false))
        var frames: [HTTP2Frame] = []
        while frames.last?.kind != .resetStream {
            let head = client.read(9)
            try #require(head.count == 9)
            frames += HTTP2Frame.parse(head + client.read(Int(head[1]) << 8 | Int(head[2])))
        }
        return frames.filter { $0.stream == 1 }
    }

    @Test func webSocketIsATunnelToAServerOfHTTP1() async throws {
        let server = try ScriptedServer { connection, _ in
            let head = connection.readHead()
            guard head.hasPrefix("GET /chat HTTP/1.1\r\n"), head.contains("Upgrade: websocket\r\n") else { return }
            connection.send(webSocketGrant(head))
            connection.send(connection.read(4) + Array("!".utf8))
            _ = connection.readToEnd()
        }
        try await withEdge([server]) { port async throws in
            let client = try RawConnection(port: port)
            let request = [
                (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "a.test"),
                (":path", "/chat"), ("sec-websocket-version", "13"),
            ]
            client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, request, ends: false))
            client.send(HTTP2Frame.data(1, Array("ping".utf8), ends: false))
            #expect(client.readThrough("ping!").hasSuffix("ping!"))
            client.send(HTTP2Frame.data(1, [], ends: true) + HTTP2Frame.goAway)
            _ = client.readToEnd()
            #expect(client.hasEnded)
        }
    }

    @Test func tooLargeABodyIsRefused() async throws {
        try await withEdge(
            [ScriptedServer(echoing: ())],
            "routes: [{path: /*, upstream: default, limits: {bodyBytes: 10}}]"
        ) { port async throws in
            let answer = try post(RawConnection(port: port), [("content-length", "15")])
            #expect(answer.map(\.kind) == [.headers, .data, .resetStream])
            let text = String(decoding: answer[1].payload, as: UTF8.self)
            #expect(text.hasPrefix("413 "))
        }
    }

    /// Reads a frame; throws where the connection ends, or nothing comes.
    private func readFrame(_ client: RawConnection) throws -> HTTP2Frame.Kind? {
        let head = client.read(9)
        try #require(head.count == 9)
        _ = client.read(Int(head[1]) << 8 | Int(head[2]))
        return HTTP2Frame.Kind(rawValue: head[3])
    }

    @Test func stoppingSaysFarewell() async throws {
        let server = try ScriptedServer(echoing: ())
        let text = "upstream: [\"127.0.0.1:\(server.port)\"]"
        try await withEdge(text) { edge, port in
            let client = try RawConnection(port: port)
            client.send(HTTP2Frame.opening)
            #expect(try readFrame(client) == .settings)
            await edge.stop()
            while try readFrame(client) != .goAway {}
        }
    }
}

extension HTTP2Frame {
    /// A client's farewell.
    static let goAway = HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)).bytes
}

/// A request without TLS, in fields.
private let plainRequest = [(":method", "GET"), (":scheme", "http"), (":authority", "a.test"), (":path", "/")]

/// Something that has happened, on whatever thread.
private final class Signal: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}
