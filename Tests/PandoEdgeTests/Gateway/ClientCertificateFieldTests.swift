import Testing

@testable import PandoEdge

/// What servers are told of a client's certificate.
@Suite struct ClientCertificateFieldTests {
    @Test(.timeLimit(.minutes(1)), arguments: ["--http1.1", "--http2"])
    func subjectCannotBeForged(version: String) async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, _ in response("hello") }
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("payer", names: ["DNS:payer.test"])
        let listener = ", clientCertificates: {mode: required, authorities: \"\(authority.root)\"}"
        let routes = """
            routes: [{path: /*, upstream: default, authentication: {mutualTLS: {names: "*.test", forward: X-Client}}}]
            """
        try await SecureEdge.with([server], listener: listener, routes) { edge async throws in
            let shown = "\(version) --cert \(files.certificate) --key \(files.key)"
            let answer = try edge.curl("\(shown) -H X-Client:CN=admin -H X_CLIENT:CN=admin URL/")
            #expect(answer.hasSuffix("hello"))
        }
        let told = asked.last.lowercased().split(separator: "\r\n").filter {
            $0.hasPrefix("x-client") || $0.hasPrefix("x_client")
        }
        #expect(told == ["x-client: cn=payer"])
    }
}
