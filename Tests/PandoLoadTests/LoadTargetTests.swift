import NIOCore
import Testing

@testable import PandoLoad

@Suite struct LoadTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"),
        ("http://localhost/", "localhost", 80, "localhost"),
        ("HTTP://[::1]:81", "::1", 81, "[::1]:81"), ("http://[::1]", "::1", 80, "[::1]"),
    ])
    func readsURLs(url: String, host: String, port: Int, authority: String) throws {
        let target = try LoadTarget(url)
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.authority == authority)
    }

    @Test(arguments: [
        ("https://x", "TLS is not supported"), ("x:80", "does not start with http://"), ("http://x/path", "has a path"),
        ("http://u:p@x", "user information"), ("http://x:http", "the port is not a number"), ("http://x:0", "port 0"),
        ("http://", "is not a host"), ("http://a b", "is not a host"),
    ])
    func refusesOthersAndSaysWhy(url: String, reason: String) {
        #expect { try LoadTarget(url) } throws: { "\($0)".contains(reason) }
    }

    @Test func requestsAreWrittenStrictly() throws {
        let head = try RequestHead(authority: "x:1", headers: [LoadHeader("User-Agent", "t")])
        let bytes = try head.bytes(
            "POST",
            "/a?b=%20",
            headers: [LoadHeader("X", "1")],
            cookies: "a=b",
            body: Array("hi".utf8)
        )
        #expect(
            String(buffer: bytes)
                == "POST /a?b=%20 HTTP/1.1\r\nHost: x:1\r\nUser-Agent: t\r\nX: 1\r\nCookie: a=b\r\nContent-Length: 2\r\n\r\nhi"
        )
        #expect(throws: LoadError.self) { try head.bytes("GE T", "/") }
        #expect(throws: LoadError.self) { try head.bytes("GET", "/a b") }
        #expect(throws: LoadError.self) { try head.bytes("GET", "a") }
        #expect(throws: LoadError.self) { try head.bytes("GET", "/", headers: [LoadHeader("A", "b\r\nC: d")]) }
        #expect(throws: LoadError.self) { try head.bytes("GET", "/", headers: [LoadHeader("Content-Length", "3")]) }
    }

    @Test func cookiesComeAndGo() {
        var jar = CookieJar()
        jar.store("session=abc; Path=/; HttpOnly")
        jar.store("theme=dark")
        #expect(jar.field == "session=abc; theme=dark")
        jar.store("session=def")
        #expect(jar["session"] == "def")
        jar.store("theme=; Max-Age=0")
        jar.store("nonsense")
        #expect(jar.field == "session=def")
    }
}
