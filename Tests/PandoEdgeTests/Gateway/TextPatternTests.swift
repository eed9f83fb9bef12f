import Testing

@testable import PandoEdge

/// Expressions of descriptions.
@Suite struct TextPatternTests {
    @Test(arguments: [
        ("^[0-9A-Z]{4}-[0-9A-Z]{4}$", "AB12-9ZZZ", true), ("^[0-9A-Z]{4}-[0-9A-Z]{4}$", "AB12-9ZZ", false),
        ("^[A-Z]{2}$", "KRW", false), ("[A-Z]{2}", "xKRx", true), ("^a", "ba", false), ("a$", "ab", false),
        ("a$", "ba", true),
        ("^$", "", true), ("^$", "a", false), ("", "anything", true), ("^(?:a|bc)+$", "abca", true),
        ("^(a|bc)+$", "abcb", false), ("^\\d{2,3}$", "1234", false), ("^\\d{2,}$", "1234", true),
        ("^\\S+@\\S+$", "a@b", true),
        ("^[^x-z]*$", "abc", true), ("^[^x-z]*$", "aby", false), ("^[\\w-]+$", "a-b_9", true), ("^a?b??c$", "ac", true),
        ("^\\$\\.\\u0041$", "$.A", true), ("^.{2}$", "é漢", true), ("^.$", "\n", false), ("^[-a]$", "-", true),
        ("^\\\\$", "\\", true),
    ])
    func textIsComparedAsWritten(pattern: String, text: String, expected: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        "(?=a)", "(?<n>a)", "(?!a)", "\\1", "\\bword", "\\p{L}", "a**", "*a", "(a", "a)", "[a", "a{2", "a{3,2}",
        "a{9999}",
        "(a{1000}){1000}", "a\\", "x^y", "^a|b$", "[z-a]",
    ])
    func whatIsNotSupportedIsRefused(pattern: String) {
        #expect(throws: PatternFault.self) { try TextPattern(pattern) }
    }

    /// What takes others time in proportion to two to the power of the length.
    @Test(.timeLimit(.minutes(1))) func noTextTakesLong() throws {
        let pattern = try TextPattern("^(a+)+(a|a)*(a*)*$")
        #expect(!pattern.matches(String(repeating: "a", count: 5_000) + "b"))
    }
}
