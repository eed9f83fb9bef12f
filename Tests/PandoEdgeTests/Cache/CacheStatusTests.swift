import Testing

@testable import PandoEdge

/// RFC 9211.
@Suite struct CacheStatusTests {
    private func text(_ status: CacheStatus, name: String = "pando") -> String {
        let output = OutputBytes(capacity: 256)
        var rules = CacheRules()
        rules.name = name
        status.write(rules, to: output)
        return output.text
    }

    /// §2.1, §2.4.
    @Test func hits() {
        #expect(text(.hit(ttl: 30)) == "cache-status: pando; hit; ttl=30\r\n")
        #expect(text(.hit(ttl: -412)) == "cache-status: pando; hit; ttl=-412\r\n")
    }

    /// §2.2 to §2.8.
    @Test func forwards() {
        var status = CacheStatus.forwarded(.stale, isStored: true)
        status.forwardStatus = 304
        status.isCollapsed = true
        #expect(text(status) == "cache-status: pando; fwd=stale; fwd-status=304; stored; collapsed\r\n")
        #expect(text(.forwarded(.uriMiss)) == "cache-status: pando; fwd=uri-miss\r\n")
        #expect(
            text(.forwarded(.miss, detail: .isPrivate)) == "cache-status: pando; fwd=miss; detail=private\r\n"
        )
    }

    @Test func namesThatAreNoTokenAreStrings() {
        #expect(text(.hit(ttl: 1), name: "my \"edge\"\r\n") == "cache-status: \"my \\\"edge\\\"\"; hit; ttl=1\r\n")
        #expect(text(.hit(ttl: 1), name: "1a") == "cache-status: \"1a\"; hit; ttl=1\r\n")
    }
}
