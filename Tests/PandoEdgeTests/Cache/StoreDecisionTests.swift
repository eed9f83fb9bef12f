import Testing

@testable import PandoEdge

/// RFC 9111 §3, §3.1, §3.5, §5.2.2 and §7.3.
@Suite struct StoreDecisionTests {
    private func refusal(_ fields: [String], _ request: [String] = [], status: Int = 200, method: String = "GET") throws
        -> StoreRefusal?
    {
        decide(try makeResponse(fields, status: status), to: try makeRequest(request, method: method)).refusal
    }

    private let fresh = "Cache-Control: max-age=60"

    /// §3: what may be stored needs a lifetime, or a way to be validated.
    @Test func answerThatSaysNothingIsNotStored() throws {
        #expect(try refusal([]) == .noLifetime)
        #expect(try refusal([fresh]) == nil)
        #expect(try refusal(["ETag: \"a\""]) == nil)
        #expect(try refusal(["Cache-Control: max-age=0"]) == .noLifetime)
        #expect(try refusal(["Cache-Control: max-age=10", "Age: 20"]) == .noLifetime)
        #expect(try refusal(["Cache-Control: max-age=10, stale-while-revalidate=30", "Age: 20"]) == nil)
    }

    @Test(arguments: ["POST", "PUT", "HEAD", "QUERY", "FOO"])
    func otherMethodsAreNotStored(_ method: String) throws {
        #expect(try refusal([fresh], method: method) == .method)
    }

    @Test(arguments: [304, 407, 412, 416, 417, 428, 429, 431, 511])
    func statusOfOneRequestIsNotStored(_ status: Int) throws {
        #expect(try refusal([fresh], status: status) == .status)
    }

    @Test func directivesThatForbid() throws {
        #expect(try refusal(["Cache-Control: max-age=60, no-store"]) == .noStore)
        #expect(try refusal(["Cache-Control: max-age=60, private"]) == .isPrivate)
        #expect(try refusal(["Cache-Control: public, private"]) == .isPrivate)
        #expect(try refusal([fresh], ["Cache-Control: no-store"]) == .requestNoStore)
        #expect(try refusal([fresh, "Vary: *"]) == .vary)
    }

    /// §5.2.2.4: no-cache is stored only if it can be validated.
    @Test func noCacheNeedsAValidator() throws {
        #expect(try refusal(["Cache-Control: no-cache, max-age=60"]) == .noLifetime)
        #expect(try refusal(["Cache-Control: no-cache", "ETag: \"a\""]) == nil)
    }

    /// §5.2.2.3.
    @Test func mustUnderstand() throws {
        #expect(try refusal(["Cache-Control: max-age=60, must-understand, no-store"]) == nil)
        #expect(try refusal(["Cache-Control: max-age=60, must-understand"], status: 299) == .status)
        #expect(try refusal([fresh], status: 299) == nil)
    }

    /// §3.5.
    @Test func credentialsNeedLeave() throws {
        let credentials = ["Authorization: Basic eDp5"]
        #expect(try refusal([fresh], credentials) == .authorization)
        #expect(try refusal(["Cache-Control: max-age=60, proxy-revalidate"], credentials) == .authorization)
        for leave in ["public, max-age=60", "must-revalidate, max-age=60", "s-maxage=60"] {
            #expect(try refusal(["Cache-Control: " + leave], credentials) == nil)
        }
    }

    /// §7.3 leaves cookies to whoever runs the cache.
    @Test func cookiesFollowTheRule() throws {
        let cookie = "Set-Cookie: session=1"
        #expect(try refusal([fresh, cookie]) == .cookies)
        #expect(try refusal(["Cache-Control: public, max-age=60", cookie]) == nil)
        #expect(try refusal(["Cache-Control: s-maxage=60", cookie]) == nil)
        #expect(try refusal(["CDN-Cache-Control: max-age=60", cookie]) == nil)
        #expect(try refusal(["Cache-Control: max-age=60, no-cache=\"set-cookie\"", cookie]) == nil)
        var rules = CacheRules()
        rules.cookies = .store
        #expect(decide(try makeResponse([fresh, cookie]), to: try makeRequest(), rules: rules).terms != nil)
        rules.cookies = .refuse
        let shared = try makeResponse(["Cache-Control: public, max-age=60", cookie])
        #expect(decide(shared, to: try makeRequest(), rules: rules).refusal == .cookies)
    }

    /// §3.3, §3.4: a partial answer needs its place in the whole.
    @Test func partialAnswerNeedsItsPlace() throws {
        let part = "Content-Range: bytes 0-4/10"
        #expect(try refusal([fresh, part], ["Range: bytes=0-4"], status: 206) == nil)
        #expect(try refusal([fresh, part], status: 206) == .range)
        #expect(try refusal([fresh], ["Range: bytes=0-4"], status: 206) == .range)
        #expect(try refusal([fresh, "Content-Range: bytes 0-10/10"], ["Range: bytes=0-"], status: 206) == .range)
    }

    /// §3.1.
    @Test func fieldsOfTheConnectionAreNotStored() throws {
        let response = try makeResponse([
            fresh, "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: 5", "Proxy-Authenticate: a", "TE: x", "Upgrade: y",
            "Proxy-Authentication-Info: b", "Proxy-Authorization: c", "Transfer-Encoding: chunked", "Age: 5",
            "X-Kept: 2", "Set-Cookie: a=b", "Proxy-Connection: z",
        ])
        _ = try ConnectionOptions(response)
        let head = StoredHead(response, withheld: ["set-cookie"], date: testNow.seconds)
        #expect(
            String(decoding: head.bytes, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\ncache-control: max-age=60\r\nx-kept: 2\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        )
        #expect(head.fields.map { $0.id } == [.cacheControl, .other, .date])
    }

    @Test func entryIsReadyToBeWritten() throws {
        let entry = try makeEntry(try makeResponse([fresh, "Content-Length: 5"]), to: try makeRequest())
        let text = entry.text(.whole, at: testNow)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.hasSuffix("Content-Length: 5\r\n\r\n"))
        #expect(text.lowercased().components("content-length").count == 2)
    }
}

extension String {
    func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
