import Testing

@testable import PandoEdge

/// What becomes of the targets of requests, and who answers those that are for no path.
@Suite(.timeLimit(.minutes(1))) struct TargetTests {
    /// A server that answers with what it was asked for.
    private func echo() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                let forwards = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("max-forwards") } ?? ""
                connection.send(response("\(head.split(separator: " ")[1])\(forwards.dropFirst(12))"))
            }
        }
    }

    private func ask(_ port: Int, _ target: String, method: String = "GET", _ fields: String = "") throws -> String {
        let client = try RawConnection(port: port)
        client.send("\(method) \(target) HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\(fields)\r\n")
        return String(decoding: client.readToEnd(), as: UTF8.self)
    }

    @Test func theWholePathIsRewrittenWithTheNamesOfTheRoute() async throws {
        let routes = """
            routes:
              - {path: "/hotels/{id}/rooms/{room}", upstream: default, rewrite: {path: "/r/{room}/of/{id}"}}
              - {path: /old, upstream: default, rewrite: {path: /new}}
              - {path: /v1/*, upstream: default, rewrite: {prefix: /}}
              - {path: /*, upstream: default}
            """
        try await withEdge([echo()], routes) { port async throws in
            #expect(try ask(port, "/hotels/7/rooms/a%20b?x=1").hasSuffix("\r\n\r\n/r/a%20b/of/7?x=1"))
            #expect(try ask(port, "/old?").hasSuffix("\r\n\r\n/new?"))
            #expect(try ask(port, "/v1/a/b?c").hasSuffix("\r\n\r\n/a/b?c"))
            #expect(try ask(port, "/v1").hasSuffix("\r\n\r\n/"))
            #expect(try ask(port, "/x//./y").hasSuffix("\r\n\r\n/x/y"))
        }
    }

    @Test func redirectsHaveTheNamesOfTheRoute() async throws {
        let routes = """
            routes:
              - {path: "/h/{id}", redirect: {to: "https://{host}/hotels/{id}{query}", status: 301}}
              - {path: /*, redirect: "https://b.test{path}{query}"}
            """
        try await withEdge([echo()], routes) { port async throws in
            let named = try ask(port, "/h/7?x=1")
            #expect(named.hasPrefix("HTTP/1.1 301 "))
            #expect(named.contains("\r\nlocation: https://a.test/hotels/7?x=1\r\n"))
            let plain = try ask(port, "/a//b")
            #expect(plain.hasPrefix("HTTP/1.1 308 ") && plain.contains("\r\nlocation: https://b.test/a/b\r\n"))
        }
    }

    @Test func encodedSlashesAreKeptWhereTheFileSaysSo() async throws {
        let keep = "encodedSlashes: keep\nroutes: [{path: \"/o/{key}\", upstream: default}]"
        try await withEdge([echo()], keep) { port async throws in
            #expect(try ask(port, "/o/a%2fb%5Cc").hasSuffix("\r\n\r\n/o/a%2Fb%5Cc"))
            #expect(try ask(port, "/o/a%2F..%2Fb").hasPrefix("HTTP/1.1 400 "))
            #expect(try ask(port, "/o/a/b").hasPrefix("HTTP/1.1 404 "))
        }
        try await withEdge([echo()]) { port async throws in
            #expect(try ask(port, "/o/a%2fb").hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func optionsForTheServerIsAnsweredByTheEdge() async throws {
        let server = try echo()
        let routes = "routes: [{path: /a, methods: [GET, OPTIONS], upstream: default}]"
        try await withEdge([server], routes) { port async throws in
            for target in ["*", "http://a.test"] {
                let answer = try ask(port, target, method: "OPTIONS")
                #expect(answer.hasPrefix("HTTP/1.1 204 "), "\(answer)")
                #expect(answer.contains("\r\nallow: GET, HEAD, "))
            }
            let modern = try RawConnection(port: port)
            let star = [(":method", "OPTIONS"), (":scheme", "http"), (":authority", "a"), (":path", "*")]
            modern.send(HTTP2Frame.opening + HTTP2Frame.headers(1, star) + HTTP2Frame.goAway)
            let frames = HTTP2Frame.parse(modern.readToEnd()).filter { $0.stream == 1 }
            #expect(frames.first?.kind == .headers)
            // 204 is a field of the static table (RFC 7541, appendix A).
            #expect(frames.first?.payload.first == 0x89)
        }
        #expect(server.connections == 0)
    }

    @Test func maxForwardsIsCountedAndTheLastOneAnswers() async throws {
        let routes = "routes: [{path: /a, methods: [GET, OPTIONS], upstream: default}]"
        try await withEdge([echo()], routes) { port async throws in
            #expect(try ask(port, "/a", method: "OPTIONS", "Max-Forwards: 3\r\n").hasSuffix("\r\n\r\n/a: 2"))
            let last = try ask(port, "/a", method: "OPTIONS", "Max-Forwards: 0\r\n")
            #expect(last.hasPrefix("HTTP/1.1 204 ") && last.contains("\r\nallow: GET, HEAD, OPTIONS\r\n"))
            let trace = try ask(port, "/a", method: "TRACE", "Max-Forwards: 0\r\n")
            #expect(trace.hasPrefix("HTTP/1.1 405 ") && trace.contains("\r\nallow: "))
        }
    }

    @Test func maxForwardsIsTheSameForHTTP2() async throws {
        try await withEdge([echo()]) { port async throws in
            func ask(_ forwards: String) throws -> [HTTP2Frame] {
                let client = try RawConnection(port: port)
                let fields = [
                    (":method", "OPTIONS"), (":scheme", "http"), (":authority", "a"), (":path", "/a"),
                    ("max-forwards", forwards),
                ]
                client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, fields) + HTTP2Frame.goAway)
                return HTTP2Frame.parse(client.readToEnd()).filter { $0.stream == 1 }
            }
            let passed = try ask("3").filter { $0.kind == .data }.flatMap(\.payload)
            #expect(String(decoding: passed, as: UTF8.self) == "/a: 2")
            #expect(try ask("0").first?.payload.first == 0x89)
            #expect(try ask("x").first?.kind == .resetStream)
        }
    }
}
