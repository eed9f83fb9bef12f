import Foundation
import Testing

@testable import PandoEdge

/// WebSocket through the edge (RFC 6455), and what becomes of it while the edge changes.
@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
    private static let request =
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    /// A server that grants WebSocket, and then sends back what it gets, line by line.
    private static func echo() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            connection.send(webSocketGrant(connection.readHead()))
            while true {
                let line = connection.readThrough("\n")
                if line.isEmpty { return }
                connection.send(line)
            }
        }
    }

    @Test func grantOpensATunnel() async throws {
        try await withEdge([Self.echo()]) { port async throws in
            let client = try RawConnection(port: port)
            client.send(Self.request)
            let head = client.readHead()
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            #expect(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the example of RFC 6455 §1.3")
            #expect(client.echo("frame") == "frame\n")
        }
    }

    @Test(arguments: [
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
        "Upgrade: other\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
    ]) func whatIsNoGrantOpensNone(fields: String) async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\nGET /secret HTTP/1.1\r\n\r\n")
        }
        try await withEdge([server]) { port async throws in
            let client = try RawConnection(port: port)
            client.send(Self.request)
            #expect(client.readHead().hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func establishedOneStaysThroughReloads() async throws {
        let server = try Self.echo()
        let other = try ScriptedServer(answering: response("other"))
        func text(_ port: Int) -> String {
            "listen: \"127.0.0.1:0\"\nworkers: 1\ndrainTimeout: 0s\naccessLog: off\nupstream: \"127.0.0.1:\(port)\"\n"
        }
        let edge = try Edge(try decoded(text(server.port)))
        let port = try #require(edge.addresses.first?.port)
        let client = try RawConnection(port: port)
        client.send(Self.request)
        #expect(client.readHead().hasPrefix("HTTP/1.1 101 "))
        for number in 0..<5 {
            // Another upstream, and the first again: neither is what this connection began with.
            try edge.reload(try decoded(text(number % 2 == 0 ? other.port : server.port)))
            #expect(client.echo("frame \(number)") == "frame \(number)\n")
        }
        try edge.reload(try decoded(text(other.port)))
        #expect(try get(port).body == "other")
        #expect(client.echo("still here") == "still here\n")
        await edge.stop()
    }

    @Test func eitherSideMayEnd() async throws {
        let server = try ScriptedServer { connection, _ in
            connection.send(webSocketGrant(connection.readHead()))
            let all = connection.readToEnd()
            connection.send("got \(all.count)")
        }
        try await withEdge([server]) { port async throws in
            let client = try RawConnection(port: port)
            client.send(Self.request)
            #expect(client.readHead().hasPrefix("HTTP/1.1 101 "))
            client.send([UInt8](repeating: 1, count: 100_000))
            client.finishWriting()
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "got 100000")
        }
    }
}

/// What a server answers to a request for WebSocket that it grants.
func webSocketGrant(_ head: String) -> String {
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
    let key = (line ?? "").dropFirst(18).trimmingCharacters(in: .whitespaces)
    let accept = Array(key.utf8).withUnsafeBufferPointer {
        String(decoding: WebSocketUpgrade.accept($0), as: UTF8.self)
    }
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
}
