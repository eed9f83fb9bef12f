import Foundation
import Testing

@testable import PandoEdge

@Suite(.timeLimit(.minutes(1))) struct FileTests {
    private let site = [
        "index.html": "<h1>home</h1>", "a.css": "body {}", "docs/index.html": "docs", "docs/guide page.txt": "guide",
        "data.bin": "0123456789abcdefghij", ".secret": "secret", "docs/.git/config": "secret", "empty.txt": "",
    ]

    @Test func aFileHasItsTypeLengthAndValidators() async throws {
        try await FileEdge.with(site, keys: ", maxAge: 1h") { edge in
            let answer = try edge.get("/a.css?v=1")
            #expect(answer.status == "200")
            #expect(answer.body == "body {}")
            #expect(answer.field("content-type") == "text/css; charset=utf-8")
            #expect(answer.field("content-length") == "7")
            #expect(answer.field("cache-control") == "max-age=3600")
            #expect(answer.field("accept-ranges") == "bytes")
            #expect(answer.field("etag")?.hasPrefix("\"") == true)
            #expect(answer.field("last-modified")?.hasSuffix(" GMT") == true)
            #expect(try edge.get("/data.bin").field("content-type") == "application/octet-stream")
            let empty = try edge.get("/empty.txt")
            #expect(empty.status == "200" && empty.field("content-length") == "0")
        }
    }

    @Test func aSlashStandsForTheIndexAndAFolderIsSentThere() async throws {
        try await FileEdge.with(site) { edge in
            #expect(try edge.get("/").body == "<h1>home</h1>")
            #expect(try edge.get("/docs/").body == "docs")
            let moved = try edge.get("/docs?a=b")
            #expect(moved.status == "308")
            #expect(moved.field("location") == "/docs/?a=b")
            #expect(try edge.get("/docs/guide%20page.txt").body == "guide")
            #expect(try edge.get("/a.css/").status == "404")
            #expect(try edge.get("/none").status == "404")
        }
    }

    @Test func nothingHiddenAndNothingOutsideIsSent() async throws {
        try await FileEdge.with(site) { edge in
            let outside = edge.folder.deletingLastPathComponent().appending(path: "outside.txt")
            try Data("outside".utf8).write(to: outside)
            let files = FileManager.default
            try files.createSymbolicLink(at: edge.folder.appending(path: "link.txt"), withDestinationURL: outside)
            let up = outside.deletingLastPathComponent()
            try files.createSymbolicLink(at: edge.folder.appending(path: "up"), withDestinationURL: up)
            let targets = [
                "/.secret", "/docs/.git/config", "/%2esecret", "/link.txt", "/up/outside.txt", "/up/root/a.css",
                "/docs/../.secret",
            ]
            for target in targets {
                let answer = try edge.get(target)
                #expect(answer.status == "404", "\(target)")
                #expect(!answer.body.contains("secret") && !answer.body.contains("outside"))
            }
            #expect(try edge.get("/../outside.txt").status == "400")
            #expect(try edge.get("/..%2foutside.txt").status == "400")
            #expect(try edge.get("/docs/../a.css").body == "body {}")
        }
    }

    @Test func aPipeIsNoFileAndHoldsNobodyUp() async throws {
        try await FileEdge.with(site) { edge in
            #expect(mkfifo(edge.folder.appending(path: "pipe").path, 0o600) == 0)
            let answer = try edge.get("/pipe")
            #expect(answer.status == "404")
        }
    }

    @Test func whatIsOnlyReadTakesNoOtherMethods() async throws {
        try await FileEdge.with(site) { edge in
            let answer = try edge.get("/a.css", "Content-Length: 0\r\n", method: "POST")
            #expect(answer.status == "405")
            #expect(answer.field("allow") == "GET, HEAD")
            let head = try edge.get("/a.css", method: "HEAD")
            #expect(head.status == "200" && head.body.isEmpty)
            #expect(head.field("content-length") == "7")
        }
    }

    @Test func thePrefixOfTheRouteIsNotPartOfTheName() async throws {
        try await FileEdge.with(site, path: "/assets/*") { edge in
            let answer = try edge.get("/assets/a.css")
            #expect(answer.body == "body {}")
            #expect(try edge.get("/assets").field("location") == "/assets/")
            #expect(try edge.get("/assets/").body == "<h1>home</h1>")
        }
        try await FileEdge.with(site, path: "/manual/*", route: ", rewrite: {prefix: /docs}") { edge in
            let answer = try edge.get("/manual/")
            #expect(answer.body == "docs")
        }
        try await FileEdge.with(site, path: "/a.css") { edge in
            let answer = try edge.get("/a.css")
            #expect(answer.body == "body {}")
        }
    }

    @Test func aPageThatRoutesItselfGetsItsFallback() async throws {
        try await FileEdge.with(site, keys: ", fallback: index.html") { edge in
            let answer = try edge.get("/some/view")
            #expect(answer.status == "200" && answer.body == "<h1>home</h1>")
            #expect(answer.field("content-type") == "text/html; charset=utf-8")
            #expect(try edge.get("/.secret").status == "404")
        }
    }

    @Test func conditionsAreEvaluated() async throws {
        try await FileEdge.with(site) { edge in
            let first = try edge.get("/a.css")
            let (tag, date) = (try #require(first.field("etag")), try #require(first.field("last-modified")))
            let same = try edge.get("/a.css", "If-None-Match: \"x\", \(tag)\r\n")
            #expect(same.status == "304" && same.body.isEmpty && same.field("etag") == tag)
            #expect(same.field("content-type") == nil)
            #expect(try edge.get("/a.css", "If-None-Match: \"x\"\r\n").status == "200")
            #expect(try edge.get("/a.css", "If-Modified-Since: \(date)\r\n").status == "304")
            #expect(try edge.get("/a.css", "If-Match: \"x\"\r\n").status == "412")
            #expect(try edge.get("/a.css", "If-Match: \(tag)\r\n").status == "200")
            #expect(
                try edge.get("/a.css", "If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT\r\n").status == "412"
            )
        }
    }

    @Test func rangesAreParts() async throws {
        try await FileEdge.with(site) { edge in
            let one = try edge.get("/data.bin", "Range: bytes=5-9\r\n")
            #expect(one.status == "206" && one.body == "56789")
            #expect(one.field("content-range") == "bytes 5-9/20")
            #expect(try edge.get("/data.bin", "Range: bytes=-3\r\n").body == "hij")
            let none = try edge.get("/data.bin", "Range: bytes=20-\r\n")
            #expect(none.status == "416" && none.field("content-range") == "bytes */20")
            #expect(try edge.get("/data.bin", "Range: bytes=1-2\r\nIf-Range: \"x\"\r\n").status == "200")
            let tag = try #require(one.field("etag"))
            #expect(try edge.get("/data.bin", "Range: bytes=1-2\r\nIf-Range: \(tag)\r\n").body == "12")
            let head = try edge.get("/data.bin", "Range: bytes=1-2\r\n", method: "HEAD")
            #expect(head.status == "200" && head.field("content-length") == "20")
        }
    }

    @Test func severalRangesAreSeveralParts() async throws {
        let text = String(repeating: "0123456789", count: 100)
        try await FileEdge.with(["a.txt": text]) { edge in
            let answer = try edge.get("/a.txt", "Range: bytes=0-3,500-503\r\n")
            #expect(answer.status == "206")
            let type = try #require(answer.field("content-type"))
            #expect(type.hasPrefix("multipart/byteranges; boundary="))
            let mark = String(type.dropFirst("multipart/byteranges; boundary=".count))
            let parts = answer.body.components(separatedBy: "--\(mark)")
            #expect(parts.count == 4)
            #expect(parts[1].contains("Content-Range: bytes 0-3/1000") && parts[1].hasSuffix("\r\n\r\n0123\r\n"))
            #expect(parts[2].contains("Content-Range: bytes 500-503/1000") && parts[2].hasSuffix("\r\n\r\n0123\r\n"))
            #expect(answer.field("content-length") == "\(answer.body.utf8.count)")
        }
    }

    @Test func aChangedFileIsAnotherFileAtOnce() async throws {
        try await FileEdge.with(site) { edge in
            let first = try edge.get("/a.css")
            try edge.write("body { color: red }", to: "a.css")
            let second = try edge.get("/a.css", "If-None-Match: \(first.field("etag") ?? "")\r\n")
            #expect(second.body == "body { color: red }")
            // As a deployment does it, by a rename.
            try edge.write("p {}", to: "new.css")
            let old = edge.folder.appending(path: "a.css").path
            #expect(rename(edge.folder.appending(path: "new.css").path, old) == 0)
            #expect(try edge.get("/a.css").body == "p {}")
            try FileManager.default.removeItem(atPath: old)
            #expect(try edge.get("/a.css").status == "404")
        }
    }

    @Test func theGzippedSiblingIsSentToThoseWhoTakeIt() async throws {
        try await FileEdge.with(site) { edge in
            try edge.write("as gzip", to: "a.css.gz")
            let plain = try edge.get("/a.css")
            #expect(plain.body == "body {}" && plain.field("vary") == "Accept-Encoding")
            let coded = try edge.get("/a.css", "Accept-Encoding: br, gzip\r\n")
            #expect(coded.body == "as gzip" && coded.field("content-encoding") == "gzip")
            #expect(coded.field("content-type") == "text/css; charset=utf-8")
            #expect(coded.field("vary") == "Accept-Encoding")
            #expect(coded.field("etag") != plain.field("etag"))
            #expect(try edge.get("/a.css", "Accept-Encoding: gzip;q=0, *\r\n").body == "body {}")
            #expect(try edge.get("/a.css", "Accept-Encoding: gzip;q=0.5, identity\r\n").body == "body {}")
            // It is of older content now.
            let times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, edge.folder.appending(path: "a.css.gz").path, times, 0) == 0)
            #expect(try edge.get("/a.css", "Accept-Encoding: gzip\r\n").body == "body {}")
        }
    }

    @Test func aLargeFileArrivesWhole() async throws {
        let text = (0..<300_000).map { "\($0 % 10)line" }.joined()
        try await FileEdge.with(["large.txt": text]) { edge in
            let first = try edge.get("/large.txt")
            #expect(first.body == text)
            // On one connection, a request behind the other.
            let client = try RawConnection(port: edge.port)
            let request = "GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(request + request)
            for _ in 0..<2 {
                #expect(client.readHead().contains("Content-Length: \(text.utf8.count)"))
                #expect(client.read(text.utf8.count).elementsEqual(text.utf8))
            }
        }
    }

    @Test func aFileThatShrinksBreaksTheConnection() async throws {
        try await FileEdge.with(["large.txt": String(repeating: "x", count: 30 << 20)]) { edge in
            let client = try RawConnection(port: edge.port)
            client.send("GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 200"))
            #expect(truncate(edge.folder.appending(path: "large.txt").path, 10) == 0)
            #expect(client.readToEnd().count < 30 << 20)
            #expect(client.hasEnded)
        }
    }

    @Test func theDiskIsWaitedForElsewhere() async throws {
        try await FileEdge.with(["large.txt": String(repeating: "y", count: 8 << 20)]) { edge in
            let path = edge.folder.appending(path: "large.txt").path
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            // On file systems that cannot forget, the file is simply sent.
            _ = fsync(descriptor)
            _ = posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
            let answer = try edge.get("/large.txt")
            #expect(answer.body.utf8.count == 8 << 20)
        }
    }

    @Test func theFilesAreSentOverTLSAndHTTP2() async throws {
        let text = (0..<200_000).map { "\($0 % 10)line" }.joined()
        let folder = FileManager.default.temporaryDirectory.appending(path: "edge-files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // it is in a temporary place
        try Data(text.utf8).write(to: folder.appending(path: "a.txt"))
        let more = "routes: [{path: /*, files: \"\(folder.path)\"}]\naccessLog: off"
        let server = try ScriptedServer(answering: response("unused"))
        try await SecureEdge.with([server], more) { edge in
            for version in ["--http1.1", "--http2"] {
                let answer = try edge.curl("\(version) URL/a.txt")
                #expect(answer.hasSuffix("\r\n\r\n" + text), "\(version)")
                let part = try edge.curl("\(version) -r 10-19 URL/a.txt")
                #expect(part.hasSuffix("\r\n\r\n" + text.dropFirst(10).prefix(10)))
                #expect(try edge.curl("\(version) -I URL/a.txt").lowercased().contains("content-length: 1000000"))
            }
        }
    }
}
