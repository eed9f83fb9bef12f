import Testing

@testable import PandoEdge

@Suite struct TargetTemplateTests {
    /// The target that servers get; the path is put into normal form first, as a search for a route does.
    static func rewritten(_ target: String, _ pattern: String, _ rewrite: EdgeConfiguration.Rewrite) throws -> String {
        let pattern = try #require(EdgeConfiguration.PathPattern(pattern))
        let head = RouteTableTests.request("GET a.example \(target)")
        #expect(RoutePath().settle(head, slashes: .refuse))
        var scratch = Array("left over".utf8)
        TargetTemplate(rewrite, of: pattern).rewrite(head, scratch: &scratch)
        return head.text(head.target)
    }

    @Test(arguments: [
        ("/v1/a/b?q=1", "/v1/*", "/", "/a/b?q=1"), ("/v1", "/v1/*", "/", "/"), ("/v1/", "/v1/*", "/", "/"),
        ("/v1?q", "/v1/*", "/", "/?q"), ("/v1/a/", "/v1/*", "/v2", "/v2/a/"), ("/v1", "/v1/*", "/v2/", "/v2"),
        ("/a/b", "/*", "/x", "/x/a/b"), ("/t/7/x%20y", "/t/{id}/*", "/u", "/u/x%20y"), ("/a?q", "/a", "/b", "/b?q"),
        ("//v1//a/../b", "/v1/*", "/", "/b"),
    ])
    func prefixIsReplaced(_ target: String, _ pattern: String, _ prefix: String, _ expected: String) throws {
        #expect(try Self.rewritten(target, pattern, .prefix(prefix)) == expected)
    }

    @Test(arguments: [
        ("/hotels/7?q=1", "/hotels/{id}", "/api/hotel/{id}/full", "/api/hotel/7/full?q=1"),
        ("/a/x%2Dy/b/%c3%a9", "/a/{one}/b/{two}", "/{two}-{one}", "/%C3%A9-x-y"),
        ("/t/7/rest/of/it", "/t/{id}/*", "/{id}", "/7"), ("/x", "/*", "/fixed", "/fixed"),
    ])
    func pathIsMadeOfTheNamesOfThePattern(_ target: String, _ pattern: String, _ path: String, _ expected: String)
        throws
    {
        #expect(try Self.rewritten(target, pattern, .path(path)) == expected)
    }

    @Test func redirectsAreRendered() throws {
        func location(_ to: String, _ pattern: String = "/*") throws -> String {
            let pattern = try #require(EdgeConfiguration.PathPattern(pattern))
            let head = RouteTableTests.request("GET a.example:80 /h/7/x?a=b")
            var bytes: [UInt8] = []
            TargetTemplate(EdgeConfiguration.Redirect(to: to), of: pattern).render(head, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try location("https://{host}{path}{query}") == "https://a.example:80/h/7/x?a=b")
        #expect(try location("/hotels/{id}", "/h/{id}/*") == "/hotels/7")
        #expect(try location("/new") == "/new")
    }
}
