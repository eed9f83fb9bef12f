import Testing

@testable import PandoEdge

/// All that a gateway asks for on one route, over both versions of HTTP and TLS.
@Suite struct GatewayTests {
    private static let description = """
        openapi: 3.1.0
        paths:
          /orders:
            post:
              requestBody:
                content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}
        """

    @Test(.timeLimit(.minutes(1)), arguments: ["--http1.1", "--http2"])
    func everythingHoldsTogether(version: String) async throws {
        let forge = TokenForge.shared
        let folder = try TestFolder()
        let keys = try folder.write("keys.json", forge.jwks)
        let file = try folder.write("api.yaml", Self.description)
        let asked = Asked()
        let server = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                let body = String(decoding: ScriptedServer.body(connection, head), as: UTF8.self)
                asked.note(head + body)
                connection.send(response("{\"order\":\(body),\"secret\":1}", "Content-Type: application/json\r\n"))
            }
        }
        let routes = """
            routes:
              - path: /*
                upstream: default
                authentication: {jwt: {keys: "\(keys)", audience: shop, forward: {sub: X-User}}}
                cors: {origins: "https://app.example", methods: POST, headers: [Authorization, Content-Type]}
                openAPI: "\(file)"
                shape: {drop: secret}
            """
        try await SecureEdge.with([server], routes) { edge async throws in
            let token = forge.token("\"aud\":\"shop\",\"sub\":\"u\"")
            let call =
                "\(version) -H Origin:https://app.example -H Content-Type:application/json -H Authorization:Bearer\u{A0}"
            func post(_ token: String, _ body: String) throws -> String {
                let words = call.split(separator: " ").map { String($0).replacing("\u{A0}", with: " \(token)") }
                let fixed = ["curl", "-sS", "-i", "--cacert", edge.authority.root] + words
                return try ChildProcess.run(fixed + ["-d", body, "https://localhost:\(edge.port)/orders"]).output
            }
            let good = try post(token, "{\"n\":1}")
            #expect(good.hasSuffix("{\"order\":{\"n\":1}}"), "\(good)")
            #expect(good.contains("access-control-allow-origin: https://app.example"))
            #expect(asked.last.contains("x-user: u\r\n") && asked.last.hasSuffix("{\"n\":1}"))
            let bad = try post(token, "{\"n\":\"1\"}")
            #expect(bad.contains(" 400") && bad.contains("\"pointer\":\"#/n\""))
            #expect(try edge.curl("\(version) -X POST -H Content-Type:application/json URL/orders").contains(" 401"))
            let fields = "-H Origin:https://app.example -H Access-Control-Request-Method:POST"
            #expect(try edge.curl("\(version) -X OPTIONS \(fields) URL/orders").contains(" 204"))
            #expect(asked.count == 1)
        }
    }
}
