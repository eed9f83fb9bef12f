import HTTPTypes
import NIOHTTP1
import Testing

@testable import Pando

@Suite struct HeadCheckTests {
    private func check(
        _ fields: [(String, String)],
        method: HTTPMethod = .POST,
        uri: String = "/",
        version: HTTPVersion = .http1_1,
        limits: HTTPLimits = HTTPLimits()
    ) -> Result<HeadCheck, Problem> {
        let head = HTTPRequestHead(version: version, method: method, uri: uri, headers: HTTPHeaders(fields))
        return Result { () throws(Problem) in try HeadCheck(head, limits: limits) }
    }

    private func code(_ result: Result<HeadCheck, Problem>) -> ProblemCode? {
        if case .failure(let problem) = result { problem.code } else { nil }
    }

    @Test func readsWhatDecidesOverFraming() throws {
        let head = try check([("host", "h:1"), ("CONTENT-LENGTH", "12"), ("Expect", "100-Continue")], uri: "/a?b").get()
        #expect(head.authority == "h:1")
        #expect(head.contentLength == 12)
        #expect(head.expectsContinue)
        #expect(head.target == "/a?b")
    }

    @Test(arguments: [
        [("Host", "h"), ("Content-Length", "1"), ("Content-Length", "1")],
        [("Host", "h"), ("Content-Length", "1, 1")],
        [("Host", "h"), ("Content-Length", "+1")],
        [("Host", "h"), ("Content-Length", "-1")],
        [("Host", "h"), ("Content-Length", "0x1")],
        [("Host", "h"), ("Content-Length", "")],
        [("Host", "h"), ("Content-Length", "99999999999999999999")],
        [("Host", "h"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
        [("Host", "h"), ("Transfer-Encoding", "gzip, chunked")],
        [("Host", "h"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Host", "h"), ("Transfer-Encoding", "xchunked")],
        [("Host", "h"), ("Transfer-Encoding", "identity")],
        [("Host", "a"), ("Host", "b")],
        [("Host", "h"), ("Host", "h")],
        [("Host", "")],
        [("Host", "a b")],
        [("Host", "a/b")],
        [("Host", "user@h")],
        [],
    ]) func refusesAmbiguousFraming(fields: [(String, String)]) {
        #expect(code(check(fields)) == .malformedRequest)
    }

    @Test func refusesChunkedInHTTP10() {
        #expect(code(check([("Transfer-Encoding", "chunked")], version: .http1_0)) == .malformedRequest)
        #expect(code(check([], method: .GET, version: .http1_0)) == nil)
    }

    @Test func absoluteTargetMustAgreeWithHost() throws {
        #expect(code(check([("Host", "a")], uri: "http://b/x")) == .malformedRequest)
        let head = try check([("Host", "A")], uri: "http://a/x").get()
        #expect(head.target == "/x")
    }

    @Test func limitsHaveTheirOwnAnswers() {
        var limits = HTTPLimits()
        limits.targetBytes = 10
        limits.fieldCount = 2
        limits.bodyBytes = 5
        #expect(code(check([("Host", "h")], uri: "/1234567890", limits: limits)) == .targetTooLong)
        #expect(code(check([("Host", "h"), ("A", "1"), ("B", "2")], limits: limits)) == .headTooLarge)
        #expect(code(check([("Host", "h"), ("Content-Length", "6")], limits: limits)) == .bodyTooLarge)
        #expect(code(check([("Host", "h"), ("Expect", "miracle")])) == .expectationFailed)
        #expect(code(check([("Host", "h")], method: .CONNECT, uri: "h:443")) == .methodNotAllowed)
    }
}
