import Testing

@testable import Pando

@Suite struct RequestTargetTests {
    @Test(arguments: [
        "/", "/a", "/a/b?x=1", "/a%20b", "/%ED%95%9C%EA%B5%AD", "/a?b=%zz", "/.well-known/x", "/a..b", "/...",
        "/a/?q=../..",
        "//a", "/a;b=1", "/a%2Fb",
    ]) func understandsPlainPaths(text: String) {
        #expect(RequestTarget(text) == .origin(text))
    }

    @Test(arguments: [
        "", "a", "/..", "/a/../b", "/a/..", "/./a", "/a/.", "/%2e%2e/etc/passwd", "/a/%2E%2e", "/%2e", "/..%2f..%2fetc",
        "/..\\x", "/a%5c..%5cb", "/%00", "/a%0", "/a%", "/%zz", "/%ff%fe", "/%c0%ae", "/a b", "/a\u{7f}", "/ü", "/a#b",
        "ftp://h/x", "http:///x", "http://u@h/x", "http://h:1:2/x", "example.com:443", "**", "http://h/../x",
    ]) func refusesWhatCanBeReadInTwoWays(text: String) {
        #expect(RequestTarget(text) == .invalid)
    }

    @Test func absoluteFormBecomesOriginForm() {
        #expect(RequestTarget("HTTP://Example.com:80/a?b") == .absolute(authority: "Example.com:80", target: "/a?b"))
        #expect(RequestTarget("https://h") == .absolute(authority: "h", target: "/"))
        #expect(RequestTarget("http://h?x") == .absolute(authority: "h", target: "/?x"))
        #expect(RequestTarget("http://[::1]:8080/") == .absolute(authority: "[::1]:8080", target: "/"))
        #expect(RequestTarget("*") == .asterisk)
    }
}
