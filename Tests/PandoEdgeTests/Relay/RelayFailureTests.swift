import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Clients and servers of connections without HTTP that go away, hang or say nothing.
@Suite(.timeLimit(.minutes(1))) struct RelayFailureTests {
    private static let hello = ClientHelloTests.record(
        ClientHelloTests.message(ClientHelloTests.body(ClientHelloTests.serverName(ClientHelloTests.name("a.test"))))
    )
    private static let header = Array("PROXY TCP4 203.0.113.7 198.51.100.1 1234 443\r\n".utf8)

    /// What a client does before it goes.
    static let habits: [[UInt8]] = [
        [], Array(header.prefix(9)), header, header + hello.prefix(40), header + hello, header + hello + [10],
    ]

    @Test(arguments: habits, [true, false]) func clientsThatGoAwayLeaveNothingBehind(said: [UInt8], resets: Bool)
        async throws
    {
        let server = try ScriptedServer(repeating: ())
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tlsPassthrough, upstream: a, proxyProtocolFrom: [127.0.0.1]}]
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]}}
            """
        try await withListeners(text) { edge, ports async throws in
            for _ in 0..<20 {
                let client = try RawConnection(port: ports[0])
                client.send(said)
                if resets { client.abort() }
            }
            #expect(
                try await holds {
                    let upstream = edge.liveState.upstreams[0]
                    return edge.listenerConnections[0].count == 0 && upstream.active == 0 && upstream.connections == 0
                }
            )
        }
    }

    @Test func serverThatDoesNotTakeAConnectionInTimeIsPassedBy() async throws {
        let full = try FullPort()
        let server = try ScriptedServer(repeating: ())
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tcp, upstream: a}]
            upstreams:
              a:
                servers: ["127.0.0.1:\(full.number)", "127.0.0.1:\(server.port)"]
                balance: roundRobin
                timeouts: {connect: 100ms}
            """
        try await withListeners(text) { edge, ports async throws in
            for _ in 0..<2 {
                let client = try RawConnection(port: ports[0])
                #expect(client.echo("late") == "late\n")
            }
            #expect(edge.liveState.upstreams[0].servers[0].failures > 0)
        }
        withExtendedLifetime(full) {}
    }

    @Test func serverWithAnotherCertificateIsNotTrusted() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("relay-other", names: ["DNS:other.test"])
        let pair = TLSCertificateFiles(certificate: files.certificate, key: files.key)
        let server = try TestTLSServer(try TLSContext(TLSContext.Configuration(certificates: [pair])))
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tcp, upstream: a}]
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], tls: {name: a.test, authorities: "\(authority.root)"}}}
            """
        try await withListeners(text) { edge, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            #expect(client.readToEnd().isEmpty)
            #expect(edge.liveState.upstreams[0].servers[0].failures > 0)
        }
        server.stop()
    }
}

/// A port whose queue is full: a connection to it is neither taken nor refused.
private final class FullPort {
    private let socket: Int32
    private var waiting: [Int32] = []
    let number: Int

    init() throws {
        let any = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        let isBound = any.withPointer { bind(socket, $0, $1) } == 0 && listen(socket, 0) == 0
        let address = try #require(isBound ? Socket.localAddress(socket) : nil)
        number = try #require(address.port)
        // One is queued; the second shows that there is no room for more.
        for _ in 0..<2 { waiting.append(try Socket.connect(to: address).get()) }
    }

    deinit {
        for descriptor in waiting + [socket] { close(descriptor) }
    }
}
