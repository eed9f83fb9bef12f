import Testing

@testable import PandoEdge

/// What pages of other origins are told, on real sockets.
@Suite struct CrossOriginTests {
    private static let rule = """
        {origins: ["https://app.example", "https://b.example"], methods: [GET, PUT], headers: [X-Shop, Content-Type], \
        expose: [X-Total], credentials: true, maxAge: 5m}
        """

    private func withShop(
        _ cors: String,
        _ more: String = "",
        answering answer: String = response("hello"),
        _ body: (Int, Asked) throws -> Void
    ) async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, _ in answer }
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]}}
            routes: [{path: /*, upstream: a, cors: \(cors)\(more)}]
            """
        try await withEdge(text) { _, port in
            try body(port, asked)
            withExtendedLifetime(server) {}
        }
    }

    private func preflight(_ port: Int, _ origin: String, _ method: String = "PUT") throws -> Answer {
        let fields = "Origin: \(origin)\r\nAccess-Control-Request-Method: \(method)\r\n"
        return try get(port, "/", fields, method: "OPTIONS")
    }

    @Test(.timeLimit(.minutes(1))) func preflightIsAnsweredByTheEdge() async throws {
        try await withShop(Self.rule) { port, asked in
            let answer = try preflight(port, "https://app.example")
            #expect(answer.status == "204" && answer.body.isEmpty)
            #expect(answer.field("access-control-allow-origin") == "https://app.example")
            #expect(answer.field("access-control-allow-credentials") == "true")
            #expect(answer.field("access-control-allow-methods") == "GET, PUT")
            #expect(answer.field("access-control-allow-headers") == "x-shop, content-type")
            #expect(answer.field("access-control-max-age") == "300")
            #expect(answer.field("access-control-expose-headers") == nil)
            #expect(answer.head.contains("vary: origin\r\n"))
            #expect(asked.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["https://evil.example", "https://app.example.evil", "null"])
    func preflightOfAnotherOriginIsRefused(origin: String) async throws {
        try await withShop(Self.rule) { port, asked in
            let answer = try preflight(port, origin)
            #expect(answer.status == "403")
            #expect(answer.head.contains("access-control-allow") == false)
            #expect(answer.head.contains("vary: origin\r\n"))
            #expect(asked.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1))) func answersSayWhoMayReadThem() async throws {
        let servers = response(
            "hello",
            "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\nVary: Accept\r\n"
        )
        try await withShop(Self.rule, answering: servers) { port, _ in
            let mine = try get(port, "/", "Origin: https://b.example\r\n")
            #expect(mine.field("access-control-allow-origin") == "https://b.example" && mine.body == "hello")
            #expect(mine.field("access-control-expose-headers") == "x-total")
            #expect(mine.head.contains("Vary: Accept\r\n") && mine.head.contains("vary: origin\r\n"))
            #expect(!mine.head.contains("Access-Control"), "what the server says")
            for fields in ["Origin: https://evil.example\r\n", ""] {
                let other = try get(port, "/", fields)
                #expect(other.status == "200" && !other.head.lowercased().contains("access-control"))
                #expect(other.head.contains("vary: origin\r\n"))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func everyOriginGetsAnAsteriskAndNoCredentials() async throws {
        let servers = response("hello", "Access-Control-Allow-Credentials: true\r\n")
        try await withShop("\"*\"", answering: servers) { port, _ in
            let answer = try get(port, "/", "Origin: https://any.example\r\n")
            #expect(answer.field("access-control-allow-origin") == "*")
            #expect(answer.field("access-control-allow-credentials") == nil)
            #expect(answer.field("vary") == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func refusalsCanBeReadByPagesToo() async throws {
        try await withShop(Self.rule, ", limits: {bodyBytes: 4}") { port, _ in
            let fields = "Origin: https://app.example\r\nContent-Length: 5\r\n"
            let answer = try get(port, "/", fields, method: "PUT")
            #expect(answer.status == "413")
            #expect(answer.field("access-control-allow-origin") == "https://app.example")
        }
    }

    @Test(.timeLimit(.minutes(1))) func storedAnswerIsToldToEachOriginInItsOwnWords() async throws {
        let servers = response(
            "hello",
            "Cache-Control: max-age=60\r\nAccess-Control-Allow-Origin: https://x.example\r\n"
        )
        try await withShop(Self.rule, ", cache: on", answering: servers) { port, asked in
            for origin in ["https://app.example", "https://b.example"] {
                let answer = try get(port, "/", "Origin: \(origin)\r\n")
                #expect(answer.field("access-control-allow-origin") == origin && answer.body == "hello")
                #expect(answer.head.contains("vary: origin\r\n"))
            }
            #expect(try get(port, "/").field("access-control-allow-origin") == nil)
            #expect(asked.count == 1)
        }
    }
}
