import Testing

@testable import PandoEdge

/// RFC 9111 §4.4.
@Suite struct InvalidationTests {
    private func keys(
        _ fields: [String] = [],
        status: Int = 200,
        method: String = "POST",
        target: String = "/a/b?c=1"
    ) throws -> [String] {
        Invalidation.keys(
            request: try makeRequest([], target, method: method),
            response: try makeResponse(fields, status: status),
            isTLS: false,
            hasher: testHasher
        ).map(\.text)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH"])
    func unsafeMethodInvalidatesItsTarget(_ method: String) throws {
        #expect(try keys(method: method) == ["http://example.org/a/b?c=1"])
        #expect(try keys(status: 303, method: method) == ["http://example.org/a/b?c=1"])
    }

    @Test(arguments: ["GET", "HEAD", "OPTIONS", "QUERY"])
    func safeMethodInvalidatesNothing(_ method: String) throws {
        #expect(try keys(method: method, target: "/").isEmpty)
    }

    @Test(arguments: [400, 404, 500, 503])
    func errorInvalidatesNothing(_ status: Int) throws {
        #expect(try keys(status: status).isEmpty)
    }

    @Test(arguments: [
        ("/x?y#z", "/x?y"), ("x", "/a/x"), ("../x", "/x"), ("../../../x/./y/..", "/x/"), ("?q", "/a/b?q"),
        ("", "/a/b?c=1"),
        ("//EXAMPLE.org:80/x", "/x"), ("HTTP://example.org", "/"), ("http://example.org?q", "/?q"),
        ("x?u=http://other", "/a/x?u=http://other"),
    ])
    func locationsOfTheSameOriginAreInvalid(_ reference: String, _ path: String) throws {
        for name in ["Location", "Content-Location"] {
            let found = try keys(["\(name): \(reference)"])
            #expect(Set(found) == ["http://example.org/a/b?c=1", "http://example.org" + path])
        }
    }

    @Test(arguments: [
        "https://example.org/x", "http://example.org:8080/x", "//other.org/x", "http://example.org.evil/x",
        "mailto:a@b",
        "http://", "ftp://example.org/x", "http://evil@example.org/x",
    ])
    func locationsOfOthersAreNot(_ reference: String) throws {
        #expect(try keys(["Location: " + reference]) == ["http://example.org/a/b?c=1"])
    }
}
