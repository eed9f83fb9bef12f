import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct StaticFilesTests {
    private func withFolder(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-static-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover harms nobody
        for (name, text) in files {
            let url = folder.appendingPathComponent(name)
            let parent = url.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try await body(folder.path)
    }

    @Test func servesWhatIsThereAndNothingElse() async throws {
        let files = ["site.css": "body {}", "img/a b.svg": "<svg/>", ".env": "secret", ".git/config": "secret"]
        try await withFolder(files) { folder in
            try FileManager.default.createSymbolicLink(atPath: folder + "/link.txt", withDestinationPath: "/etc/passwd")
            let assets = try StaticFiles(folder: folder)
            #expect(assets.names == ["img/a b.svg", "site.css"])
            try await TestServer().application { assets.addRoutes(to: $0) }.test(.live) { client in
                for url in [assets.url("site.css"), "/static/site.css"] {
                    let answer = try await client.execute(uri: url, method: .get)
                    #expect(String(buffer: answer.body) == "body {}")
                    #expect(answer.headers[.contentType] == "text/css; charset=utf-8")
                }
                let picture = try await client.execute(uri: assets.url("img/a b.svg"), method: .get)
                #expect(picture.headers[.cacheControl] == "public, max-age=31536000, immutable")
                #expect(picture.headers[.contentType] == "image/svg+xml")
                let missing = [
                    "/static/.env", "/static/.git/config", "/static/link.txt", "/static/", "/static/img",
                    "/static/nothing", "/static/site.0000000000000000.css", "/static/%2E%65nv",
                ]
                for path in missing {
                    #expect(try await client.execute(uri: path, method: .get).status == .notFound, "\(path)")
                }
                let port = try #require(client.port)
                for path in ["/static/../site.css", "/static/%2e%2e/x", "/static/..%2fx", "/static/a%00b"] {
                    let request = "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n"
                    let answer = try await RawClient.exchange(port: port, Array(request.utf8))
                    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(path)")
                }
            }
        }
    }

    @Test func largeFilesComeFromDiskWithRanges() async throws {
        let text = String((0..<100_000).map { Character(String($0 % 10)) })
        try await withFolder(["large.txt": text]) { folder in
            var configuration = StaticFiles.Configuration()
            configuration.inMemoryFileBytes = 1000
            let assets = try StaticFiles(folder: folder, configuration: configuration)
            try await TestServer().application { assets.addRoutes(to: $0) }.test(.live) { client in
                let whole = try await client.execute(uri: "/static/large.txt", method: .get)
                #expect(String(buffer: whole.body) == text)
                let part = try await client.execute(
                    uri: "/static/large.txt",
                    method: .get,
                    headers: [.range: "bytes=99990-"]
                )
                #expect(part.status == .partialContent)
                #expect(String(buffer: part.body) == "0123456789")
                #expect(part.headers[.contentLength] == "10")
            }
        }
    }

    @Test func headAnswersLikeGetWithoutBody() async throws {
        let assets = StaticFiles(["a.txt": Array("hello".utf8)])
        try await TestServer().run({ assets.addRoutes(to: $0) }) { port in
            let answer = try await RawClient.with(port: port) { conversation in
                try await conversation.send("HEAD /static/a.txt HTTP/1.1\r\nHost: h\r\n\r\n")
                try await conversation.send("GET /static/a.txt HTTP/1.1\r\nHost: h\r\n\r\n")
                return try await conversation.read(until: "hello")
            }
            #expect(answer.components(separatedBy: "Content-Length: 5\r\n").count == 3)
            #expect(answer.components(separatedBy: "hello").count == 2)
        }
    }
}
