import Foundation
import Testing

@testable import PandoEdge

/// TLS that is not opened, and goes where the name in its first message says.
@Suite(.timeLimit(.minutes(1))) struct PassthroughTests {
    private static func hello(_ name: String?) -> [UInt8] {
        let names = name.map { ClientHelloTests.serverName(ClientHelloTests.name($0)) } ?? []
        return ClientHelloTests.record(ClientHelloTests.message(ClientHelloTests.body(names)))
    }

    /// A server that says its name, and then what it got.
    private static func server(_ name: String) throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            connection.send(name)
            connection.send(connection.readToEnd())
        }
    }

    private static func text(_ a: ScriptedServer, _ b: ScriptedServer, rest: String = "") -> String {
        """
        listeners:
          - address: "127.0.0.1:0"
            protocol: tlsPassthrough
            limits: {headerTimeout: 500ms}
            names:
              - {host: [a.test, deep.b.test], upstream: a}
              - {host: "*.b.test", upstream: b}
        \(rest)
        upstreams: {a: ["127.0.0.1:\(a.port)"], b: ["127.0.0.1:\(b.port)"]}
        """
    }

    @Test(arguments: [("a.test", "a"), ("A.TEST", "a"), ("x.b.test", "b"), ("y.x.b.test", "b"), ("deep.b.test", "a")])
    func nameChoosesTheUpstreamAndEveryByteArrives(name: String, upstream: String) async throws {
        let (a, b) = (try Self.server("a"), try Self.server("b"))
        let hello = Self.hello(name)
        try await withListeners(Self.text(a, b)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            // In pieces, as a network may.
            client.send(Array(hello[..<7]))
            try await Task.sleep(for: .milliseconds(5))
            client.send(Array(hello[7...]) + [1, 2, 3])
            client.finishWriting()
            #expect(client.readToEnd() == Array(upstream.utf8) + hello + [1, 2, 3])
        }
    }

    @Test(arguments: ["b.test", "other.test", nil]) func unknownNameIsToldByAnAlert(name: String?) async throws {
        let (a, b) = (try Self.server("a"), try Self.server("b"))
        try await withListeners(Self.text(a, b)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(Self.hello(name))
            #expect(client.readToEnd() == [21, 3, 3, 0, 2, 2, 112])
            #expect(a.connections + b.connections == 0)
        }
    }

    @Test func allOtherNamesGoToTheListenersUpstream() async throws {
        let (a, b) = (try Self.server("a"), try Self.server("b"))
        try await withListeners(Self.text(a, b, rest: "    upstream: b")) { _, ports async throws in
            for name in ["other.test", nil] {
                let client = try RawConnection(port: ports[0])
                client.send(Self.hello(name))
                client.finishWriting()
                #expect(client.readToEnd().first == UInt8(ascii: "b"))
            }
        }
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".utf8), [22, 3, 1, 0, 0], [22, 3, 1, 0, 4, 2, 0, 0, 0],
    ])
    func whatIsNoHelloIsClosedAndGoesNowhere(bytes: [UInt8]) async throws {
        let (a, b) = (try Self.server("a"), try Self.server("b"))
        try await withListeners(Self.text(a, b, rest: "    upstream: b")) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(bytes)
            #expect(client.readToEnd().isEmpty && client.hasEnded)
            #expect(a.connections + b.connections == 0)
        }
    }

    @Test func helloThatDoesNotComeToItsEndHasATime() async throws {
        let (a, b) = (try Self.server("a"), try Self.server("b"))
        try await withListeners(Self.text(a, b)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(Array(Self.hello("a.test").dropLast()))
            #expect(client.readToEnd().isEmpty)
            #expect(client.hasEnded)
        }
    }

    @Test func tlsMayEndAtAListenerOfTheSameEdge() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let folder = try EdgeFiles()
        let server = try ScriptedServer(answering: response("behind"))
        let text = """
            listeners:
              - {address: "127.0.0.1:0", protocol: tlsPassthrough, names: [{host: localhost, upstream: inner}]}
              - {address: "unix:\(folder.folder)/tls", protocol: https, certificates: [{certificate: "\(files.certificate)", key: "\(files.key)"}]}
            upstreams: {inner: ["unix:\(folder.folder)/tls"], app: ["127.0.0.1:\(server.port)"]}
            routes: [{upstream: app}]
            """
        try await withListeners(text) { _, ports async throws in
            let url = "https://localhost:\(ports[0])/"
            let output = try ChildProcess.run(["curl", "-sS", "-i", "--cacert", authority.root, url]).output
            #expect(output.hasPrefix("HTTP/2 200"))
            #expect(output.hasSuffix("behind"))
        }
        withExtendedLifetime(server) {}
    }
}
