import Crypto
import Foundation
import Testing

@testable import PandoEdge

/// Tokens of requests, on real sockets.
@Suite struct TokenTests {
    let forge = TokenForge.shared

    /// Runs an edge whose one route asks for tokens.
    private func withShop(
        _ jwt: String = "",
        _ more: String = "",
        _ body: (TestFolder, Int, Asked) async throws -> Void
    ) async throws {
        let folder = try TestFolder()
        let keys = try folder.write("keys.json", forge.jwks)
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, _ in response("hello") }
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]}}
            routes: [{path: /*, upstream: a, authentication: {jwt: {keys: "\(keys)"\(jwt)}}\(more)}]
            """
        try await withEdge(text) { _, port in
            try await body(folder, port, asked)
            withExtendedLifetime(server) {}
        }
    }

    private func ask(_ port: Int, _ token: String, _ fields: String = "") throws -> Answer {
        try get(port, "/", "Authorization: Bearer \(token)\r\n\(fields)")
    }

    private func same(
        _ one: String,
        _ other: String,
        _ comment: Comment? = nil,
        at place: SourceLocation = #_sourceLocation
    ) {
        #expect(one == other, comment, sourceLocation: place)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("ES256", "p256"), ("ES384", "p384"), ("ES512", "p521"), ("EdDSA", "ed"), ("RS256", "rsa"),
            ("RS512", "rsa"),
            ("PS256", "rsa"), ("PS384", "rsa"), ("HS256", "secret"), ("HS512", "secret"),
        ]
    )
    func goodTokenOpensTheRoute(algorithm: String, kid: String) async throws {
        try await withShop { _, port, asked in
            let token = forge.token("", algorithm, kid: kid)
            for _ in 0..<2 { try same(ask(port, token).body, "hello") }
            #expect(asked.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(1))) func badTokensAreNeverPassedOn() async throws {
        let good = forge.token("\"iss\":\"i\",\"aud\":[\"x\",\"shop\"]")
        let parts = good.split(separator: ".").map(String.init)
        let claims = "\"iss\":\"i\",\"aud\":\"shop\""
        // The public key as a secret: what confuses verifiers that let the token choose.
        let confused = TokenForge.text("{\"alg\":\"HS256\",\"kid\":\"p256\"}".utf8) + "." + parts[1]
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(confused.utf8),
            using: SymmetricKey(data: forge.p256.publicKey.rawRepresentation)
        )
        let none = TokenForge.text("{\"alg\":\"none\"}".utf8) + "." + parts[1] + "."
        let bad = [
            "none": none, "none with a signature": none + parts[2], "confused": confused + "." + TokenForge.text(code),
            "another algorithm": forge.token(claims, "RS256", kid: "p256"),
            "unknown kid": forge.token(claims, kid: "nobody"), "no kid of two": forge.token(claims, "RS999", kid: nil),
            "changed claims": parts[0] + "."
                + TokenForge.text("{\"aud\":\"shop\",\"iss\":\"i\",\"exp\":9999999999}".utf8)
                + "." + parts[2],
            "no signature": parts[0] + "." + parts[1] + ".", "two parts": parts[0] + "." + parts[1],
            "padded": good + "=", "expired": forge.token(claims + ",\"exp\":\(forge.now - 31)"),
            "not yet": forge.token(claims + ",\"nbf\":\(forge.now + 90)"),
            "never expires": forge.token(claims + ",\"exp\":null"),
            "wrong audience": forge.token("\"iss\":\"i\",\"aud\":\"bank\""),
            "no audience": forge.token("\"iss\":\"i\""),
            "wrong issuer": forge.token("\"iss\":\"j\",\"aud\":\"shop\""),
            "extension": forge.token(claims, header: ",\"crit\":[\"b64\"],\"b64\":false"),
            "another type": forge.token(claims, header: ",\"typ\":\"logout+jwt\""),
            "oversize": forge.token(claims + ",\"x\":\"" + String(repeating: "x", count: 8_192) + "\""),
            "twice": forge.token(claims + ",\"aud\":\"bank\""), "nothing": "", "text": "hello",
        ]
        try await withShop(", issuer: i, audience: shop") { _, port, asked in
            try same(ask(port, good).status, "200")
            for (name, token) in bad {
                let answer = try ask(port, token)
                #expect(answer.status == "401", "\(name)")
                let challenge = answer.field("www-authenticate") ?? ""
                #expect(challenge.hasPrefix("Bearer realm=\"api\", error=\"invalid_"), "\(name): \(challenge)")
            }
            #expect(asked.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func requestWithoutTokenIsChallenged() async throws {
        try await withShop { _, port, asked in
            for fields in ["", "Authorization: Basic abc\r\n"] {
                let answer = try get(port, "/", fields)
                #expect(answer.status == "401" && answer.field("www-authenticate") == "Bearer realm=\"api\"")
            }
            let token = forge.token()
            try same(ask(port, token, "Authorization: Bearer \(token)\r\n").status, "401", "two fields")
            try same(get(port, "/?access_token=\(token)").status, "401", "in the query")
            #expect(asked.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1))) func optionalTokenMayBeMissingAndNotBad() async throws {
        try await withShop(", optional: true, forward: {sub: X-User}") { _, port, asked in
            try same(get(port, "/", "X-User: admin\r\n").status, "200")
            #expect(!asked.last.lowercased().contains("x-user"))
            try same(ask(port, "bad").status, "401")
            #expect(asked.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func claimsAreToldInFieldsThatClientsCannotForge() async throws {
        try await withShop(", forward: {sub: X-User, roles: X-Roles, level: X-Level}") { _, port, asked in
            let forged = "X-User: admin\r\nx_user: admin\r\nX-ROLES: all\r\nX-Level: 9\r\n"
            let token = forge.token("\"sub\":\"u-1\",\"roles\":[\"a\",\"b\"]")
            try same(ask(port, token, forged).status, "200")
            let head = asked.last.lowercased()
            #expect(head.contains("x-user: u-1\r\n") && head.contains("x-roles: a,b\r\n"))
            #expect(!head.contains("admin") && !head.contains("x-level") && !head.contains(": all"))
            let split = forge.token("\"sub\":\"a\\r\\nX-Evil: 1\"")
            try same(ask(port, split).status, "401", "a claim that would be two fields")
        }
    }

    @Test(.timeLimit(.minutes(1))) func trailersCannotForgeAClaim() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            let body = connection.readThrough("\r\n\r\n")
            connection.send(response(body.lowercased().contains("admin") ? "forged" : "clean"))
        }
        let folder = try TestFolder()
        let keys = try folder.write("keys.json", forge.jwks)
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]}}
            routes: [{path: /*, upstream: a, authentication: {jwt: {keys: "\(keys)", forward: {sub: X-User}}}}]
            """
        try await withEdge(text) { _, port in
            let client = try RawConnection(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(forge.token())\r\n")
            client.send("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-User: admin\r\nX-Sum: 1\r\n\r\n")
            _ = client.readHead()
            #expect(client.text(5) == "clean")
        }
    }

    @Test(.timeLimit(.minutes(1))) func missingClaimIsForbidden() async throws {
        try await withShop(", require: {scope: [read, write], tenant: any}") { _, port, _ in
            let tenant = "\"tenant\":3"
            try same(ask(port, forge.token("\"scope\":\"openid write\",\(tenant)")).status, "200")
            for claims in ["\"scope\":\"writer\",\(tenant)", tenant, "\"scope\":\"read\""] {
                let answer = try ask(port, forge.token(claims))
                #expect(answer.status == "403")
                #expect(answer.field("www-authenticate")?.contains("insufficient_scope") ?? false)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func ratesAreCountedBySubject() async throws {
        try await withShop("", ", limits: {rate: {rate: 2/h, by: subject}}") { _, port, _ in
            let (one, other) = (forge.token("\"sub\":\"1\""), forge.token("\"sub\":\"2\""))
            // Another token of the same subject is the same client.
            let renewed = forge.token("\"sub\":\"1\",\"jti\":\"x\"")
            #expect(try [one, renewed, one].map { try ask(port, $0).status } == ["200", "200", "429"])
            try same(ask(port, other).status, "200")
        }
    }

    @Test(.timeLimit(.minutes(1))) func keysAreReadAgainWhenTheirFileChanges() async throws {
        try await withShop { folder, port, _ in
            let old = forge.token()
            try same(ask(port, old).status, "200")
            let (next, lone) = (TokenForge(), "{\"keys\":[]}")
            // A set that cannot be used changes nothing.
            try folder.write("keys.json", lone)
            try folder.write("keys.json", next.jwks)
            #expect(try await holds { try ask(port, old).status == "401" }, "known tokens are forgotten with their key")
            try same(ask(port, next.token()).status, "200")
        }
    }
}
