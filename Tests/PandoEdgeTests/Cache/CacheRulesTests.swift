import Testing

@testable import PandoEdge

/// What the configuration of a route adds to RFC 9111.
@Suite struct CacheRulesTests {
    private func facts(_ rules: CacheRules, _ fields: String..., request: [String] = [], status: Int = 200) throws
        -> EntryFacts?
    {
        decide(try makeResponse(fields, status: status), to: try makeRequest(request), rules: rules).terms?.facts
    }

    @Test func lifetimeIsForAnswersThatSayNothing() throws {
        var rules = CacheRules()
        rules.lifetime = 30
        #expect(try facts(rules)?.lifetime == 30)
        #expect(try facts(rules, status: 404)?.lifetime == 30)
        #expect(try facts(rules, "Cache-Control: max-age=5")?.lifetime == 5)
        #expect(try facts(rules, "Cache-Control: no-store") == nil)
        #expect(try facts(rules, status: 500) == nil)
    }

    @Test func forcedLifetimeHoldsButKeepsNothingPrivate() throws {
        var rules = CacheRules()
        rules.forcedLifetime = 30
        for says in ["max-age=0", "no-cache", "max-age=x", "max-age=600"] {
            let found = try facts(rules, "Cache-Control: " + says)
            #expect(found?.lifetime == 30, "\(says)")
            #expect(found?.flags.contains(.noCache) == false)
        }
        #expect(try facts(rules, "Cache-Control: private") == nil)
        #expect(try facts(rules, "Cache-Control: no-store") == nil)
        #expect(try facts(rules, "Set-Cookie: a=b") == nil)
        #expect(try facts(rules, request: ["Authorization: x"]) == nil)
        #expect(try facts(rules, status: 503) == nil)
    }

    @Test func maximumBounds() throws {
        var rules = CacheRules()
        rules.maximumLifetime = 30
        #expect(try facts(rules, "Cache-Control: max-age=600")?.lifetime == 30)
        #expect(try facts(rules, "Cache-Control: max-age=20")?.lifetime == 20)
    }

    @Test func staleWhileRevalidateOfTheRuleIsForAnswersWithout() throws {
        var rules = CacheRules()
        rules.staleWhileRevalidate = 10
        #expect(try facts(rules, "Cache-Control: max-age=60")?.staleWhileRevalidate == 10)
        #expect(try facts(rules, "Cache-Control: max-age=60, stale-while-revalidate=3")?.staleWhileRevalidate == 3)
        #expect(try facts(rules, "Cache-Control: s-maxage=60")?.staleWhileRevalidate == -1)
        #expect(try facts(rules, "Cache-Control: max-age=60, must-revalidate")?.staleWhileRevalidate == -1)
    }

    @Test func whatWasGotWithACookieIsStoredOnlyWithLeave() throws {
        let cookie = ["Cookie: session=1"]
        var rules = CacheRules()
        #expect(try facts(rules, "Cache-Control: max-age=60", request: cookie) == nil)
        #expect(try facts(rules, "Cache-Control: public, max-age=60", request: cookie) != nil)
        rules.variantNames = [Variant.cookie("currency")]
        #expect(try facts(rules, "Cache-Control: max-age=60", request: cookie) != nil)
        rules = CacheRules()
        rules.sharesCredentials = true
        #expect(try facts(rules, "Cache-Control: max-age=60", request: cookie) != nil)
        #expect(try facts(rules, "Cache-Control: max-age=60", request: ["Authorization: x"]) != nil)
    }

    @Test(arguments: [
        (QueryRule.all, "/a?b=1&utm=2", "/a?b=1&utm=2"), (.none, "/a?b=1", "/a"), (.none, "/a", "/a"),
        (.only(["b", "c"]), "/a?c=2&x=3&b=1", "/a?b=1&c=2"), (.only(["b"]), "/a?x=1", "/a"),
        (.without(["utm"]), "/a?utm=1&b=2&utm&c", "/a?b=2&c"), (.without(["utm"]), "/a?b=utm", "/a?b=utm"),
    ])
    func queryCountsAsTheRuleSays(_ rule: QueryRule, _ target: String, _ kept: String) {
        var bytes: [UInt8] = []
        target.withBytes { rule.append($0, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == kept)
    }

    @Test func fieldsAndCookiesOfTheRuleTellAnswersApart() throws {
        var bench = try CacheBench()
        bench.rules.variantNames = ["x-device", Variant.cookie("currency")]
        try bench.fetch(body: "euro", to: ["Cookie: a=b; currency=EUR", "X-Device: tv"])
        #expect(try bench.lookup(["Cookie: currency=EUR; c=d", "X-Device: tv"]).entry?.body.text == "euro")
        for fields in [["X-Device: tv"], ["Cookie: currency=USD", "X-Device: tv"], ["Cookie: currency=EUR"]] {
            let answer = try bench.lookup(fields)
            #expect(answer.word == "miss vary-miss", "\(fields)")
            // Or the next would wait for it.
            if let fill = answer.fill { bench.cache.abandon(fill) }
        }
        bench.cache.purge(uri: "http://example.org/a", .hard)
        #expect(bench.cache.memoryUse.entries == 0)
    }

    @Test func invalidationKnowsTheRuleOfTheQuery() throws {
        var bench = try CacheBench()
        bench.rules.query = .without(["utm"])
        try bench.fetch(to: [], "/a?utm=1")
        #expect(try bench.lookup([], "/a?utm=2").word == "hit")
        bench.cache.noteUnsafe(
            request: try makeRequest([], "/a?utm=3", method: "POST"),
            response: try makeResponse(),
            isTLS: false,
            rules: bench.rules
        )
        #expect(bench.cache.memoryUse.entries == 0)
    }

    @Test func configurationBecomesRules() {
        var rule = EdgeConfiguration.CacheRule()
        rule.lifetime = .seconds(7)
        rule.key.query = .only(["page"])
        rule.key.headers = ["x-device"]
        rule.key.cookies = ["currency"]
        let rules = CacheRules(rule, EdgeConfiguration.CacheStore())
        #expect(rules.lifetime == 7)
        #expect(rules.lifetimes == [404: 10, 410: 10])
        #expect(rules.query == .only(["page"]))
        #expect(rules.variantNames == ["x-device", "=currency"])
        #expect(rules.staleWhileRevalidate == 0)
        #expect(rules.graceSeconds == 3600)
        var store = EdgeConfiguration.CacheStore()
        store.folder = "/var/cache/x"
        #expect(HTTPCache.Configuration(store).disk?.directory == "/var/cache/x")
    }
}
