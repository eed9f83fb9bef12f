import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// The way of a request through the edge over TLS, in both versions of HTTP, with the commands `curl` and `h2load`.
@Suite(.timeLimit(.minutes(1))) struct SecureProxyTests {
    @Test(arguments: [("--http1.1", "HTTP/1.1 200"), ("--http2", "HTTP/2 200")])
    func requestsAreServed(option: String, status: String) async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let output = try edge.curl("\(option) URL/5")
            #expect(output.hasPrefix(status))
            #expect(output.lowercased().contains("content-length: 5\r\n"))
            #expect(output.lowercased().contains("\r\nvia: "))
            #expect(output.lowercased().contains("\r\ndate: "))
            #expect(output.hasSuffix("\r\n\r\nxxxxx"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"]) func headHasTheLengthAndNoBody(option: String) async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let output = try edge.curl("\(option) --head URL/7")
            #expect(output.lowercased().contains("content-length: 7\r\n"))
            #expect(output.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"]) func largeBodiesArriveWhole(option: String) async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let file = edge.authority.path("upload-\(UUID().uuidString)")
            let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try Data(body).write(to: URL(fileURLWithPath: file))
            let sum = body.reduce(0) { ($0 + Int($1)) & 0xFFFF }
            #expect(try edge.curl("\(option) -T \(file) URL/up").hasSuffix("5000000 \(sum)"))
            let chunked = try edge.curl("\(option) -H Transfer-Encoding:chunked -T \(file) URL/up")
            #expect(chunked.hasSuffix("5000000 \(sum)"))
            let down = try edge.run(
                "curl -sS \(option) --cacert \(edge.authority.root) -o /dev/null -w %{size_download} URL/6000000"
            )
            #expect(down == "6000000")
        }
    }

    @Test func manyStreamsAtOnceAllSucceed() async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let output = try edge.run("h2load -n 2000 -c 2 -m 100 URL/1000")
            #expect(output.contains("2000 succeeded, 0 failed, 0 errored, 0 timeout"))
            #expect(output.contains("(2000000) data"))
        }
    }

    @Test func largeResponsesGoThroughSmallWindows() async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let output = try edge.run("h2load -n 20 -c 1 -m 10 -w 12 -W 14 URL/1000000")
            #expect(output.contains("20 succeeded, 0 failed"))
            #expect(output.contains("(20000000) data"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"]) func serversLearnOfTheScheme(option: String) async throws {
        let server = try ScriptedServer { connection, _ in
            let head = connection.readHead()
            connection.send(response(head.contains("X-Forwarded-Proto: https\r\n") ? "secure" : "plain"))
        }
        try await SecureEdge.with([server]) { edge async throws in
            #expect(try edge.curl("\(option) URL/").hasSuffix("secure"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"]) func deadServerIsABadGateway(option: String) async throws {
        let server = try ScriptedServer { _, _ in }
        try await SecureEdge.with([server]) { edge async throws in
            let output = try edge.curl("\(option) URL/")
            #expect(output.contains(" 502"))
        }
    }

    @Test func plainRequestIsAnsweredInItsOwnWords() async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())]) { edge async throws in
            let client = try RawConnection(port: edge.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let output = String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(output.hasPrefix("HTTP/1.1 400 "))
            #expect(output.contains("https://"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"]) func browsersAreToldToStayWithTLS(option: String) async throws {
        let listener = ", hsts: {maxAge: 1h, includeSubdomains: true}"
        try await SecureEdge.with([ScriptedServer(echoing: ())], listener: listener) { edge async throws in
            let output = try edge.curl("\(option) URL/").lowercased()
            #expect(output.contains("strict-transport-security: max-age=3600; includesubdomains\r\n"))
        }
    }

    @Test func versionsCanBeLeftOut() async throws {
        let listener = ", http2: false, minimumTLS: \"1.3\""
        try await SecureEdge.with([ScriptedServer(echoing: ())], listener: listener) { edge async throws in
            #expect(try edge.curl("--http2 URL/").hasPrefix("HTTP/1.1 200"))
            #expect(!(try edge.curl("--tls-max 1.2 URL/")).contains("200"))
        }
    }

    @Test func clientCertificateOpensARoute() async throws {
        let server = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                connection.send(response(head.contains("x-client: CN=payer\r\n") ? "known" : "unknown"))
            }
        }
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("payer", names: ["DNS:payer.test"])
        let other = try authority.certificate("other", names: ["DNS:other.test"])
        let listener = ", clientCertificates: {mode: optional, authorities: \"\(authority.root)\"}"
        let routes = """
            routes:
              - path: /closed/*
                upstream: default
                authentication: {mutualTLS: {names: [payer.test], forward: X-Client}}
              - path: /*
                upstream: default
            """
        try await SecureEdge.with([server], listener: listener, routes) { edge async throws in
            for option in ["--http1.1", "--http2"] {
                let shown = "\(option) --cert \(files.certificate) --key \(files.key)"
                #expect(try edge.curl("\(shown) URL/closed/x").hasSuffix("known"))
                #expect(try edge.curl("\(option) -H X-Client:CN=payer URL/closed/x").contains(" 403"))
                let wrong = "\(option) --cert \(other.certificate) --key \(other.key)"
                #expect(try edge.curl("\(wrong) URL/closed/x").contains(" 403"))
                #expect(try edge.curl("\(option) URL/open").hasSuffix("unknown"))
            }
        }
    }

    @Test func keyOfAnotherCertificateIsAnErrorOfTheListener() throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let other = try authority.certificate("other", names: ["DNS:other.test"])
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: https,
                         certificates: [{certificate: "\(files.certificate)", key: "\(other.key)"}]}]
            workers: 1
            upstream: ["127.0.0.1:1"]

            """
        let configuration = try decoded(text)
        let error = #expect(throws: EdgeConfigurationError.self) { _ = try Edge(configuration) }
        #expect(error.map { "\($0)" }?.contains("listeners[0]: TLS: \(other.key): ") ?? false)
    }

    @Test func reloadChangesTheCertificateOfNewConnections() async throws {
        let server = try ScriptedServer(echoing: ())
        try await SecureEdge.with([server]) { edge in
            let other = try edge.authority.certificate("new", names: ["DNS:localhost"])
            #expect(try edge.run("curl -sSvk URL/5").contains("CN=a\n"))
            var configuration = edge.edge.configuration
            configuration.listeners[0].certificates = [
                .init(certificate: other.certificate, key: other.key)
            ]
            try edge.edge.reload(configuration)
            try await eventually("new connections get it") { try edge.run("curl -sSvk URL/5").contains("CN=new\n") }
        }
    }
}
