import Testing

@testable import PandoEdge

/// RFC 9213.
@Suite struct TargetedControlTests {
    private func terms(_ fields: String..., rules: CacheRules = CacheRules()) throws -> StoreDecision {
        decide(try makeResponse(fields), to: try makeRequest(), rules: rules)
    }

    /// §2.2: it stands in the place of Cache-Control and Expires.
    @Test func targetedFieldHidesCacheControlAndExpires() throws {
        #expect(try terms("Cache-Control: no-store", "CDN-Cache-Control: max-age=10").terms?.facts.lifetime == 10)
        #expect(try terms("Cache-Control: max-age=1", "CDN-Cache-Control: max-age=10").terms?.facts.lifetime == 10)
        #expect(try terms("Cache-Control: max-age=60", "CDN-Cache-Control: no-store").refusal == .noStore)
        #expect(try terms("Cache-Control: max-age=60", "CDN-Cache-Control: private").refusal == .isPrivate)
        let past = try terms("Expires: 0", "CDN-Cache-Control: max-age=10")
        #expect(past.terms?.facts.lifetime == 10)
        let future = try terms(
            "Expires: Sun, 06 Nov 1994 09:49:37 GMT",
            "CDN-Cache-Control: must-revalidate",
            "ETag: \"a\""
        )
        #expect(future.terms?.facts.lifetime == 0)
    }

    /// §2.1, §2.2: what is no valid dictionary is ignored.
    @Test(arguments: [
        "max-age=10000, &&&&&", "max-age=\"10000\"", "max-age =100", "max-age= 100", "MaX-aGe=3600", "max-age=1.5",
        "max-age=10,", "max-age", "max-age=-1", "", "no-store=1", "private=(a b)", "max-age=1234567890123456",
        "max-age=10;", "max-age=10 max-age=20", "\"a\"", "a=\"b", "a=:x", "a=?2", "a=(b", "a=tok,",
    ])
    func invalidFieldIsIgnored(_ text: String) throws {
        #expect(try terms("Cache-Control: no-store", "CDN-Cache-Control: " + text).refusal == .noStore)
    }

    @Test(arguments: [
        "foobar, max-age=10", "max-age=10;x=\"y\";z", "a=(\"b\" c;d=1 2.5), max-age=10", "max-age=1, max-age=10",
        "a=:aGk=:, b=?0, no-store=?0, max-age=10", "a=*tok/en:x, max-age=10",
    ])
    func validDictionaryIsRead(_ text: String) throws {
        #expect(try terms("Cache-Control: no-store", "CDN-Cache-Control: " + text).terms?.facts.lifetime == 10)
    }

    @Test func linesAreOneDictionary() throws {
        let found = try terms("CDN-Cache-Control: max-age=10", "CDN-Cache-Control: no-store")
        #expect(found.refusal == .noStore)
    }

    @Test func moreSpecificTargetWins() throws {
        var rules = CacheRules()
        rules.targets = ["pando-cache-control", "cdn-cache-control"]
        let both = try terms("Pando-Cache-Control: max-age=5", "CDN-Cache-Control: max-age=10", rules: rules)
        #expect(both.terms?.facts.lifetime == 5)
        let broken = try terms("Pando-Cache-Control: &", "CDN-Cache-Control: max-age=10", rules: rules)
        #expect(broken.terms?.facts.lifetime == 10)
    }
}
