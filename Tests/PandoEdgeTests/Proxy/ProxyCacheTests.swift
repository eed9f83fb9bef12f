import Foundation
import Testing

@testable import PandoEdge

/// The cache in the way of requests, on real sockets.
@Suite struct ProxyCacheTests {
    private let fresh = "Cache-Control: max-age=60\r\nETag: \"v1\"\r\n"

    @Test(.timeLimit(.minutes(1))) func secondRequestIsAnsweredFromTheStore() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, number in response("hello \(number)", fresh) }
        try await withCachedEdge(server) { _, port in
            let first = try get(port)
            #expect(first.cacheStatus == "pando; fwd=uri-miss; stored")
            #expect(first.body == "hello 0")
            let second = try get(port)
            #expect(second.body == "hello 0")
            #expect(second.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(second.cacheStatus.hasPrefix("pando; hit; ttl="))
            #expect(second.field("age") != nil && second.field("date") != nil && second.field("via") == "1.1 pando")
            #expect(second.field("content-length") == "7" && second.field("etag") == "\"v1\"")
        }
        #expect(asked.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func hitsFollowOneAnotherOnOneConnection() async throws {
        let server = try ScriptedServer(answering: response("hello", fresh))
        try await withCachedEdge(server) { _, port in
            let client = try RawConnection(port: port)
            client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 5))
            for _ in 0..<5 {
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(client.text(5) == "hello")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func clientThatHasItGets304FromTheStoreAndFromTheFirstFetch() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, _ in response("hello", fresh) }
        try await withCachedEdge(server) { _, port in
            for _ in 0..<2 {
                let answer = try get(port, "/", "If-None-Match: \"v1\"\r\n")
                #expect(answer.status == "304")
                #expect(answer.body.isEmpty && answer.field("etag") == "\"v1\"")
            }
            #expect(try await holds { try get(port).isHit })
            #expect(try get(port).body == "hello")
            #expect(try get(port, "/", "If-None-Match: \"v2\"\r\n").status == "200")
        }
        #expect(asked.count == 1)
        #expect(!asked.last.lowercased().contains("if-none-match"))
    }

    @Test(.timeLimit(.minutes(1))) func staleEntryIsConfirmedByTheServer() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, number in
            let fields = "Cache-Control: max-age=0, must-revalidate\r\nETag: \"v1\"\r\n"
            return number == 0 ? response("hello", fields) : "HTTP/1.1 304 Not Modified\r\n\(fields)\r\n"
        }
        try await withCachedEdge(server) { _, port in
            _ = try get(port)
            let second = try get(port)
            #expect(second.status == "200" && second.body == "hello")
            #expect(second.cacheStatus.contains("fwd=stale; fwd-status=304"))
            #expect(asked.last.lowercased().contains("if-none-match: \"v1\""))
            #expect(try get(port, "/", "If-None-Match: \"v1\"\r\n").status == "304")
        }
        #expect(asked.count == 3)
    }

    @Test(.timeLimit(.minutes(1))) func confirmationOfSomethingElseIsAskedAgainWithoutConditions() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { head, number in
            let fields = "Cache-Control: max-age=0, must-revalidate\r\nETag: \"v\(number)\"\r\n"
            if head.lowercased().contains("if-none-match") { return "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n" }
            return response("hello \(number)", fields)
        }
        try await withCachedEdge(server) { _, port in
            _ = try get(port)
            #expect(try get(port).body == "hello 2")
        }
        #expect(asked.count == 3)
    }

    @Test(.timeLimit(.minutes(1))) func rangesComeFromTheStore() async throws {
        let server = try ScriptedServer(answering: response("0123456789", fresh))
        try await withCachedEdge(server) { _, port in
            _ = try get(port)
            let one = try get(port, "/", "Range: bytes=2-4\r\n")
            #expect(one.status == "206" && one.body == "234" && one.isHit)
            #expect(one.field("content-range") == "bytes 2-4/10" && one.field("content-length") == "3")
            let none = try get(port, "/", "Range: bytes=20-\r\n")
            #expect(none.status == "416" && none.field("content-range") == "bytes */10" && none.body.isEmpty)
            let several = try get(port, "/", "Range: bytes=0-0,9-9\r\n")
            #expect(several.isHit)
        }
    }

    @Test(.timeLimit(.minutes(1))) func severalRangesHaveTheLengthThatTheySay() async throws {
        let body = String(repeating: "abcdefghij", count: 100)
        let server = try ScriptedServer(answering: response(body, fresh))
        try await withCachedEdge(server) { _, port in
            _ = try get(port)
            let answer = try get(port, "/", "Range: bytes=0-2,500-501\r\n")
            #expect(answer.status == "206")
            #expect(answer.field("content-type")?.hasPrefix("multipart/byteranges; boundary=") == true)
            #expect(answer.field("content-length") == String(answer.body.utf8.count))
            #expect(
                answer.body.contains("\r\n\r\nabc\r\n--") && answer.body.contains("bytes 500-501/1000\r\n\r\nab\r\n--")
            )
        }
    }

    @Test(.timeLimit(.minutes(1))) func varyTellsClientsApart() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] head, _ in
            response(head.contains("Language: de") ? "Buch" : "book", fresh + "Vary: Accept-Language\r\n")
        }
        try await withCachedEdge(server) { _, port in
            for _ in 0..<2 {
                let (german, english) = (
                    try get(port, "/", "Accept-Language: de\r\n"), try get(port, "/", "Accept-Language: en\r\n")
                )
                #expect(german.body == "Buch" && english.body == "book")
            }
        }
        #expect(asked.count == 2)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "Cache-Control: private, max-age=60\r\n", "Cache-Control: no-store\r\n",
            "Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\n",
        ]
    ) func whatIsForOneClientNeverReachesAnother(fields: String) async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, number in response("secret \(number)", fields) }
        try await withCachedEdge(server) { _, port in
            for number in 0..<3 {
                let answer = try get(port)
                #expect(answer.body == "secret \(number)")
            }
        }
        #expect(asked.count == 3)
    }

    @Test(.timeLimit(.minutes(1))) func answerToCredentialsIsNotShared() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] head, number in response("\(number)", fresh) }
        try await withCachedEdge(server) { _, port in
            let (own, other) = (try get(port, "/", "Authorization: Basic eDp5\r\n"), try get(port))
            #expect(own.body == "0" && other.body == "1")
        }
    }

    @Test(.timeLimit(.minutes(1))) func unsafeMethodInvalidates() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, number in response("\(number)", fresh) }
        try await withCachedEdge(server) { _, port in
            #expect(try get(port).body == "0")
            let post = try get(port, "/", "Content-Length: 0\r\n", method: "POST")
            #expect(post.body == "1" && post.cacheStatus == "pando; fwd=method")
            #expect(try get(port).body == "2")
        }
    }

    /// RFC 9111 §4.2.4: only a server, a client or a rule of the file may allow it.
    @Test(.timeLimit(.minutes(1))) func nothingStaleIsServedWhereNobodyAllowedIt() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, number in
            response("\(number)", "Cache-Control: max-age=0\r\nETag: \"\(number)\"\r\n")
        }
        try await withCachedEdge(server) { _, port async throws in
            #expect(try get(port).body == "0")
            #expect(try get(port).body == "1")
            #expect(try get(port, "/", "Cache-Control: max-stale\r\n").body == "1")
        }
        #expect(asked.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func onlyIfCachedAsksNobody() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, _ in response("x", fresh) }
        try await withCachedEdge(server) { _, port in
            let answer = try get(port, "/", "Cache-Control: only-if-cached\r\n")
            #expect(answer.status == "504" && answer.field("cache-status") != nil)
            #expect(asked.count == 0)
            _ = try get(port)
            #expect(try get(port, "/", "Cache-Control: only-if-cached\r\n").isHit)
        }
    }

    @Test(.timeLimit(.minutes(1))) func headIsAnsweredFromTheStoreAndIsNotStoredAsGet() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] head, _ in
            let text = response("hello", fresh)
            return head.hasPrefix("HEAD") ? String(text.dropLast(5)) : text
        }
        try await withCachedEdge(server) { _, port in
            #expect(try get(port, method: "HEAD").status == "200")
            #expect(try get(port).body == "hello")
            let head = try get(port, method: "HEAD")
            #expect(head.isHit && head.body.isEmpty && head.field("content-length") == "5")
        }
        #expect(asked.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func oldClientGetsAHitAndItsConnectionEnds() async throws {
        let server = try ScriptedServer(answering: response("hello", fresh))
        try await withCachedEdge(server) { _, port in
            _ = try get(port)
            let client = try RawConnection(port: port)
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
            let head = client.readHead()
            #expect(head.contains("cache-status: pando; hit") && head.contains("Connection: close\r\n"))
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "hello")
            #expect(client.hasEnded)
        }
    }

    @Test(.timeLimit(.minutes(1))) func largeHitIsWholeBehindASlowClient() async throws {
        let body = String(repeating: "0123456789abcdef", count: 1 << 18)
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, _ in response(body, fresh) }
        try await withCachedEdge(server) { _, port in
            let isFirstSame = try get(port).body == body
            #expect(isFirstSame)
            let answer = try get(port)
            let isSame = answer.body == body
            #expect(isSame && answer.isHit)
        }
        #expect(asked.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func purgesTakeEffect() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, number in
            response("\(number)", fresh + "Cache-Tag: books\r\n")
        }
        try await withCachedEdge(server, "{staleWhileRevalidate: 10s}") { edge, port in
            let first = try get(port, "/x")
            #expect(first.body == "0")
            #expect(edge.purge(uri: "http://a/x", .hard))
            #expect(try get(port, "/x").body == "1")
            #expect(edge.purge(tag: "books", .hard))
            #expect(try get(port, "/x").body == "2")
            #expect(edge.purge(prefix: "http://a/", .hard))
            #expect(try get(port, "/x").body == "3")
            #expect(edge.purge(uri: "http://a/x", .soft))
            #expect(try get(port, "/x").body == "3")
            #expect(try await holds { try get(port, "/x").body == "4" })
        }
    }

    @Test(.timeLimit(.minutes(1))) func diskTierOutlivesTheEdge() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // nothing else is to be done about it
        let asked = Asked()
        let server = try ScriptedServer(asked) { [fresh] _, number in response("\(number)", fresh) }
        let store = "cache: {folder: \"\(folder)\"}"
        try await withCachedEdge(server, "on", store) { edge, port in
            #expect(try get(port).body == "0")
            let disk = try #require(edge.current.cache?.disk)
            #expect(try await holds { disk.use.files == 1 })
        }
        try await withCachedEdge(server, "on", store) { edge, port in
            let disk = try #require(edge.current.cache?.disk)
            #expect(try await holds { disk.use.files == 1 })
            let answer = try get(port)
            #expect(answer.body == "0" && answer.isHit)
        }
        #expect(asked.count == 1)
    }

    @Test func folderThatCannotBeUsedIsNamed() throws {
        let text =
            "listen: \"127.0.0.1:0\"\nroutes: [{path: /*, upstream: \"127.0.0.1:1\", cache: on}]\ncache: {folder: /dev/null/x}"
        let error = try #require(throws: EdgeConfigurationError.self) { try Edge(try decoded(text)) }
        #expect(error.description.contains("cache.folder"))
        #expect(error.description.contains("/dev/null/x"))
    }
}
