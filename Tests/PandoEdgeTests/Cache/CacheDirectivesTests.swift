import Testing

@testable import PandoEdge

/// RFC 9111 §1.2.2, §5.2 and §5.4.
@Suite struct CacheDirectivesTests {
    private func directives(_ lines: String...) throws -> CacheDirectives {
        CacheDirectives(try makeResponse(lines.map { "Cache-Control: " + $0 }))
    }

    @Test func readsNamesInAnyCase() throws {
        let found = try directives("MaX-aGe=60, NO-store ,\tPublic, immutable, must-understand")
        #expect(found.maxAge == 60)
        #expect(found.flags == [.present, .noStore, .isPublic, .immutable, .mustUnderstand])
    }

    @Test func readsSeveralLinesAsOneList() throws {
        let found = try directives("max-age=1", ",, s-maxage=2,", "must-revalidate")
        #expect(found.maxAge == 1)
        #expect(found.sharedMaxAge == 2)
        #expect(found.has(.mustRevalidate))
    }

    /// §4.2.1: the first occurrence.
    @Test func firstOfRepeatedNumbersCounts() throws {
        #expect(try directives("max-age=1800, max-age=1").maxAge == 1800)
        #expect(try directives("max-age=1", "max-age=1800").maxAge == 1)
    }

    /// §1.2.2: a number that is too large counts as 2^31.
    @Test(arguments: ["2147483648", "99999999999", "999999999999999999999999999999999999"])
    func largeNumbersSaturate(_ number: String) throws {
        #expect(try directives("max-age=" + number).maxAge == 2_147_483_648)
    }

    /// §5.2: token and quoted-string are both to be accepted.
    @Test func quotedNumbersAndLeadingZerosAreRead() throws {
        #expect(try directives("max-age=\"3600\"").maxAge == 3600)
        #expect(try directives("max-age=003600").maxAge == 3600)
    }

    /// §4.2.1: with invalid freshness information a response is stale.
    @Test(arguments: [
        "max-age", "max-age=", "max-age=-1", "max-age=3600.5", "max-age='3600'", "max-age=a3600", "max-age=3600a",
        "max-age =3600", "max-age= 3600", "max-age=\"3600", "max-age=\"36\\00\"", "max-age=3600 x", "s-maxage=x",
    ])
    func malformedLifetimeIsStale(_ text: String) throws {
        let found = try directives(text)
        #expect(found.maxAge == -1)
        #expect(found.has(.invalidLifetime))
    }

    @Test func directivesInQuotedStringsAreNone() throws {
        #expect(try directives("extension=\"max-age=3600, no-store\", max-age=1").flags == .present)
        #expect(try directives("extension=\"max-age=3600\", max-age=1").maxAge == 1)
        #expect(try directives("extension=\"a\\\", no-store\", max-age=1").has(.noStore) == false)
        #expect(try directives("extension=\"never ends, max-age=3600").maxAge == -1)
    }

    @Test func whatRestrictsCountsInAnyForm() throws {
        for text in ["no-store=1", "no-store x", "no-store=", "no-store=\"x\""] {
            #expect(try directives(text).has(.noStore), "\(text)")
        }
        #expect(try directives("public=1").has(.isPublic) == false)
        #expect(try directives("immutable=1").has(.immutable) == false)
    }

    /// §5.2.2.4, §5.2.2.7: the qualified forms.
    @Test func namedFieldsAreWithheld() throws {
        let found = try directives("no-cache=\"Set-Cookie, x-Trace\", private=\"X-User\", max-age=5")
        #expect(found.withheldFields == ["set-cookie", "x-trace", "x-user"])
        #expect(found.has(.noCache) == false)
        #expect(found.has(.isPrivate) == false)
    }

    @Test(arguments: [
        "private=\"\"", "private=\"Content-Type\"", "private=\"a b\"", "private=\"x", "private x", "private=",
    ])
    func fieldListThatCannotBeFollowedIsUnqualified(_ text: String) throws {
        #expect(try directives(text).has(.isPrivate))
    }

    /// §5.4: Pragma counts in a request without Cache-Control, and means no-cache alone.
    @Test func pragmaCountsOnlyAlone() throws {
        #expect(
            CacheDirectives(request: try makeRequest(["Pragma: no-cache, no-store"])).flags == [.noCache, .present]
        )
        #expect(
            CacheDirectives(request: try makeRequest(["Pragma: no-cache", "Cache-Control: max-age=1"])).has(.noCache)
                == false
        )
        #expect(CacheDirectives(try makeResponse(["Pragma: no-cache"])).flags == [])
        #expect(CacheDirectives(request: try makeRequest(["Pragma: foo"])).flags == [])
    }

    @Test func requestDirectivesAreRead() throws {
        let found = CacheDirectives(
            request: try makeRequest(["Cache-Control: max-stale=5, min-fresh=7, only-if-cached"])
        )
        #expect(found.maxStale == 5)
        #expect(found.minFresh == 7)
        #expect(found.has(.onlyIfCached))
        #expect(CacheDirectives(request: try makeRequest(["Cache-Control: max-stale"])).has(.anyStaleness))
    }

    @Test func everyPrefixIsReadWithoutFault() throws {
        let text = "max-age=\"1\\\"2\", no-cache=\"a, b\" , x=y;z ,private=\"s\"\"t\", =, =\"\", \\, stale-if-error=3"
        for count in 0...text.utf8.count {
            var found = CacheDirectives()
            String(text.prefix(count)).withBytes { found.take(list: $0) }
        }
    }
}
