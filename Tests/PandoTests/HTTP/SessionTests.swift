import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PandoCache
import PandoDatabase
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    private func withServer(
        _ body: @Sendable (any TestClientProtocol, SessionStore) async throws -> Void
    ) async throws {
        let database = try await Database.open(.temporary())
        let sessions = try await SessionStore.open(database: database)
        var server = TestServer()
        server.sessions = sessions
        server.proxies = try #require(TrustedProxies(["127.0.0.1"]))
        try await server.application { router in
            router.post("login") { request, context in
                let token = try await context.logIn("ada", cookie: request.uri.query != "bearer")
                return token.text
            }
            router.post("logout") { _, context in
                try await context.logOut()
                return "out"
            }
            router.get("me") { _, context in try context.requireSubject() }
        }.test(.live) { client in try await body(client, sessions) }
        await database.close()
    }

    private func cookie(_ response: TestResponse) throws -> (pair: String, attributes: String) {
        let field = try #require(response.headers[.setCookie])
        let parts = field.split(separator: ";", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    @Test func cookieLogsInAndOut() async throws {
        try await withServer { client, _ in
            #expect(try await client.execute(uri: "/me", method: .get).status == .unauthorized)
            let login = try await client.execute(uri: "/login", method: .post)
            let cookie = try cookie(login)
            #expect(cookie.pair.hasPrefix("session="))
            #expect(cookie.attributes.hasPrefix(" Path=/; HttpOnly; SameSite=Lax; Max-Age="))
            #expect(login.headers[.cacheControl] == "no-store")
            let fields: HTTPFields = [.cookie: "a=b; \(cookie.pair); session2=x"]
            let me = try await client.execute(uri: "/me", method: .get, headers: fields)
            #expect(String(buffer: me.body) == "ada")
            let out = try await client.execute(uri: "/logout", method: .post, headers: fields)
            #expect(try self.cookie(out).attributes.contains("Max-Age=0"))
            #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .unauthorized)
        }
    }

    @Test func loginUnderAPlantedSessionMakesANewOne() async throws {
        try await withServer { client, _ in
            let planted = try cookie(try await client.execute(uri: "/login", method: .post))
            let login = try await client.execute(uri: "/login", method: .post, headers: [.cookie: planted.pair])
            #expect(try cookie(login).pair != planted.pair)
            let old = try await client.execute(uri: "/me", method: .get, headers: [.cookie: planted.pair])
            #expect(old.status == .unauthorized)
        }
    }

    @Test func overTLSOnlyTheHostCookieCounts() async throws {
        try await withServer { client, _ in
            let secure: HTTPFields = [.xForwardedProto: "https", .xForwardedFor: "203.0.113.1"]
            let login = try await client.execute(uri: "/login", method: .post, headers: secure)
            let cookie = try cookie(login)
            #expect(cookie.pair.hasPrefix("__Host-session="))
            #expect(cookie.attributes.contains("Secure"))
            let token = String(cookie.pair.dropFirst("__Host-session=".count))
            var fields = secure
            fields[.cookie] = "session=\(token)"
            #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .unauthorized)
            fields[.cookie] = cookie.pair
            #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .ok)
        }
    }

    @Test func bearerTokenWorksAcrossSitesAndSetsNoCookie() async throws {
        try await withServer { client, _ in
            let login = try await client.execute(uri: "/login?bearer", method: .post)
            #expect(login.headers[.setCookie] == nil)
            let fields: HTTPFields = [
                .authorization: "Bearer \(String(buffer: login.body))", .secFetchSite: "cross-site",
            ]
            #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .ok)
            #expect(try await client.execute(uri: "/logout", method: .post, headers: fields).status == .ok)
        }
    }

    @Test func otherSitesChangeNothing() async throws {
        try await withServer { client, _ in
            let cookie = try cookie(try await client.execute(uri: "/login", method: .post))
            let fields: HTTPFields = [.cookie: cookie.pair, .secFetchSite: "cross-site", .origin: "https://evil.com"]
            let refused = try await client.execute(uri: "/logout", method: .post, headers: fields)
            #expect(refused.status == .forbidden)
            let me = try await client.execute(uri: "/me", method: .get, headers: [.cookie: cookie.pair])
            #expect(me.status == .ok)
        }
    }

    @Test func tamperedTokensOpenNothing() async throws {
        try await withServer { client, _ in
            let cookie = try cookie(try await client.execute(uri: "/login", method: .post)).pair
            var changed = Array(cookie.utf8)
            changed[20] = changed[20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let tampered = [
                String(decoding: changed, as: UTF8.self), cookie + "x", String(cookie.dropLast()), "session=",
                "session=\"\"", "session=' OR 1=1 --", "session=" + String(repeating: "A", count: 4000), "session",
                "=;;;=", "session=%00",
            ]
            for one in tampered {
                let answer = try await client.execute(uri: "/me", method: .get, headers: [.cookie: one])
                #expect(answer.status == .unauthorized, "\(one)")
            }
        }
    }
}
