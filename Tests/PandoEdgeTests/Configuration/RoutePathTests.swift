import TestSupport
import Testing

@testable import PandoEdge

@Suite struct RoutePathTests {
    /// What is compared (without a slash at the end; NUL for a kept slash) and what is passed on; nil for 400.
    static func read(_ path: String, _ slashes: EdgeConfiguration.EncodedSlashes = .refuse) -> [String]? {
        let scratch = RoutePath(capacity: 8)
        var path = path
        guard path.withUTF8({ scratch.read($0, slashes: slashes) }) else { return nil }
        return [
            scratch.withMatchBytes { String(decoding: $0, as: UTF8.self) },
            scratch.withNormalBytes { String(decoding: $0, as: UTF8.self) },
        ]
    }

    @Test(arguments: [
        ("/", ["", "/"]), ("/a", ["/a", "/a"]), ("/a/", ["/a", "/a/"]), ("/a/b", ["/a/b", "/a/b"]),
        // Encodings of one character are one path.
        ("/%61%2Db", ["/a-b", "/a-b"]), ("/a%20b", ["/a b", "/a%20b"]), ("/%c3%a9", ["/é", "/%C3%A9"]),
        ("/@me", ["/@me", "/@me"]), ("/%40me", ["/@me", "/%40me"]), ("/a%3Fb", ["/a?b", "/a%3Fb"]),
        // Nothing is decoded twice.
        ("/%252e%252e/a", ["/%2e%2e/a", "/%252e%252e/a"]), ("/%252F", ["/%2F", "/%252F"]), ("/%25", ["/%", "/%25"]),
        // Segments that count for nothing.
        ("//", ["", "/"]), ("//a", ["/a", "/a"]), ("/a//b", ["/a/b", "/a/b"]), ("/a/./b", ["/a/b", "/a/b"]),
        ("/.", ["", "/"]), ("/a/.", ["/a", "/a/"]), ("/a/%2e/b", ["/a/b", "/a/b"]), ("/a/%2E", ["/a", "/a/"]),
        ("/a/../b", ["/b", "/b"]), ("/a/b/..", ["/a", "/a/"]), ("/a/..", ["", "/"]), ("/a/%2e%2E/b", ["/b", "/b"]),
        ("/a/.%2e/b", ["/b", "/b"]), ("/a/b/../../c", ["/c", "/c"]), ("/a//../b", ["/b", "/b"]),
        // What only looks like them.
        ("/...", ["/...", "/..."]), ("/.a", ["/.a", "/.a"]), ("/..a", ["/..a", "/..a"]), ("/a..", ["/a..", "/a.."]),
        ("/a;b", ["/a;b", "/a;b"]), ("/a;..", ["/a;..", "/a;.."]),
    ])
    func pathIsReadInOneWay(_ path: String, _ expected: [String]) {
        #expect(Self.read(path) == expected)
    }

    @Test(arguments: [
        "", "a", "*", "a.example:80", "/%", "/%2", "/%zz", "/%u002e", "/a%", "/%00", "/%2f", "/%2F", "/%5c", "/a\\b",
        "/..", "/a/../..",
        "/%2e%2e", "/..;", "/a/..;/b", "/a/..;x=1/b", "/.;a", "/%2e%2e;a", "/%c0%af", "/%c1%1c", "/%e0%80%af",
        "/%f0%80%80%af", "/%ff",
        "/%f8%80%80%80%af", "/a b", "/a#b", "/é",
    ])
    func whatCannotBeReadInOneWayIsRefused(_ path: String) {
        #expect(Self.read(path) == nil)
    }

    @Test func keptSlashesArePartOfTheirSegment() {
        #expect(Self.read("/a%2Fb", .keep) == ["/a\0b", "/a%2Fb"])
        #expect(Self.read("/a%5cb", .keep) == ["/a\\b", "/a%5Cb"])
        #expect(Self.read("/x/a%2fb/../c", .keep) == ["/x/c", "/x/c"], "one segment is taken away whole")
        #expect(Self.read("/a%2F..", .keep) == nil)
        #expect(Self.read("/..%2fa", .keep) == nil)
        #expect(Self.read("/a%2f%2e%2e%2fb", .keep) == nil)
        #expect(Self.read("/a%5c..%5cb", .keep) == nil)
        #expect(Self.read("/a%2f..;x", .keep) == nil)
        #expect(Self.read("/a%2f..b", .keep) == ["/a\0..b", "/a%2F..b"])
        #expect(Self.read("/a\\b", .keep) == nil)
    }

    /// Whatever characters of a path are encoded, it is the same path: no route is passed by.
    @Test func noEncodingMakesAnotherPath() throws {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let paths = [
            "/admin/users/@me", "/api/v1.2/a-b_c~d/(x)", "/a/b/c;d=e/f,g",
            "/%41/x y/é".replacing(" ", with: "%20").replacing("é", with: "%C3%A9"),
        ]
        for _ in 0..<2_000 {
            let path = try #require(paths.randomElement(using: &generator))
            let plain = try #require(Self.read(path)?[0])
            var encoded = ""
            for octet in plain.utf8 {
                let isSlash = octet == UInt8(ascii: "/")
                let mustEncode = octet <= 0x20 || octet >= 0x7F || octet == UInt8(ascii: "%")
                if !isSlash, mustEncode || Bool.random(using: &generator) {
                    let digits = String(octet, radix: 16, uppercase: Bool.random(using: &generator))
                    encoded += "%" + (digits.count < 2 ? "0" : "") + digits
                } else {
                    encoded += String(UnicodeScalar(octet))
                    if isSlash {
                        encoded +=
                            ["", "", "/", "./", "%2e/", "zz/../", "zz/%2e./"].randomElement(using: &generator) ?? ""
                    }
                }
            }
            let found = try #require(Self.read(encoded), "\(encoded)")
            #expect(found[0] == plain, "\(encoded)")
            #expect(Self.read(found[1]) == found, "what is passed on is read as it was: \(encoded)")
        }
    }

    @Test func randomPathsNeverCrashAndStayTheSame() throws {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let pieces = [
            "/", ".", "..", "%2e", "%2F", "%5C", ";", "a", "%", "%41", "%25", "//", "%c3", "%a9", "\\", "?", "%00", "b",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...9, using: &generator)
            let path = "/" + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for slashes in [EdgeConfiguration.EncodedSlashes.refuse, .keep] {
                guard let found = Self.read(path, slashes) else { continue }
                #expect(Self.read(found[1], slashes) == found, "\(path)")
                let segments = found[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                #expect(segments.allSatisfy { !["", ".", ".."].contains($0) }, "\(path)")
            }
        }
    }

    @Test func requestGetsTheNormalFormOfItsPath() {
        func settle(_ target: String, _ host: String = "a.example") -> [String]? {
            let head = Head()
            head.target = head.append(target)
            head.authority = head.append(host)
            let path = RoutePath(capacity: 8)
            guard path.settle(head, slashes: .refuse) else { return nil }
            return [
                head.text(head.target), String(decoding: path.path(in: head), as: UTF8.self),
                String(decoding: path.host, as: UTF8.self),
            ]
        }
        #expect(settle("/a/?b=//../%zz") == ["/a/?b=//../%zz", "/a", "a.example"], "a query is not a path")
        #expect(settle("/x/%2e%2E//a%20b?q=1%2F") == ["/a%20b?q=1%2F", "/a b", "a.example"])
        let query = "?" + String(repeating: "q", count: 5_000)
        #expect(settle("/a//b" + query) == ["/a/b" + query, "/a/b", "a.example"])
        #expect(settle("/", "WWW.Example.COM.:8080")?[2] == "www.example.com")
        #expect(settle("/", "[::1]:80")?[2] == "[::1]")
        #expect(settle("/", "")?[2] == "")
        #expect(settle("/", "ex%61mple.com") == nil)
        #expect(settle("/", String(repeating: "a", count: 256)) == nil)
        #expect(settle("*") == nil && settle("/..") == nil && settle("/a#b") == nil)
    }
}
