import Testing

@testable import PandoEdge

/// RFC 9110 §13.2.2, §14 and §15.4.5; RFC 9111 §3.4, §4.3.2 and §5.1.
@Suite struct ServePlanTests {
    private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func head(_ entry: CacheEntry, _ fields: [String], after seconds: Int64 = 0) throws -> [String] {
        let plan = entry.plan(try makeRequest(fields), now: testNow + seconds)
        return entry.text(plan, at: testNow + seconds).components("\r\n").map(String.init)
    }

    private func entry(_ fields: [String] = []) throws -> CacheEntry {
        try makeEntry(
            try makeResponse(
                ["Cache-Control: max-age=60", "ETag: \"a\"", "Date: " + date, "Content-Type: text/plain"] + fields
            ),
            to: try makeRequest(),
            body: "0123456789"
        )
    }

    @Test func wholeResponseHasItsAge() throws {
        let lines = try head(try entry(["Age: 5"]), [], after: 7)
        #expect(
            lines == [
                "HTTP/1.1 200 OK", "cache-control: max-age=60", "etag: \"a\"", "date: " + date,
                "content-type: text/plain", "age: 12", "Content-Length: 10", "", "",
            ]
        )
    }

    @Test func notModifiedHasWhatItMustHave() throws {
        let stored = try entry([
            "Vary: Foo", "Content-Location: /x", "Expires: " + date, "Set-Cookie: a=b", "X: y", "Cache-Control: public",
        ])
        let lines = try head(stored, ["If-None-Match: W/\"a\""])
        #expect(lines.first == "HTTP/1.1 304 Not Modified")
        for line in [
            "cache-control: max-age=60", "etag: \"a\"", "date: " + date, "vary: Foo", "content-location: /x", "x: y",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(
            !lines.contains {
                $0.hasPrefix("Content-Length") || $0.hasPrefix("content-type") || $0.hasPrefix("set-cookie")
            }
        )
    }

    @Test func onePart() throws {
        let lines = try head(try entry(), ["Range: bytes=2-4"])
        #expect(lines.first == "HTTP/1.1 206 Partial Content")
        #expect(lines.contains("content-range: bytes 2-4/10"))
        #expect(lines.contains("Content-Length: 3"))
        #expect(lines.contains("etag: \"a\""))
    }

    @Test func unsatisfiable() throws {
        let lines = try head(try entry(), ["Range: bytes=10-"])
        #expect(lines.first == "HTTP/1.1 416 Range Not Satisfiable")
        #expect(lines.contains("content-range: bytes */10"))
    }

    /// §13.2.2: If-None-Match comes before Range, If-Range with it.
    @Test func conditionsComeBeforeRanges() throws {
        #expect(
            try head(try entry(), ["Range: bytes=0-1", "If-None-Match: \"a\""]).first == "HTTP/1.1 304 Not Modified"
        )
        #expect(try head(try entry(), ["Range: bytes=0-1", "If-Range: \"b\""]).first == "HTTP/1.1 200 OK")
        #expect(try head(try entry(), ["Range: bytes=0-1", "If-Range: \"a\""]).first == "HTTP/1.1 206 Partial Content")
    }

    @Test func conditionsAreForSuccessAlone() throws {
        let missing = try makeEntry(
            try makeResponse(["Cache-Control: max-age=60", "ETag: \"a\""], status: 404),
            to: try makeRequest()
        )
        #expect(try head(missing, ["If-None-Match: \"a\""]).first == "HTTP/1.1 404 Not Found")
        #expect(try head(missing, ["Range: bytes=0-1"]).first == "HTTP/1.1 404 Not Found")
    }

    @Test func severalPartsAreMultipart() throws {
        let stored = try makeEntry(
            try makeResponse(["Cache-Control: max-age=60", "Content-Type: text/plain"]),
            to: try makeRequest(),
            body: String(repeating: "x", count: 1000)
        )
        let request = try makeRequest(["Range: bytes=0-1,500-501"])
        guard case .parts(let parts) = stored.plan(request, now: testNow) else {
            Issue.record("not several")
            return
        }
        let lines = try head(stored, ["Range: bytes=0-1,500-501"])
        #expect(lines.contains("Content-Length: \(parts.length)"))
        #expect(lines.count { $0.hasPrefix("content-type: ") } == 1)
        #expect(lines.contains { $0.hasPrefix("content-type: multipart/byteranges; boundary=") })
    }

    // MARK: Stored parts

    private func part(_ bench: CacheBench, _ range: String, _ content: String, _ body: String, tag: String = "\"a\"")
        throws
        -> CacheEntry?
    {
        try bench.fetch(
            ["Cache-Control: max-age=60", "Content-Range: bytes " + content, "ETag: " + tag],
            body: body,
            to: ["Range: bytes=" + range],
            status: 206
        )
    }

    @Test(arguments: [("6-8", "234", "bytes 6-8/10"), ("6-", "2345", "bytes 6-9/10"), ("-1", "5", "bytes 9-9/10")])
    func storedPartAnswersSmallerRanges(_ range: String, _ text: String, _ content: String) throws {
        let bench = try CacheBench()
        #expect(try part(bench, "-6", "4-9/10", "012345") != nil)
        let answer = try bench.lookup(["Range: bytes=" + range])
        #expect(answer.word == "hit")
        let entry = try #require(answer.entry)
        guard case .part(let found) = entry.plan(try makeRequest(["Range: bytes=" + range]), now: testNow) else {
            Issue.record("no part")
            return
        }
        let sent = entry.body.withBytes(from: entry.place(of: found.first)) {
            String(decoding: $0.prefix(Int(found.count)), as: UTF8.self)
        }
        #expect(sent == text)
        #expect(try head(entry, ["Range: bytes=" + range]).contains("content-range: " + content))
    }

    @Test func storedPartAnswersNothingElse() throws {
        let bench = try CacheBench()
        _ = try part(bench, "4-9", "4-9/10", "012345")
        for fields in [[], ["Range: bytes=3-5"], ["Range: bytes=4-5,-10"], ["Range: bytes=20-"]] {
            #expect(try bench.lookup(fields).word == "miss partial", "\(fields)")
        }
        let unknown = try CacheBench()
        _ = try part(unknown, "4-9", "4-9/*", "012345")
        #expect(try unknown.lookup(["Range: bytes=4-5"]).word == "hit")
        #expect(try unknown.lookup(["Range: bytes=4-"]).word == "miss partial")
        #expect(try unknown.lookup(["Range: bytes=-2"]).word == "miss partial")
    }

    /// §3.4.
    @Test func partsCombine() throws {
        let bench = try CacheBench()
        _ = try part(bench, "0-3", "0-3/10", "0123")
        #expect(try part(bench, "3-6", "3-6/10", "3456")?.facts.range == ContentRange(first: 0, last: 6, length: 10))
        let whole = try #require(try part(bench, "7-9", "7-9/10", "789"))
        #expect(whole.isComplete)
        #expect(whole.body.text == "0123456789")
        #expect(try bench.lookup().word == "hit")
        #expect(try head(whole, []).first == "HTTP/1.1 200 OK")
        #expect(try head(whole, []).contains("Content-Length: 10"))
    }

    @Test func partsOfDifferentRepresentationsDoNot() throws {
        let bench = try CacheBench()
        _ = try part(bench, "0-3", "0-3/10", "0123")
        #expect(try part(bench, "4-6", "4-6/10", "xyz", tag: "\"b\"")?.facts.range?.first == 4)
        #expect(try part(bench, "7-9", "7-9/10", "789", tag: "W/\"b\"")?.facts.range?.first == 7)
        #expect(try part(bench, "2-3", "2-3/10", "23", tag: "W/\"b\"")?.facts.range?.first == 2)
        let gap = try CacheBench()
        _ = try part(gap, "0-3", "0-3/10", "0123")
        #expect(try part(gap, "5-6", "5-6/10", "56")?.facts.range?.first == 5)
    }

    @Test func partOfTheWrongLengthIsNotStored() throws {
        let bench = try CacheBench()
        #expect(try part(bench, "0-3", "0-3/10", "01234") == nil)
    }
}
