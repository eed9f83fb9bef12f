import Foundation
import PandoTelemetry
import Testing

@testable import PandoEdge

/// Bytes between clients and servers, without HTTP.
@Suite(.timeLimit(.minutes(1))) struct RelayTests {
    @Test func bytesPassBothWays() async throws {
        let server = try ScriptedServer(repeating: ())
        try await withListeners(relayed([server])) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.echo("hello") == "hello\n")
            #expect(client.echo("again") == "again\n")
        }
    }

    @Test func serverMaySpeakFirst() async throws {
        let server = try ScriptedServer { connection, _ in
            connection.send("220 ready\n")
            connection.send(connection.readThrough("\n"))
        }
        try await withListeners(relayed([server])) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.readThrough("\n") == "220 ready\n")
            #expect(client.echo("quit") == "quit\n")
        }
    }

    @Test func clientMayEndItsHalfAndGoOnReading() async throws {
        let server = try ScriptedServer { connection, _ in
            let all = connection.readToEnd()
            connection.send("got \(all.count)")
        }
        try await withListeners(relayed([server])) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send([UInt8](repeating: 1, count: 300_000))
            client.finishWriting()
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "got 300000")
        }
    }

    @Test func serverMayEndItsHalfAndGoOnReading() async throws {
        let heard = Asked()
        let server = try ScriptedServer { connection, _ in
            connection.send("bye")
            connection.finishWriting()
            heard.note(String(decoding: connection.readToEnd(), as: UTF8.self))
        }
        try await withListeners(relayed([server])) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.readToEnd() == Array("bye".utf8))
            client.send("still here")
            client.finishWriting()
            #expect(try await holds { heard.last == "still here" })
        }
    }

    @Test func whatIsBrokenOffIsResetAndDoesNotLookComplete() async throws {
        let server = try ScriptedServer { connection, _ in
            connection.send("half")
            _ = connection.readThrough("\n")
            connection.abort()
        }
        try await withListeners(relayed([server])) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.read(4) == Array("half".utf8))
            client.send("go\n")
            #expect(client.readToEnd().isEmpty)
            #expect(client.wasReset)
        }
    }

    @Test func resetOfTheClientReachesTheServer() async throws {
        let wasReset = Asked()
        let server = try ScriptedServer { connection, _ in
            connection.send("x")
            _ = connection.readToEnd()
            if connection.wasReset { wasReset.note("reset") }
        }
        try await withListeners(relayed([server])) { _, ports async throws in
            var client: RawConnection? = try RawConnection(port: ports[0])
            #expect(client?.read(1) == Array("x".utf8))
            client?.abort()
            client = nil
            #expect(try await holds { wasReset.count == 1 })
        }
    }

    @Test func slowReaderHoldsTheSenderUpAndGetsAll() async throws {
        let size = 24 << 20
        let server = try ScriptedServer { connection, _ in
            connection.send([UInt8](repeating: 7, count: size))
        }
        try await withListeners(relayed([server])) { edge, ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.read(1) == [7])
            // The sender cannot end before the client reads: what the edge and the system hold is far less.
            let sent = {
                let series = edge.metrics.snapshot(of: "pando_edge_relay_sent_bytes_total")?.series ?? []
                return series.reduce(0) { $0 + $1.value.number }
            }
            var (last, quiet) = (sent(), 0)
            while quiet < 20 {
                try await Task.sleep(for: .milliseconds(10))
                quiet = sent() == last ? quiet + 1 : 0
                last = sent()
            }
            #expect(last > 0 && last < Double(size))
            var count = 1
            while true {
                let part = client.read(1 << 16)
                if part.isEmpty { break }
                count += part.count
            }
            #expect(count == size)
        }
    }

    @Test func anotherServerIsTriedBeforeAByteIsSent() async throws {
        let dead = try ScriptedServer { _, _ in }
        dead.stop()
        let server = try ScriptedServer(repeating: ())
        try await withListeners(relayed([dead, server])) { _, ports async throws in
            for _ in 0..<6 {
                let client = try RawConnection(port: ports[0])
                #expect(client.echo("alive") == "alive\n")
            }
            #expect(server.connections == 6)
        }
    }

    @Test func deadServersAreEjectedForHTTPToo() async throws {
        let dead = try ScriptedServer { _, _ in }
        dead.stop()
        let server = try ScriptedServer(answering: response("alive"))
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tcp, upstream: a}, {address: "127.0.0.1:0"}]
            upstreams:
              a:
                servers: ["127.0.0.1:\(dead.port)", "127.0.0.1:\(server.port)"]
                balance: roundRobin
                outliers: {failures: 2}
                panicThreshold: 0
            """
        try await withListeners(text) { edge, ports async throws in
            for _ in 0..<8 {
                let client = try RawConnection(port: ports[0])
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            }
            let state = edge.liveState.upstreams[0].servers[0]
            #expect(state.health == "ejected")
            #expect(state.failures == 2)
            for _ in 0..<4 { #expect(try get(ports[1]).status == "200") }
            #expect(edge.liveState.upstreams[0].servers[0].failures == 2, "HTTP does not ask it either")
        }
    }

    @Test func listenerTakesNoMoreThanItsConnections() async throws {
        let server = try ScriptedServer(repeating: ())
        try await withListeners(relayed([server], listener: ", limits: {connections: 1}")) { _, ports async throws in
            let first = try RawConnection(port: ports[0])
            #expect(first.echo("one") == "one\n")
            let second = try RawConnection(port: ports[0])
            #expect(second.readToEnd().isEmpty && second.hasEnded)
            #expect(first.echo("two") == "two\n")
        }
    }

    @Test func serverTakesNoMoreThanItsConnections() async throws {
        let server = try ScriptedServer(repeating: ())
        try await withListeners(relayed([server], upstream: ", limits: {connections: 1}")) { _, ports async throws in
            let first = try RawConnection(port: ports[0])
            #expect(first.echo("one") == "one\n")
            let second = try RawConnection(port: ports[0])
            #expect(second.readToEnd().isEmpty && second.hasEnded)
            first.finishWriting()
            #expect(first.readToEnd().isEmpty)
            let third = try RawConnection(port: ports[0])
            #expect(third.echo("three") == "three\n")
        }
    }

    @Test func silentConnectionEnds() async throws {
        let server = try ScriptedServer(repeating: ())
        try await withListeners(relayed([server], listener: ", limits: {idleTimeout: 200ms}")) {
            _,
            ports async throws in
            let client = try RawConnection(port: ports[0])
            #expect(client.echo("a") == "a\n")
            #expect(client.readToEnd().isEmpty)
            #expect(client.wasReset)
        }
    }

    @Test func tlsToServersIsSpokenForClientsThatDoNot() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("relay-server", names: ["DNS:a.test"])
        let pair = TLSCertificateFiles(certificate: files.certificate, key: files.key)
        let server = try TestTLSServer(try TLSContext(TLSContext.Configuration(certificates: [pair])))
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tcp, upstream: a}]
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], tls: {name: a.test, authorities: "\(authority.root)"}}}
            """
        try await withListeners(text) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            #expect(String(decoding: client.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\nok"))
        }
        server.stop()
    }
}
