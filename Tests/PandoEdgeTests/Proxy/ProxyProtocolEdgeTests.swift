import Foundation
import Synchronization
import Testing

@testable import PandoEdge

/// The PROXY protocol on real sockets: what proxies in front say of clients, and what servers are told.
@Suite(.timeLimit(.minutes(1))) struct ProxyProtocolEdgeTests {
    private static let line = "PROXY TCP4 203.0.113.7 198.51.100.1 1234 443\r\n"
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    private static let believed = ", proxyProtocolFrom: [127.0.0.0/8]"

    private static func http(
        _ server: ScriptedServer,
        _ listener: String,
        upstream: String = "",
        _ more: String = ""
    ) -> String {
        """
        listeners: [{address: "127.0.0.1:0"\(listener)}]
        upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]\(upstream)}}
        \(more)
        """
    }

    /// A server that answers with the head of the request.
    private static func mirror() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                connection.send(response(head))
            }
        }
    }

    // MARK: In

    static let headers: [[UInt8]] = [
        Array(line.utf8),
        {
            var header = ProxyHeader()
            header.source = ProxyHeader.Endpoint(address: "203.0.113.7", port: 1_234)
            header.destination = ProxyHeader.Endpoint(address: "198.51.100.1", port: 443)
            header.custom = [.init(type: 0xEA, value: [1, 2])]
            return ProxyProtocolTests.written(header, .two(withChecksum: true))
        }(),
    ]

    @Test(arguments: headers, [1, 5, 1_000]) func addressOfTheHeaderIsTheClients(header: [UInt8], first: Int)
        async throws
    {
        let files = try EdgeFiles()
        let server = try Self.mirror()
        let log = "accessLog: {file: \(files.folder)/log}"
        try await withListeners(Self.http(server, Self.believed, log)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            let bytes = header + Array(Self.request.utf8)
            client.send(Array(bytes.prefix(first)))
            try await Task.sleep(for: .milliseconds(5))
            client.send(Array(bytes.dropFirst(first)))
            #expect(client.readHead().hasPrefix("HTTP/1.1 200"))
            #expect(String(decoding: client.readToEnd(), as: UTF8.self).contains("X-Forwarded-For: 203.0.113.7\r\n"))
        }
        #expect(try files.lines("log").map { $0.text("client") } == ["203.0.113.7"])
    }

    @Test(arguments: ["PROXY UNKNOWN\r\n", "local"]) func withoutAnAddressTheProxysOwnCounts(header: String)
        async throws
    {
        var local = ProxyHeader()
        local.isLocal = true
        let bytes =
            header == "local" ? ProxyProtocolTests.written(local, .two(withChecksum: false)) : Array(header.utf8)
        let server = try Self.mirror()
        try await withListeners(Self.http(server, Self.believed)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(bytes + Array(Self.request.utf8))
            #expect(String(decoding: client.readToEnd(), as: UTF8.self).contains("X-Forwarded-For: 127.0.0.1\r\n"))
        }
    }

    @Test(arguments: [
        request, "PROXY TCP4 1.2.3.4\r\n" + request, "PROXY TCP5 1.2.3.4 1.2.3.4 1 1\r\n" + request, "\r\n",
    ])
    func connectionWithoutAHeaderIsEndedWithoutAWord(bytes: String) async throws {
        let server = try Self.mirror()
        try await withListeners(Self.http(server, Self.believed)) { edge, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(bytes)
            client.finishWriting()
            #expect(client.readToEnd().isEmpty)
            #expect(server.connections == 0)
            #expect(try await holds { edge.listenerConnections[0].count == 0 })
        }
    }

    @Test func headerThatDoesNotComeHasATime() async throws {
        let server = try Self.mirror()
        try await withListeners(Self.http(server, Self.believed + ", limits: {headerTimeout: 200ms}")) {
            _,
            ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send("PROXY TCP4 203.")
            #expect(client.readToEnd().isEmpty)
            #expect(client.hasEnded)
        }
    }

    @Test(arguments: ["", ", proxyProtocolFrom: [10.0.0.0/8]"]) func headerOfAnybodyElseIsNoRequest(listener: String)
        async throws
    {
        let server = try Self.mirror()
        try await withListeners(Self.http(server, listener)) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(Self.line + Self.request)
            #expect(client.readHead().hasPrefix("HTTP/1.1 400"))
            #expect(server.connections == 0)
        }
    }

    @Test func tlsBeginsBehindTheHeader() async throws {
        let server = try Self.mirror()
        try await SecureEdge.with([server], listener: Self.believed) { edge async throws in
            let with = try edge.curl("--haproxy-protocol --http1.1 URL/")
            #expect(with.hasPrefix("HTTP/1.1 200"))
            #expect(with.contains("X-Forwarded-Proto: https\r\n"))
            #expect(!(try edge.curl("--http1.1 URL/").contains("200")))
            #expect(try edge.curl("--haproxy-protocol --http2 URL/").hasPrefix("HTTP/2 200"))
        }
    }

    @Test func tlsThatTheProxyEndedMakesARequestSecure() async throws {
        var header = ProxyHeader()
        header.source = ProxyHeader.Endpoint(address: "203.0.113.7", port: 1_234)
        header.destination = ProxyHeader.Endpoint(address: "198.51.100.1", port: 443)
        header.tls = ProxyHeader.TLS()
        header.tls?.isUsed = true
        let bytes = ProxyProtocolTests.written(header, .two(withChecksum: false))
        let server = try Self.mirror()
        try await withListeners(Self.http(server, Self.believed + ", redirectToHTTPS: true")) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(bytes + Array(Self.request.utf8))
            #expect(client.readHead().hasPrefix("HTTP/1.1 200"), "it is secure already")
            #expect(String(decoding: client.readToEnd(), as: UTF8.self).contains("X-Forwarded-Proto: https\r\n"))
            let open = try RawConnection(port: ports[0])
            open.send(Self.line + Self.request)
            #expect(open.readHead().hasPrefix("HTTP/1.1 308"))
        }
    }

    // MARK: Out

    @Test func textGoesBeforeEachRequestAndNoConnectionIsShared() async throws {
        let heard = Asked()
        let server = try ScriptedServer { connection, _ in
            heard.note(connection.readThrough("\r\n"))
            while !connection.readHead().isEmpty { connection.send(response("a")) }
        }
        try await withListeners(Self.http(server, "", upstream: ", proxyProtocol: v1")) { edge, ports async throws in
            let client = try RawConnection(port: ports[0])
            for number in 1...2 {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200"))
                _ = client.read(1)
                #expect(heard.count == number)
                let words = heard.last.split(separator: " ")
                #expect(words.prefix(4) == ["PROXY", "TCP4", "127.0.0.1", "127.0.0.1"])
                #expect(words.last == "\(ports[0])\r\n")
            }
        }
    }

    /// Reads a header of version 2 from a connection.
    private static func header(_ connection: RawConnection) throws -> ProxyHeader {
        let prefix = connection.read(16)
        let rest = connection.read(Int(try #require(prefix.last)) + Int(prefix[14]) << 8)
        guard case .complete(let header, _) = try ProxyProtocolTests.parse(prefix + rest) else {
            throw ChildProcess.Failed(description: "the header is not complete")
        }
        return header
    }

    @Test func binaryFormTellsOfTLS() async throws {
        let seen = Seen()
        let server = try ScriptedServer { connection, _ in
            seen.header = try? Self.header(connection)
            _ = connection.readHead()
            connection.send(response("ok"))
        }
        let list =
            "upstreams: {b: {servers: [\"127.0.0.1:\(server.port)\"], proxyProtocol: v2}}\nroutes: [{upstream: b}]"
        try await SecureEdge.with([server], list) { edge async throws in
            #expect(try edge.curl("--http2 URL/").hasSuffix("ok"))
            let header = try #require(seen.header)
            #expect(header.source?.address == "127.0.0.1")
            #expect(header.destination?.port == UInt16(edge.port))
            #expect(header.applicationProtocol == Array("h2".utf8))
            #expect(header.authority == "localhost")
            #expect(header.tls?.isUsed == true)
            #expect(header.tls?.version == "TLSv1.3")
            #expect(header.tls?.hasCertificate == false)
            #expect(header.uniqueID?.count == 32)
        }
    }

    @Test func clientOfTheOuterListenerIsThatOfTheInnerOne() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let server = try Self.mirror()
        let inner = try Edge(
            try decoded(
                """
                workers: 1
                drainTimeout: 0s
                accessLog: off
                listeners: [{address: "127.0.0.1:0", certificates: [{certificate: "\(files.certificate)", key: "\(files.key)"}]\(Self.believed)}]
                upstream: ["127.0.0.1:\(server.port)"]
                """
            )
        )
        let port = try #require(inner.addresses.first?.port)
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: tlsPassthrough, upstream: inner\(Self.believed)}]
            upstreams: {inner: {servers: ["127.0.0.1:\(port)"], proxyProtocol: v2}}
            """
        try await withListeners(text) { _, ports async throws in
            let url = "https://localhost:\(ports[0])/"
            let arguments = ["curl", "-sS", "--haproxy-protocol", "--cacert", authority.root, url]
            #expect(try ChildProcess.run(arguments).output.contains("X-Forwarded-For: 127.0.0.1\r\n"))
        }
        await inner.stop()
        withExtendedLifetime(server) {}
    }

    @Test func relayedConnectionHasItsHeaderAndItsName() async throws {
        let seen = Seen()
        let files = try EdgeFiles()
        let server = try ScriptedServer { connection, _ in
            seen.header = try? Self.header(connection)
            connection.send(connection.readToEnd())
        }
        let text = """
            accessLog: {file: \(files.folder)/log}
            listeners: [{address: "127.0.0.1:0", protocol: tlsPassthrough, upstream: a\(Self.believed)}]
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], proxyProtocol: v2}}
            """
        let names = ClientHelloTests.serverName(ClientHelloTests.name("shop.test"))
        let hello = ClientHelloTests.record(ClientHelloTests.message(ClientHelloTests.body(names)))
        try await withListeners(text) { _, ports async throws in
            let client = try RawConnection(port: ports[0])
            client.send(Self.headers[1] + hello)
            client.finishWriting()
            #expect(client.readToEnd() == hello)
            let header = try #require(seen.header)
            #expect(header.source == .four([203, 0, 113, 7], port: 1_234))
            #expect(header.destination == .four([198, 51, 100, 1], port: 443))
            #expect(header.authority == "shop.test")
            #expect(header.custom == [.init(type: 0xEA, value: [1, 2])])
        }
        let line = try #require(try files.lines("log").first)
        #expect(line.text("client") == "203.0.113.7")
        #expect(line.text("serverName") == "shop.test")
        #expect(line.text("connectionID").map { Array($0.utf8) } == seen.header?.uniqueID)
    }

    @Test func headerComesBeforeTLSToAServer() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let server = try Self.mirror()
        let inner = """
            {address: "127.0.0.1:0", certificates: [{certificate: "\(files.certificate)", key: "\(files.key)"}]\(Self.believed)}
            """
        let edge = try Edge(
            try decoded(
                "workers: 1\ndrainTimeout: 0s\naccessLog: off\nlisteners: [\(inner)]\nupstream: [\"127.0.0.1:\(server.port)\"]\n"
            )
        )
        let port = try #require(edge.addresses.first?.port)
        let tls = "tls: {name: a.test, authorities: \"\(authority.root)\"}"
        let text = """
            listeners: [{address: "127.0.0.1:0"}]
            upstreams: {a: {servers: ["127.0.0.1:\(port)"], proxyProtocol: v1, \(tls)}}
            """
        try await withListeners(text) { _, ports async throws in
            #expect(try get(ports[0]).status == "200")
        }
        await edge.stop()
        withExtendedLifetime(server) {}
    }

    @Test func longValuesOfAProxyAreLeftOutBeforeTheyBurstTheHeader() throws {
        var header = ProxyHeader()
        header.source = ProxyHeader.Endpoint(address: "203.0.113.7", port: 1)
        header.destination = header.source
        header.authority = String(repeating: "a", count: 3_900)
        header.custom = (0..<3).map { _ in .init(type: 0xE0, value: Array(repeating: 1, count: 500)) }
        header.uniqueID = Array(repeating: 2, count: 128)
        header.bound()
        #expect(header.authority == nil)
        #expect(header.custom.count == 2)
        let bytes = ProxyProtocolTests.written(header, .two(withChecksum: false))
        #expect(bytes.count <= ProxyProtocol.maximumBytes)
    }

    @Test func probeBeginsWithAHeaderOfItsOwn() async throws {
        let heard = Asked()
        let server = try ScriptedServer { connection, _ in
            heard.note(connection.readThrough("\r\n"))
            if !connection.readHead().isEmpty { connection.send(response("fine", "Connection: close\r\n")) }
        }
        let upstream =
            ", proxyProtocol: v1, health: {path: /up, interval: 200ms, timeout: 100ms, rise: 1, failClosed: true}, panicThreshold: 0"
        try await withListeners(Self.http(server, "", upstream: upstream)) { edge, _ async throws in
            #expect(try await holds { edge.liveState.upstreams[0].servers[0].health == "healthy" })
            #expect(heard.last == "PROXY UNKNOWN\r\n")
        }
    }
}

/// What a test's server has seen.
private final class Seen: Sendable {
    private let value = Mutex<ProxyHeader?>(nil)

    var header: ProxyHeader? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
