import Foundation
import Logging
import Synchronization
import Testing

@testable import PandoEdge

/// Keys of tokens: what is read, what is refused, where they come from.
@Suite struct TokenKeyTests {
    private static let point =
        "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

    private func set(_ keys: String) throws(KeySetFault) -> KeySet {
        try KeySet(reading: Array("{\"keys\":[\(keys)]}".utf8), takesSecrets: true)
    }

    /// RFC 7515, appendix A.3.
    @Test func tokenOfTheStandardIsVerified() throws {
        let token = Array(
            ("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
                + "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q").utf8
        )
        let keys = try set("{\"kty\":\"EC\",\"crv\":\"P-256\",\(Self.point)}")
        try token.withUnsafeBufferPointer { token in
            let signed = try SignedToken(token)
            let key = try #require(keys.key(nil, signed.algorithm))
            let message = UnsafeBufferPointer(rebasing: token[..<signed.signedCount])
            #expect(key.verifies(signed.signature, of: message, by: .es256))
            #expect(try signed.claims()["iss"] == .string("joe"))
            var other = signed.signature
            other[10] ^= 1
            #expect(!key.verifies(other, of: message, by: .es256))
        }
    }

    @Test(arguments: [
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}", "is no point of its curve"),
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\(point),\"d\":\"AAAA\"}", "is a private one"),
        ("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "no RSA key of 2048"),
        ("{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}", "a secret of less than 32 bytes"),
        ("{\"crv\":\"P-256\"}", "has no 'kty'"), ("3", "a key is a number"),
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\(point),\"use\":\"enc\"}", "no key that verifies tokens"),
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\(point),\"key_ops\":[\"sign\"]}", "no key that verifies tokens"),
        ("", "no key"),
    ])
    func keysThatAreNoneAreRefused(key: String, problem: String) throws {
        let fault = #expect(throws: KeySetFault.self) { try set(key) }
        #expect(fault?.problem.contains(problem) ?? false, "\(fault?.problem ?? "")")
    }

    @Test func algorithmIsTheKeysAndNotTheTokens() throws {
        let key = "\"kty\":\"EC\",\"crv\":\"P-256\",\(Self.point)"
        let keys = try set("{\(key),\"kid\":\"a\"},{\(key),\"kid\":\"b\",\"alg\":\"ES256\"}")
        #expect(keys.key("a", .es256) != nil && keys.key("a", .es384) == nil && keys.key("a", .hs256) == nil)
        #expect(keys.key("c", .es256) == nil)
        #expect(keys.key(nil, .es256) == nil, "it could be of either")
    }

    @Test func secretsComeFromFilesAlone() throws {
        let bytes = Array(TokenForge.shared.jwks.utf8)
        #expect(try KeySet(reading: bytes, takesSecrets: true).key("secret", .hs256) != nil)
        #expect(try KeySet(reading: bytes, takesSecrets: false).key("secret", .hs256) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func keysOfAURLAreAskedFor() async throws {
        let forge = TokenForge.shared
        let isOpen = Mutex(false)
        let fetcher = KeyFetcher { url in
            guard url == "https://login.example/keys", isOpen.withLock({ $0 }) else { throw KeySetFault("not now") }
            return Array(forge.jwks.utf8)
        }
        let source = try KeySource(.url("https://login.example/keys"), every: .seconds(60), "routes[0]")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(source.current.keys == nil)
        source.look(at: 1, fetcher, logger)
        isOpen.withLock { $0 = true }
        // It failed, or not yet: it is asked again after a pause.
        #expect(
            try await holds {
                source.look(at: 20_000_000_000, fetcher, logger)
                return source.current.keys != nil
            }
        )
        #expect(source.current.number == 1)
    }

    @Test(.timeLimit(.minutes(1))) func requestsWaitForNobodyWhereKeysHaveNotCome() async throws {
        let text = """
            listen: "127.0.0.1:0"
            workers: 1
            drainTimeout: 0s
            accessLog: off
            upstream: ["127.0.0.1:9"]
            routes: [{path: /*, authentication: {jwt: {keys: "https://login.example/keys", audience: a, issuer: i}}}]

            """
        let edge = try Edge(try decoded(text), fetcher: KeyFetcher { _ in throw KeySetFault("not now") })
        let port = try #require(edge.addresses.first?.port)
        let answer = try get(port, "/", "Authorization: Bearer \(TokenForge.shared.token())\r\n")
        await edge.stop()
        #expect(answer.status == "503" && answer.field("retry-after") == "1")
    }

    @Test(.timeLimit(.minutes(1))) func keysComeOverTLSThatIsVerified() async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("keys", names: ["DNS:localhost", "IP:127.0.0.1"])
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: https, certificates: [{certificate: "\(files.certificate)", key: "\(files.key)"}]}]
            workers: 1
            drainTimeout: 0s
            accessLog: off
            routes: [{path: /keys, respond: {status: 200, body: '{"keys": []}'}}, {path: /*, redirect: /keys}]

            """
        let edge = try Edge(try decoded(text))
        let port = try #require(edge.addresses.first?.port)
        let fetcher = KeyFetcher.https(roots: authority.root)
        let bytes = try await fetcher.fetch("https://localhost:\(port)/keys")
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"keys\": []}")
        await #expect(throws: (any Error).self) { try await fetcher.fetch("https://localhost:\(port)/elsewhere") }
        await #expect(throws: (any Error).self) { try await KeyFetcher.https().fetch("https://localhost:\(port)/keys") }
        await edge.stop()
    }
}
