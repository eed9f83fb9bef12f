import Testing

@testable import PandoEdge

/// Answers that name what the cache must forget.
@Suite(.timeLimit(.minutes(1))) struct InvalidationFieldTests {
    @Test func clientsDoNotSeeThemWithoutACache() async throws {
        let server = try ScriptedServer(Asked()) { _, _ in response("done", "Pando-Invalidate: hotel/7\r\n") }
        try await withEdge([server]) { port in
            let written = try get(port, "/book", "Content-Length: 0\r\n", method: "POST")
            #expect(written.body == "done" && written.field("pando-invalidate") == nil)
        }
    }

    @Test func anAnswerToAWritePurgesTheTagsThatItNames() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { head, number in
            if head.hasPrefix("POST") { return response("done", "Pando-Invalidate: other, hotel/7\r\nX-Kept: 1\r\n") }
            if head.hasPrefix("GET /lie") { return response("\(number)", "Pando-Invalidate: hotel/7\r\n") }
            return response("\(number)", "Cache-Control: max-age=60\r\nCache-Tag: hotel/7\r\n")
        }
        try await withCachedEdge(server) { _, port in
            let first = try get(port, "/hotel")
            #expect(try get(port, "/hotel").body == first.body)
            // A read changes nothing, whatever its answer says.
            _ = try get(port, "/lie")
            #expect(try get(port, "/hotel").isHit)
            let written = try get(port, "/book", "Content-Length: 0\r\n", method: "POST")
            #expect(written.body == "done" && written.field("x-kept") == "1")
            #expect(written.field("pando-invalidate") == nil)
            let second = try get(port, "/hotel")
            #expect(!second.isHit && second.body != first.body)
        }
    }
}
