import Foundation
import PandoTelemetry
import TestSupport
import Testing

@testable import PandoEdge

/// What a reload, a stop and the log have to do with connections without HTTP.
@Suite(.timeLimit(.minutes(1))) struct RelayReloadTests {
    private static func text(_ listener: String, _ servers: String, drain: String = "0s") -> String {
        """
        workers: 1
        drainTimeout: \(drain)
        accessLog: off
        listeners: [{address: "127.0.0.1:0"}\(listener)]
        upstreams: {a: {servers: [\(servers)]}}
        """
    }

    /// A listener at a port of its own: at the port 0 no two are told apart.
    private static func relay(_ port: Int) -> String {
        ", {address: \"127.0.0.1:\(port)\", protocol: tcp, upstream: a}"
    }

    private static func free() throws -> Int { try LoopbackPort().number }

    @Test func connectionStaysWhereItsServerDoes() async throws {
        let server = try ScriptedServer(repeating: ())
        let own = "\"127.0.0.1:\(server.port)\""
        let other = try ScriptedServer(repeating: ())
        let port = try Self.free()
        let relay = Self.relay(port)
        let edge = try Edge(try decoded(Self.text(relay, own)))
        let client = try RawConnection(port: port)
        #expect(client.echo("before") == "before\n")
        try edge.reload(try decoded(Self.text(relay, own + ", \"127.0.0.1:\(other.port)\"")))
        #expect(client.echo("after") == "after\n")
        try edge.reload(try decoded(Self.text(relay, "\"127.0.0.1:\(other.port)\"")))
        #expect(client.readToEnd().isEmpty && client.hasEnded, "its server is gone from the file")
        let next = try RawConnection(port: port)
        #expect(next.echo("new") == "new\n")
        #expect(other.connections == 1)
        await edge.stop()
    }

    @Test func connectionOfAListenerThatIsGoneHasTheTimeOfADrain() async throws {
        let server = try ScriptedServer(repeating: ())
        let own = "\"127.0.0.1:\(server.port)\""
        let port = try Self.free()
        let edge = try Edge(try decoded(Self.text(Self.relay(port), own, drain: "1h")))
        let client = try RawConnection(port: port)
        #expect(client.echo("before") == "before\n")
        try edge.reload(try decoded(Self.text("", own)))
        #expect(client.echo("after") == "after\n")
        client.finishWriting()
        #expect(client.readToEnd().isEmpty && client.hasEnded)
        #expect(!client.wasReset)
        await edge.stop()
    }

    @Test func idleConnectionOfHTTPEndsWithItsListener() async throws {
        let server = try ScriptedServer(answering: response("a"))
        let own = "\"127.0.0.1:\(server.port)\""
        let port = try Self.free()
        let edge = try Edge(try decoded(Self.text(", {address: \"127.0.0.1:\(port)\"}", own)))
        let client = try RawConnection(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.readHead().hasPrefix("HTTP/1.1 200"))
        _ = client.read(1)
        try edge.reload(try decoded(Self.text("", own)))
        #expect(client.readToEnd().isEmpty)
        #expect(client.hasEnded)
        await edge.stop()
    }

    @Test func eachConnectionHasALineAndIsCounted() async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(repeating: ())
        let dead = try ScriptedServer { _, _ in }
        dead.stop()
        let text = """
            accessLog: {file: \(files.folder)/log}
            listeners:
              - {address: "127.0.0.1:0", protocol: tcp, upstream: a}
              - {address: "127.0.0.1:0", protocol: tcp, upstream: b}
            upstreams: {a: ["127.0.0.1:\(server.port)"], b: ["127.0.0.1:\(dead.port)"]}
            """
        var left: RawConnection?
        try await withListeners(text) { edge, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.echo("hello") == "hello\n")
            client.finishWriting()
            _ = client.readToEnd()
            #expect(try RawConnection(port: ports[1]).readToEnd().isEmpty)
            let ends = edge.metrics.snapshot(of: "pando_edge_relayed_total")?.series ?? []
            func count(_ upstream: String, _ end: String) -> Double? {
                ends.first { $0[label: "upstream"] == upstream && $0[label: "end"] == end }?.value.number
            }
            #expect(count("a", "complete") == 1)
            #expect(count("b", "refused") == 1)
            left = try RawConnection(port: ports[0])
            #expect(left?.echo("open") == "open\n")
        }
        withExtendedLifetime(left) {}
        let lines = try files.lines("log")
        #expect(lines.map { $0.text("end") } == ["complete", "refused", "drain"])
        let line = try #require(lines.first)
        #expect(line.text("protocol") == "tcp")
        #expect(line.text("client") == "127.0.0.1")
        #expect(line.text("upstream") == "a")
        #expect(line.text("server") == "127.0.0.1:\(server.port)")
        #expect(line.number("receivedBytes") == 6)
        #expect(line.number("sentBytes") == 6)
        #expect(line.number("attempts") == 1)
        #expect(try #require(line.number("durationMicroseconds")) >= (try #require(line.number("connectMicroseconds"))))
        #expect(lines.dropFirst().first?.number("connectMicroseconds") == nil)
    }

    @Test func combinedLogHasALineToo() async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(repeating: ())
        let text = relayed([server], "accessLog: {format: combined, file: \(files.folder)/log}")
        try await withListeners(text) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.echo("hi") == "hi\n")
            client.finishWriting()
            _ = client.readToEnd()
        }
        let log = try String(contentsOfFile: files.folder + "/log", encoding: .utf8)
        #expect(log.hasPrefix("127.0.0.1 - - ["))
        #expect(log.hasSuffix("] \"TCP - -\" 200 3 \"-\" \"-\"\n"))
    }
}
