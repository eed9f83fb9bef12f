import TestSupport
import Testing

@testable import PandoEdge

/// Bad input gets a status and an error that says what, where and what to do, and changes nothing.
@Suite(.timeLimit(.minutes(1))) struct AdminInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        var body = ""
        var type = "application/json"
        var fields = ""
        let status: String
        let says: String
        var testDescription: String { "\(what) \(body)" }
    }

    static let cases = [
        Case(what: "GET /nothing", status: "404", says: "/readyz"),
        Case(what: "GET /edge/../livez", status: "404", says: "there is no"),
        Case(what: "POST /edge", status: "405", says: "GET, HEAD"),
        Case(what: "GET /drain", status: "405", says: "POST"),
        Case(what: "DELETE /purge", status: "405", says: "POST"),
        Case(what: "POST /drain", status: "400", says: "\"field\":\"server\""),
        Case(what: "POST /drain", body: "[]", status: "400", says: "no JSON object"),
        Case(what: "POST /drain", body: "{", status: "400", says: "no JSON object"),
        Case(what: "POST /drain", body: #"{"server": 1}"#, status: "400", says: "\"field\":\"server\""),
        Case(what: "POST /drain", body: #"{"server": ""}"#, status: "400", says: "this is no text"),
        Case(what: "POST /drain", body: #"{"serve": "x"}"#, status: "400", says: "nobody knows this member"),
        Case(what: "POST /drain", body: #"{"server": "x", "upstream": "y"}"#, status: "404", says: "use one of app"),
        Case(what: "POST /drain", body: #"{"server": "x"}"#, status: "404", says: "use one of 127.0.0.1:1"),
        Case(what: "POST /purge", body: "{}", status: "400", says: "what is to be purged?"),
        Case(what: "POST /purge", body: #"{"url": "http://a/", "tag": "t"}"#, status: "400", says: "send one of"),
        Case(what: "POST /purge", body: #"{"all": true}"#, status: "409", says: "add 'cache: on'"),
        Case(what: "POST /reload", body: #"{"now": true}"#, status: "400", says: "\"field\":\"now\""),
        Case(what: "POST /drain", body: "{}", type: "text/plain", status: "415", says: "application/json"),
        Case(what: "POST /drain", fields: "Content-Length: 65537\r\n", status: "413", says: "too large"),
        Case(what: "POST /drain", fields: "Transfer-Encoding: chunked\r\n", status: "501", says: "transfer coding"),
        Case(what: "POST /drain", fields: "Content-Length: 1\r\nContent-Length: 2\r\n", status: "400", says: "ontent"),
        Case(what: "GET /\(String(repeating: "x", count: 3_000))", status: "414", says: "too long"),
        Case(
            what: "GET /edge",
            fields: "X: \(String(repeating: "x", count: 20_000))\r\n",
            status: "431",
            says: "too large"
        ),
        Case(what: "get /edge", status: "400", says: "another case"),
    ]

    @Test(arguments: cases) func badInputIsExplained(_ one: Case) async throws {
        try await withAdmin("upstreams: {app: {servers: [\"127.0.0.1:1\"]}}") { edge, _, admin in
            let before = edge.liveState.upstreams
            let length =
                one.body.isEmpty ? "" : "Content-Type: \(one.type)\r\nContent-Length: \(one.body.utf8.count)\r\n"
            let client = try RawConnection(port: admin.port)
            client.send("\(one.what) HTTP/1.1\r\nHost: localhost\r\n\(length)\(one.fields)\r\n\(one.body)")
            let answer = AdminClient.answer(client)
            #expect(answer.status == one.status && answer.body.contains(one.says), "\(answer.head)\(answer.body)")
            #expect(answer.body.contains("\"problem\"") && answer.body.contains("\"remedy\""))
            #expect(edge.liveState.upstreams == before && edge.generation == 1)
        }
    }

    @Test func aBodyIsAskedForWhereTheClientWaits() async throws {
        try await withAdmin("upstreams: {app: {servers: [\"127.0.0.1:1\"]}}") { _, _, admin in
            let client = try RawConnection(port: admin.port)
            let fields = "Content-Type: application/json\r\nContent-Length: 24\r\nExpect: 100-continue\r\n"
            client.send("POST /drain HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
            #expect(client.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send(#"{"server":"127.0.0.1:1"}"#)
            #expect(AdminClient.answer(client).status == "200")
        }
    }

    @Test func garbageIsAnsweredAndTheNextRequestTooAndManyAtOnce() async throws {
        try await withAdmin("routes: [{path: /*, respond: 200}]") { _, _, admin in
            #expect(try admin.send("\u{16}\u{3}\u{1}hello\r\n\r\n").status == "400")
            #expect(try admin.send("GET / HTTP/9.1\r\n\r\n").status == "505")
            let waiting = try (0..<AdminServer.maximumConnections).map { _ in try RawConnection(port: admin.port) }
            // The last of those that wait has its thread when one more is refused.
            try await poll { try admin.ask("GET /livez").status == "503" }
            for client in waiting { client.finishWriting() }
            try await poll { try admin.ask("GET /livez").status == "200" }
            withExtendedLifetime(waiting) {}
        }
    }

    @Test func itAnswersWhileTheEdgeEnds() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            gate.pass()
            connection.send(response("late"))
        }
        let text = "listen: \"127.0.0.1:0\"\nworkers: 1\ndrainTimeout: 30s\naccessLog: off\nadmin: \"127.0.0.1:0\"\n"
        let edge = try Edge(try decoded(text + "upstream: \"127.0.0.1:\(server.port)\"\n"))
        let admin = try AdminClient(edge)
        let client = try RawConnection(port: try #require(edge.addresses.first?.port))
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await poll { edge.liveState.upstreams[0].active == 1 }
        async let ended: Void = edge.stop()
        try await poll { try admin.ask("GET /readyz").status == "503" }
        #expect(try admin.ask("GET /readyz").body.contains("it takes no more connections"))
        #expect(try admin.ask("POST /reload").status == "422")
        gate.open()
        await ended
        #expect(client.readHead().hasPrefix("HTTP/1.1 200"))
        #expect(throws: (any Error).self) { try admin.ask("GET /livez") }
    }
}
