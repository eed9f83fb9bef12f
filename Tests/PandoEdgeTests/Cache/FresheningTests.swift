import Testing

@testable import PandoEdge

/// RFC 9111 §3.2, §4.3.1, §4.3.4 and §4.3.5.
@Suite struct FresheningTests {
    private func entry(_ fields: [String] = ["ETag: \"a\""]) throws -> CacheEntry {
        try makeEntry(
            try makeResponse(["Cache-Control: max-age=1", "X-Old: 1", "Content-Type: text/plain"] + fields),
            to: try makeRequest()
        )
    }

    /// §4.3.1.
    @Test func conditionsAreTheStoredValidators() throws {
        let changed = "Sun, 06 Nov 1994 08:36:40 GMT"
        let request = try makeRequest([
            "If-None-Match: \"client\"", "If-Match: \"x\"", "If-Modified-Since: now", "Foo: 1",
        ])
        Validation.prepare(request, for: try entry(["ETag: W/\"a\"", "Last-Modified: " + changed]))
        #expect(request.combined(.ifNoneMatch) == "W/\"a\"")
        #expect(request.combined(.ifModifiedSince) == changed)
        #expect(!request.has(.ifMatch))
        #expect(request.first(named: "foo") != nil)
        #expect(Validation.isPossible(try entry()))
        #expect(!Validation.isPossible(try entry([])))
    }

    /// §3.2.
    @Test func fieldsOfA304ReplaceThoseStored() throws {
        let merged = Head()
        let update = try makeResponse(
            [
                "ETag: \"a\"", "Cache-Control: max-age=60", "x-old: 2", "X-New: 3", "X-New: 4", "Content-Length: 99",
                "Content-Encoding: gzip", "Content-Range: bytes 0-1/2", "Connection: close", "Age: 7", "Content-Foo: y",
            ],
            status: 304
        )
        Freshening.merge(try entry(["ETag: \"a\"", "Age: 3"]).head, with: update, into: merged)
        #expect(merged.status == 200)
        #expect(merged.combined(.cacheControl) == "max-age=60")
        #expect(merged.first(named: "x-old").map { merged.text($0) } == "2")
        #expect(merged.fields.count { merged.isEqual($0.name, ignoringCaseOf: "x-new") } == 2)
        #expect(merged.first(named: "content-foo") != nil)
        #expect(merged.combined(.age) == "7")
        for id in [FieldName.contentLength, .contentEncoding, .contentRange, .connection] {
            #expect(!merged.has(id), "\(id)")
        }
        #expect(merged.combined(.contentType) == "text/plain")
    }

    @Test func freshenedEntryStartsItsLifeAnew() throws {
        let merged = Head()
        Freshening.merge(try entry().head, with: try makeResponse(["ETag: \"a\""], status: 304), into: merged)
        let later = testNow + 100
        let facts = try #require(decide(merged, to: try makeRequest(), at: later).terms?.facts)
        #expect(facts.initialAge == 0)
        #expect(facts.date == later.seconds)
        #expect(facts.isFresh(at: CacheTime(milliseconds: later.milliseconds + 999)))
    }

    /// §4.3.4: which responses it may update.
    @Test func a304OfAnotherRepresentationUpdatesNothing() throws {
        func isAbout(_ stored: [String], _ fields: [String]) throws -> Bool {
            Freshening.isAbout(try entry(stored), try makeResponse(fields, status: 304), now: testNow)
        }
        let date = "Last-Modified: Sun, 06 Nov 1994 08:36:40 GMT"
        let other = "Last-Modified: Sun, 06 Nov 1994 08:36:41 GMT"
        #expect(try isAbout(["ETag: \"a\""], ["ETag: \"a\""]))
        #expect(try !isAbout(["ETag: \"a\""], ["ETag: \"b\""]))
        #expect(try isAbout(["ETag: \"a\""], []))
        #expect(try isAbout(["ETag: W/\"a\""], ["ETag: W/\"a\""]))
        #expect(try isAbout([date], [date]))
        #expect(try !isAbout([date], [other]))
        #expect(try !isAbout([date], ["ETag: \"a\""]))
    }

    /// §4.3.5.
    @Test func headConfirmsOrDoesNot() throws {
        let stored = try entry()
        #expect(Freshening.confirms(stored, try makeResponse(["ETag: \"a\"", "Content-Length: 5"]), now: testNow))
        #expect(Freshening.confirms(stored, try makeResponse(["ETag: \"a\""]), now: testNow))
        #expect(!Freshening.confirms(stored, try makeResponse(["ETag: \"a\"", "Content-Length: 6"]), now: testNow))
        #expect(!Freshening.confirms(stored, try makeResponse(["ETag: \"b\""]), now: testNow))
        #expect(!Freshening.confirms(stored, try makeResponse(["Content-Length: 5"]), now: testNow))
        #expect(!Freshening.confirms(stored, try makeResponse(["ETag: \"a\""], status: 404), now: testNow))
    }
}
