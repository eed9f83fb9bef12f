import Foundation
import Testing

@testable import PandoEdge

/// Requests and their description, on real sockets.
@Suite struct OpenAPITests {
    private static let description = """
        openapi: 3.0.3
        info: {title: Shop, version: "1"}
        servers: [{url: "https://shop.example/api"}]
        paths:
          /items:
            parameters: [{name: X-Shop, in: header, required: true, schema: {type: string, enum: [a, b]}}]
            get:
              parameters:
                - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
                - {name: tag, in: query, schema: {type: array, items: {type: string, pattern: "^[a-z]+$"}, maxItems: 2}}
                - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
                - {name: exact, in: query, schema: {type: boolean}}
              responses: {}
            post:
              requestBody:
                required: true
                content:
                  application/json: {schema: {$ref: "#/components/schemas/Item"}}
                  text/*: {}
              responses: {}
          /items/{id}:
            get: {parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}], responses: {}}
          /items/new: {get: {responses: {}}}
        components:
          schemas:
            Item:
              type: object
              required: [name, price]
              additionalProperties: false
              properties:
                name: {type: string, minLength: 1}
                price: {type: number, minimum: 0}
                note: {type: string, nullable: true}
        """

    private func withShop(
        _ more: String = "",
        _ body: (Int, Asked) throws -> Void
    ) async throws {
        let folder = try TestFolder()
        let file = try folder.write("shop.yaml", Self.description)
        let asked = Asked()
        let server = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                asked.note(head)
                let content = ScriptedServer.body(connection, head)
                connection.send(response(String(decoding: content, as: UTF8.self)))
            }
        }
        let text = """
            upstreams: {a: {servers: ["127.0.0.1:\(server.port)"]}}
            routes: [{path: /*, upstream: a, openAPI: {file: "\(file)"\(more)}}]
            """
        try await withEdge(text) { _, port in
            try body(port, asked)
            withExtendedLifetime((server, folder)) {}
        }
    }

    private func post(_ port: Int, _ body: String, type: String = "application/json", chunked: Bool = false) throws
        -> Answer
    {
        let client = try RawConnection(port: port)
        let length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
        client.send(
            "POST /api/items HTTP/1.1\r\nHost: a\r\nX-Shop: a\r\nConnection: close\r\nContent-Type: \(type)\r\n\(length)\r\n\r\n"
        )
        client.send(chunked ? "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n" : body)
        let head = client.readHead()
        return Answer(head: head, body: String(decoding: client.readToEnd(), as: UTF8.self))
    }

    private static let shop = "X-Shop: a\r\n"

    @Test(.timeLimit(.minutes(1))) func requestsAsDescribedPass() async throws {
        try await withShop { port, asked in
            let targets = [
                "/api/items", "/api/items?limit=50&tag=a&tag=b&ids=1,2&exact=true", "/api/items?other=x",
                "/api/items/123e4567-e89b-12d3-a456-426614174000", "/api/items/new",
            ]
            for target in targets {
                let answer = try get(port, target, Self.shop)
                #expect(answer.status == "200", "\(target): \(answer.body)")
            }
            let head = try get(port, "/api/items", Self.shop, method: "HEAD")
            #expect(head.status == "200")
            #expect(asked.count == targets.count + 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNotDescribedIsRefused() async throws {
        let wrong = [
            ("/api/items?limit=0", "400", "\"name\":\"limit\""), ("/api/items?limit=x", "400", "should be an integer"),
            ("/api/items?limit=1&limit=2", "400", "more than once"), ("/api/items?tag=A", "400", "does not match"),
            ("/api/items?tag=a&tag=b&tag=c", "400", "at most 2 elements"),
            ("/api/items?ids=1,b", "400", "\"name\":\"ids\""),
            ("/api/items?exact=yes", "400", "should be a boolean"), ("/api/items?limit=%zz", "400", "UTF-8"),
            ("/api/items/5", "400", "uuid"), ("/api/other", "404", "no such path"), ("/items", "404", "no such path"),
        ]
        try await withShop { port, asked in
            for (target, status, words) in wrong {
                let answer = try get(port, target, Self.shop)
                #expect(answer.status == status && answer.body.contains(words), "\(target): \(answer.body)")
                #expect(answer.field("content-type") == "application/problem+json")
                #expect((try? JSONValue(reading: Array(answer.body.utf8)))?["status"]?.number == Double(status))
            }
            #expect(try get(port, "/api/items").body.contains("\"in\":\"header\",\"name\":\"x-shop\""))
            #expect(try get(port, "/api/items", "X-Shop: c\r\n").status == "400")
            let method = try get(port, "/api/items", Self.shop, method: "DELETE")
            #expect(method.status == "405" && method.field("allow") == "GET, POST, HEAD")
            #expect(asked.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false]) func bodiesAreHeldToTheirSchema(chunked: Bool) async throws
    {
        try await withShop { port, asked in
            let good = #"{"name": "a", "price": 1.5, "note": null}"#
            let passed = try post(port, good, chunked: chunked)
            #expect(passed.status == "200" && passed.body == good)
            let bad = [
                (#"{"name":"","price":-1}"#, "#/name"), (#"{"name":"","price":-1}"#, "#/price"),
                (#"{"name":"a"}"#, "'price' is missing"),
                (#"{"name":"a","price":1,"x":1}"#, "#/x"), ("[]", "should be an object"), ("{", "no JSON"),
                (#"{"name":"a","price":1,"price":2}"#, "twice"),
            ]
            for (body, words) in bad {
                let answer = try post(port, body, chunked: chunked)
                #expect(answer.status == "400" && answer.body.contains(words), "\(body): \(answer.body)")
            }
            #expect(asked.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func contentHasItsType() async throws {
        try await withShop { port, asked in
            #expect(try post(port, "hello", type: "text/plain").body == "hello")
            #expect(try post(port, "{}", type: "application/xml").status == "415")
            #expect(try post(port, "{}", type: "application/json; charset=latin1").status == "415")
            #expect(try post(port, "{}", type: "application/json\r\nContent-Encoding: gzip").status == "415")
            let missing = try get(port, "/api/items", Self.shop, method: "POST")
            #expect(missing.status == "400" && missing.body.contains("content is missing"))
            let uncalled = try get(port, "/api/items/new", "Content-Length: 0\r\n")
            #expect(uncalled.status == "200", "no content is none")
            #expect(asked.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false]) func bodiesAreBounded(chunked: Bool) async throws {
        try await withShop(", bodyBytes: 1KiB") { port, asked in
            let body = #"{"name":"\#(String(repeating: "x", count: 2_000))","price":1}"#
            let answer = try post(port, body, chunked: chunked)
            #expect(answer.status == "413")
            #expect(asked.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1))) func unknownPathsMayPass() async throws {
        try await withShop(", allowUnknown: true") { port, _ in
            let (unknown, known) = (try get(port, "/other"), try get(port, "/api/items"))
            #expect(unknown.status == "200" && known.status == "400")
        }
    }

    @Test(.timeLimit(.minutes(1))) func clientThatWaitsIsAskedForItsBody() async throws {
        try await withShop { port, asked in
            let client = try RawConnection(port: port)
            client.send("POST /api/items HTTP/1.1\r\nHost: a\r\nX-Shop: a\r\nContent-Type: application/json\r\n")
            client.send("Content-Length: 22\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.readHead().hasPrefix("HTTP/1.1 100 "))
            client.send(#"{"name":"a","price":1}"#)
            #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(!asked.last.contains("Expect"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func refusalKeepsTheConnection() async throws {
        try await withShop { port, _ in
            let client = try RawConnection(port: port)
            for body in [#"{"name":"a","price":"x"}"#, #"{"name":"a","price":1}"#] {
                client.send("POST /api/items HTTP/1.1\r\nHost: a\r\nX-Shop: a\r\nContent-Type: application/json\r\n")
                client.send("Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                let head = client.readHead()
                #expect(head.hasPrefix(body.contains("\"x\"") ? "HTTP/1.1 400 " : "HTTP/1.1 200 "))
                _ = client.read(Int(Answer(head: head, body: "").field("content-length") ?? "") ?? 0)
            }
        }
    }

    @Test(arguments: [
        ("openapi: 2.0.0\n", "#/openapi"), ("openapi: 3.0.0\n", "#/paths"),
        (
            "openapi: 3.0.0\npaths: {/a: {get: {parameters: [{name: a, in: body}]}}}\n",
            "#/paths/~1a/get/parameters/0/in"
        ),
        ("openapi: 3.0.0\npaths: {'/a.{x}': {}}\n", "#/paths/~1a.{x}"),
        ("openapi: 3.0.0\npaths: {'/{x}': {}, '/{y}': {}}\n", "#/paths/~1{y}"),
        (
            "openapi: 3.0.0\npaths: {/a: {get: {parameters: [{name: a, in: query, style: deepObject, schema: {}}]}}}\n",
            "#/paths/~1a/get/parameters/0/style"
        ),
        ("{\"openapi\": \"3.0.0\", }", "#"), ("a: [", "#"),
    ])
    func descriptionsThatCannotBeUsedAreRefused(text: String, pointer: String) throws {
        let folder = try TestFolder()
        let file = try folder.write("api.yaml", text)
        let issue = #expect(throws: EdgeIssue.self) {
            do { _ = try OpenAPIPlan.load(.init(file: file), adopting: nil, "routes[0]") } catch let error as EdgeIssue
            { throw error }
        }
        #expect(issue?.problem.contains("at \(pointer): ") ?? false, "\(issue?.problem ?? "")")
        #expect(issue?.keyPath == "routes[0].openAPI")
    }
}
