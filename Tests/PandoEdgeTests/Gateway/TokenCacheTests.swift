import Testing

@testable import PandoEdge

/// What is remembered of tokens.
@Suite struct TokenCacheTests {
    private func key(_ text: String) -> TokenCache.Key {
        Array(text.utf8).withUnsafeBufferPointer { TokenCache.Key($0) }
    }

    private func token(_ seconds: Int64 = 100, leeway: Duration = .zero) throws -> AcceptedToken {
        var rules = EdgeConfiguration.JWT(keys: .file("keys"))
        rules.leeway = leeway
        return try AcceptedToken(["exp": .integer(seconds), "nbf": .number(10.5)], rules, keys: 1)
    }

    @Test func tokensAreBoundedAndThoseInUseStay() throws {
        let cache = TokenCache(capacity: 10)
        let used = key("used")
        cache.keep(try token(), used)
        for number in 0..<1_000 {
            cache.keep(try token(), key("\(number)"))
            #expect(cache.find(used) != nil, "\(number)")
            #expect(cache.count <= 10)
        }
        #expect(cache.find(key("1")) == nil)
    }

    @Test func knownTokenExpires() throws {
        let token = try token()
        try token.check(at: 99)
        try token.check(at: 10)
        #expect(throws: TokenRefusal("the token has expired")) { try token.check(at: 100) }
        #expect(throws: TokenRefusal("the token is not valid yet")) { try token.check(at: 9) }
    }

    @Test func clocksMayDifferByTheLeeway() throws {
        let token = try token(leeway: .seconds(5))
        try token.check(at: 104)
        try token.check(at: 5)
        #expect(throws: TokenRefusal.self) { try token.check(at: 105) }
        #expect(throws: TokenRefusal.self) { try token.check(at: 4) }
    }

    @Test(arguments: ["AA=", "A", "AB", "A+", "A/", "A A"]) func otherSpellingsOfBytesAreNone(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test func bytesAreReadFromText() {
        #expect(Base64URL.decode(Array("".utf8)) == [])
        #expect(Base64URL.decode(Array("-_8".utf8)) == [0xFB, 0xFF])
        #expect(Base64URL.decode(Array("AQAB".utf8)) == [1, 0, 1])
    }
}
