import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PandoCache
import PandoDatabase
import Testing

@testable import Pando

/// What a node tells the caches in front of it.
@Suite(.timeLimit(.minutes(1))) struct CacheTagTests {
    private struct Refused: Error {}

    private func withServer(
        behind proxies: TrustedProxies,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let database = try await Database.open(.temporary())
        let hotels = Cache<Int, String>("catalog.hotels")
        var server = TestServer()
        server.proxies = proxies
        try await server.application { router in
            router.get("hotels/:id") { _, context in
                context.addCacheTags(hotels.tag(for: try context.parameters.require("id", as: Int.self)))
                return Response(status: .ok, headers: [.cacheControl: "s-maxage=60"])
            }
            router.get("plain") { _, _ in "plain" }
            router.on("hotels/:id", method: .put) { _, context in
                let id = try context.parameters.require("id", as: Int.self)
                try await database.write { tx in tx.invalidate(id, in: hotels) }
                return "done"
            }
            router.post("many") { _, _ in
                try await database.write { tx in for id in 0..<100 { tx.invalidate(id, in: hotels) } }
                return "done"
            }
            router.post("undone") { _, _ -> String in
                try await database.write { tx in
                    tx.invalidate(1, in: hotels)
                    throw Refused()
                }
            }
            router.post("failed-later") { _, _ -> String in
                try await database.write { tx in tx.invalidate(1, in: hotels) }
                throw Refused()
            }
        }.test(.live) { try await body($0) }
        await database.close()
    }

    private func behindProxy(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await withServer(behind: try #require(TrustedProxies(["127.0.0.1"])), body)
    }

    @Test func answersSayWhatTheyAreMadeOf() async throws {
        try await behindProxy { client in
            let answer = try await client.execute(uri: "/hotels/7", method: .get)
            #expect(answer.headers[.cacheTag] == "catalog.hotels/7, catalog.hotels, /")
            let plain = try await client.execute(uri: "/plain", method: .get)
            #expect(plain.headers[.cacheTag] == nil)
        }
    }

    @Test func theAnswerToAWriteSaysWhatItHasChanged() async throws {
        try await behindProxy { client in
            let one = try await client.execute(uri: "/hotels/7", method: .put)
            #expect(one.status == .ok && one.headers[.pandoInvalidate] == "catalog.hotels/7, catalog.hotels/*, /*")
            let many = try await client.execute(uri: "/many", method: .post)
            #expect(many.headers[.pandoInvalidate] == "catalog.hotels, catalog.hotels/*, /*")
            let undone = try await client.execute(uri: "/undone", method: .post)
            #expect(undone.status == .internalServerError && undone.headers[.pandoInvalidate] == nil)
        }
    }

    /// What is committed is committed, whatever the answer says then.
    @Test func anErrorAfterTheCommitSaysItToo() async throws {
        try await behindProxy { client in
            let answer = try await client.execute(uri: "/failed-later", method: .post)
            #expect(
                answer.status == .internalServerError
                    && answer.headers[.pandoInvalidate] == "catalog.hotels/1, catalog.hotels/*, /*"
            )
        }
    }

    @Test func nobodyIsToldWhereNobodyStandsInFront() async throws {
        try await withServer(behind: .none) { client in
            let read = try await client.execute(uri: "/hotels/7", method: .get)
            #expect(read.status == .ok && read.headers[.cacheTag] == nil)
            let written = try await client.execute(uri: "/hotels/7", method: .put)
            #expect(written.status == .ok && written.headers[.pandoInvalidate] == nil)
        }
    }
}
