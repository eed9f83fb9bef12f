import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// TLS from the edge to servers; the server is another edge.
@Suite(.timeLimit(.minutes(1))) struct UpstreamTLSTests {
    /// Runs an edge whose upstream is an edge that speaks TLS.
    ///
    /// - Parameter tls: Keys of the upstream's `tls`.
    private func withTwoEdges(
        _ tls: (TestAuthority) -> String,
        listener: String = "",
        log: String = "off",
        _ body: (RawConnection, SecureEdge) async throws -> Void
    ) async throws {
        try await SecureEdge.with([ScriptedServer(echoing: ())], listener: listener) { secure in
            let upstream = "{servers: [\"127.0.0.1:\(secure.port)\"], tls: {\(tls(secure.authority))}}"
            try await withEdge("upstream: \(upstream)\naccessLog: \(log)") { _, port in
                try await body(RawConnection(port: port), secure)
            }
        }
    }

    @Test func requestsGoOverOneVerifiedConnection() async throws {
        try await withTwoEdges({ "authorities: \"\($0.root)\"" }) { client, secure in
            for count in [3, 70_000, 5] {
                client.send("GET /\(count) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(client.read(count).count == count)
            }
        }
    }

    @Test func bodiesGoUp() async throws {
        try await withTwoEdges({ "authorities: \"\($0.root)\", name: a.test" }) { client, _ in
            let body = [UInt8](repeating: 1, count: 1_000_000)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
            client.send(body)
            _ = client.readHead()
            #expect(client.readThrough(" 16960") == "1000000 16960")
        }
    }

    @Test(arguments: ["", ", name: other.test"])
    func serverThatNobodyVouchesForIsRefused(more: String) async throws {
        // Without an authority of the test it is the signature that is wrong, with it the name.
        let tls =
            { more.isEmpty ? "verify: true, name: a.test" : "authorities: \"\($0.root)\"\(more)" }
            as (TestAuthority) -> String
        let files = try EdgeFiles()
        try await withTwoEdges(tls, log: "{file: \(files.folder)/log}") { client, _ in
            client.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 502 "))
        }
        let reason = more.isEmpty ? "nobody we trust signed" : "is for another name"
        #expect(try files.lines("log").first?.text("problem")?.contains(reason) == true)
    }

    @Test func verificationCanBeLeftOut() async throws {
        try await withTwoEdges({ _ in "verify: false" }) { client, _ in
            client.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func edgeShowsItsCertificate() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("payer", names: ["DNS:payer.test"])
        let shown = ", certificate: \"\(files.certificate)\", key: \"\(files.key)\""
        let listener = ", clientCertificates: {mode: required, authorities: \"\(authority.root)\"}"
        for (own, status) in [(shown, "200"), ("", "502")] {
            try await withTwoEdges({ "authorities: \"\($0.root)\"\(own)" }, listener: listener) { client, _ in
                client.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().hasPrefix("HTTP/1.1 \(status) "))
            }
        }
    }
}
