import Foundation
import Synchronization
import Testing

@testable import PandoEdge

/// Copies of requests to another upstream.
@Suite(.timeLimit(.minutes(1))) struct MirrorTests {
    /// A server that remembers all that it hears, and answers with an error.
    private final class Listener: Sendable {
        let server: ScriptedServer
        private let state: State

        private final class State: Sendable {
            let heard = Mutex<[String]>([])
        }

        var heard: [String] { state.heard.withLock { $0 } }
        var address: String { "\"127.0.0.1:\(server.port)\"" }

        init(answers: Bool = true) throws {
            let state = State()
            self.state = state
            server = try ScriptedServer { connection, _ in
                while true {
                    let head = connection.readHead()
                    if head.isEmpty { return }
                    let lines = head.lowercased().split(separator: "\r\n")
                    let length = lines.first { $0.hasPrefix("content-length: ") }
                        .flatMap { Int($0.split(separator: " ")[1]) }
                    let isChunked = head.lowercased().contains("transfer-encoding: chunked")
                    let body = isChunked ? connection.readThrough("0\r\n\r\n") : connection.text(length ?? 0)
                    state.heard.withLock { $0.append("\(lines[0].dropLast(9)) \(body)") }
                    guard answers else { continue }
                    connection.send("HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nwrong")
                }
            }
        }
    }

    private func configuration(_ server: ScriptedServer, _ mirror: String) -> String {
        """
        upstreams:
          app: ["127.0.0.1:\(server.port)"]
          shadow: {servers: [\(mirror)], retries: off}
        routes: [{path: /a/*, upstream: app, rewrite: {prefix: /b}, mirror: shadow}, {path: /*, upstream: app}]
        """
    }

    @Test func theCopyIsWhatTheServersGetAndItsAnswerIsNobodys() async throws {
        let server = try ScriptedServer(echoing: ())
        let shadow = try Listener()
        try await withEdge(configuration(server, shadow.address)) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/a/5?x=1")
            #expect(client.status() == 200)
            client.ask("/5")
            #expect(client.status() == 200)
            client.send("POST /a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
            client.send("llo")
            #expect(client.status() == 200)
            client.send("POST /a/y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            #expect(client.status() == 200)
            try await poll { shadow.heard.count == 3 }
            // In any order: each goes on a connection of its own.
            #expect(
                shadow.heard.sorted() == ["get /b/5?x=1 ", "post /b/x hello", "post /b/y 5\r\nhello\r\n0\r\n\r\n"]
            )
            try await poll { edge.upstreams[1].active == 0 }
            // They count for no route.
            try await poll { edge.liveState.routes.flatMap { $0.requests.values }.reduce(0, +) == 4 }
        }
    }

    @Test func whatTheOtherUpstreamCannotTakeIsNotMissed() async throws {
        let server = try ScriptedServer(echoing: ())
        let gone = try ScriptedServer { _, _ in }
        gone.stop()
        let deaf = try Listener(answers: false)
        for shadow in ["\"127.0.0.1:\(gone.port)\"", deaf.address] {
            try await withEdge(configuration(server, shadow)) { _, port async throws in
                let client = try RawConnection(port: port)
                for _ in 0..<20 {
                    client.ask("/a/5")
                    #expect(client.status() == 200)
                }
            }
        }
    }

    @Test func aLargeBodyIsNotCopied() async throws {
        let server = try ScriptedServer(echoing: ())
        let shadow = try Listener()
        try await withEdge(configuration(server, shadow.address)) { edge, port async throws in
            let client = try RawConnection(port: port)
            let count = Exchange.replayBytes + 1
            client.send("POST /a/x HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
            client.send([UInt8](repeating: 120, count: count))
            #expect(client.status() == 200)
            client.ask("/a/after")
            #expect(client.status() == 200)
            try await poll { !shadow.heard.isEmpty }
            #expect(shadow.heard == ["get /b/after "])
        }
    }
}
