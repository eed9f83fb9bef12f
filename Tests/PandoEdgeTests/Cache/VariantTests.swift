import Testing

@testable import PandoEdge

/// RFC 9111 §4.1 and RFC 9110 §12.5.
@Suite struct VariantTests {
    private func matches(_ vary: String, stored: [String], asked: [String]) throws -> Bool {
        let response = try makeResponse(
            ["Cache-Control: max-age=60"] + vary.split(separator: "|").map { "Vary: " + $0 }
        )
        let entry = try makeEntry(response, to: try makeRequest(stored))
        let query = CacheQuery()
        query.prepare(try makeRequest(asked), isTLS: false, rules: CacheRules(), hasher: testHasher)
        return query.matches(entry.key) && query.matches(entry.variant)
    }

    @Test func sameValuesMatch() throws {
        #expect(try matches("Foo", stored: ["Foo: 1"], asked: ["foo: 1"]))
        #expect(try !matches("Foo", stored: ["Foo: 1"], asked: ["Foo: 2"]))
        #expect(try matches("Foo, Bar", stored: ["Foo: 1", "Bar: 2"], asked: ["Bar: 2", "Foo: 1"]))
        #expect(try !matches("Foo|Bar", stored: ["Foo: 1", "Bar: 2"], asked: ["Foo: 1", "Bar: 3"]))
        #expect(try matches("", stored: ["Foo: 1"], asked: ["Foo: 2"]))
    }

    /// A field that is missing matches only where it is missing too.
    @Test func missingIsNotEmpty() throws {
        #expect(try !matches("Foo", stored: [], asked: ["Foo: 1"]))
        #expect(try !matches("Foo", stored: [], asked: ["Foo:"]))
        #expect(try matches("Foo", stored: [], asked: []))
    }

    @Test func valuesDoNotRunIntoEachOther() throws {
        #expect(try !matches("Foo, Bar", stored: ["Foo: ab", "Bar: c"], asked: ["Foo: a", "Bar: bc"]))
    }

    @Test func linesCombine() throws {
        #expect(try matches("Foo", stored: ["Foo: 1", "Foo: 2"], asked: ["Foo: 1,2"]))
        #expect(try !matches("Foo", stored: ["Foo: 1, 2"], asked: ["Foo: 2, 1"]))
    }

    @Test(arguments: ["*", "*, *", "*|*", ", *", "|*", "*, Foo", "Foo, *", "a b"])
    func starMatchesNothing(_ vary: String) throws {
        let fields = vary.split(separator: "|", omittingEmptySubsequences: false).map { "Vary: " + $0 }
        let response = try makeResponse(["Cache-Control: max-age=60"] + fields)
        #expect(decide(response, to: try makeRequest()).refusal == .vary)
    }

    @Test func languagesKnowNeitherCaseNorSpace() throws {
        #expect(
            try matches(
                "Accept-Language",
                stored: ["Accept-Language: en, DE;q=0.5"],
                asked: ["Accept-Language: EN,de; q=0.5"]
            )
        )
        #expect(
            try !matches("Accept-Language", stored: ["Accept-Language: en, de"], asked: ["Accept-Language: de, en"])
        )
    }

    @Test(arguments: [
        ("gzip, deflate, br", "br;q=1.0,gzip;q=0.8 , deflate", true), ("gzip", "GZIP", true), ("gzip", "x-gzip", true),
        ("gzip", "br", false), ("gzip", "gzip;q=0", false), ("gzip, br", "gzip", false), ("identity", "unknown", true),
        ("*", "gzip, br, zstd, deflate, identity", true), ("gzip", "gzip, identity;q=0", false),
        ("gzip", "gzip, *;q=0", false), ("*, gzip;q=0", "br, zstd, deflate", true), ("gzip;q=0.0", "identity", true),
    ])
    func encodingsMatchByWhatIsAccepted(_ stored: String, _ asked: String, _ isMatch: Bool) throws {
        let found = try matches(
            "Accept-Encoding",
            stored: ["Accept-Encoding: " + stored],
            asked: ["Accept-Encoding: " + asked]
        )
        #expect(found == isMatch)
    }

    @Test func boundsAreKept() throws {
        let names = (0..<17).map { "x\($0)" }.joined(separator: ",")
        let many = try makeResponse(["Cache-Control: max-age=60", "Vary: " + names])
        #expect(decide(many, to: try makeRequest()).refusal == .vary)
        let long = try makeResponse(["Cache-Control: max-age=60", "Vary: Foo"])
        let value = "Foo: " + String(repeating: "x", count: 9000)
        #expect(decide(long, to: try makeRequest([value])).refusal == .vary)
    }

    /// RFC 9110 §4.2.3: what is the same URI.
    @Test func keysOfEqualURIsAreEqual() {
        func key(_ authority: String, _ target: String, isTLS: Bool = false) -> String {
            var bytes: [UInt8] = []
            authority.withBytes { authority in
                target.withBytes { CacheKey.write(isTLS: isTLS, authority: authority, target: $0, to: &bytes) }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(key("EXAMPLE.org:80", "/A?b") == "http://example.org/A?b")
        #expect(key("example.org:", "") == "http://example.org/")
        #expect(key("example.org:443", "/", isTLS: true) == "https://example.org/")
        #expect(key("example.org:443", "/") == "http://example.org:443/")
        #expect(key("[::80]", "/") == "http://[::80]/")
        #expect(key("a", "?x") == "http://a/?x")
    }

    /// Whoever does not know the key cannot make URLs collide.
    @Test func hashIsKeyed() {
        let message = (0..<15).map { UInt8($0) }
        let one = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)
        let other = SipHash(key0: 0x0706_0504_0302_0101, key1: 0x0F0E_0D0C_0B0A_0908)
        #expect(one.hash(message) != other.hash(message))
        #expect(one.hash(message) == one.hash(message))
        #expect(Set((0..<64).map { one.hash(Array(message.prefix($0 % 16)) + [UInt8($0)]) }).count == 64)
    }
}
