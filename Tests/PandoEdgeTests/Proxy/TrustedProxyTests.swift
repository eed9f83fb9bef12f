import Foundation
import Testing

@testable import PandoEdge

/// Whose address counts behind proxies that are trusted, in the log, for rates and for hashes.
@Suite(.timeLimit(.minutes(1))) struct TrustedProxyTests {
    private static func text(_ server: ScriptedServer, trusted: String, _ more: String = "") -> String {
        """
        listeners: [{address: "127.0.0.1:0"\(trusted.isEmpty ? "" : ", trustedProxies: [\(trusted)]")}]
        upstream: "127.0.0.1:\(server.port)"
        \(more)
        """
    }

    static let lists: [(fields: String, client: String)] = [
        ("X-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"),
        ("X-Forwarded-For: 198.51.100.9, 203.0.113.7\r\n", "203.0.113.7"),
        ("X-Forwarded-For: 198.51.100.9, 203.0.113.7, 10.0.0.1, 10.0.0.2\r\n", "203.0.113.7"),
        ("X-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: 203.0.113.7,10.0.0.1\r\n", "203.0.113.7"),
        ("X-Forwarded-For: 10.0.0.3, 10.0.0.1\r\n", "10.0.0.3"),
        ("X-Forwarded-For: 203.0.113.7, unknown, 10.0.0.1\r\n", "10.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7, /run/a\r\n", "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7:4711, [2001:db8::5]:80, 10.0.0.1:1\r\n", "2001:db8::5"),
        ("X-Forwarded-For: 2001:DB8:0::7\r\n", "2001:db8::7"), ("X-Forwarded-For: 1.2.3.4, \r\n", "127.0.0.1"),
        ("", "127.0.0.1"),
    ]

    @Test(arguments: lists) func rightmostAddressThatIsNotTrustedIsTheClients(fields: String, client: String)
        async throws
    {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("a"))
        let log = "accessLog: {file: \(files.folder)/log}"
        try await withListeners(Self.text(server, trusted: "127.0.0.1, 10.0.0.0/8", log)) { _, ports async throws in
            #expect(try get(ports[0], "/", fields).status == "200")
        }
        #expect(try files.lines("log").map { $0.text("client") } == [client])
    }

    @Test(arguments: ["", "10.0.0.0/8"]) func nobodyElseIsBelieved(trusted: String) async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("a"))
        let log = "accessLog: {file: \(files.folder)/log, format: combined}"
        try await withListeners(Self.text(server, trusted: trusted, log)) { _, ports async throws in
            #expect(try get(ports[0], "/", "X-Forwarded-For: 203.0.113.7\r\n").status == "200")
        }
        #expect(try String(contentsOfFile: files.folder + "/log", encoding: .utf8).hasPrefix("127.0.0.1 - - ["))
    }

    @Test func clientsBehindOneProxyHaveARateEach() async throws {
        let server = try ScriptedServer(answering: response("a"))
        let more = "routes: [{path: /*, upstream: default, limits: {rate: 1/1h}}]"
        try await withListeners(Self.text(server, trusted: "127.0.0.1", more)) { _, ports async throws in
            func status(_ address: String) throws -> String {
                try get(ports[0], "/", "X-Forwarded-For: 192.0.2.1, \(address)\r\n").status
            }
            #expect(try status("203.0.113.7") == "200")
            #expect(try status("203.0.113.8") == "200")
            #expect(try status("203.0.113.7") == "429")
        }
    }

    @Test func addressBehindTheProxyIsHashed() async throws {
        let servers = try (0..<3).map { try ScriptedServer(answering: response("\($0)")) }
        let list = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        let text = """
            listeners: [{address: "127.0.0.1:0", trustedProxies: [127.0.0.1]}]
            upstream: {servers: [\(list)], balance: {hash: address}}
            """
        try await withListeners(text) { _, ports async throws in
            var seen: Set<String> = []
            for number in 1...40 {
                let fields = "X-Forwarded-For: 203.0.113.\(number)\r\n"
                let first = try get(ports[0], "/", fields).body
                #expect(try get(ports[0], "/", fields).body == first)
                seen.insert(first)
            }
            #expect(seen.count == 3)
        }
        withExtendedLifetime(servers) {}
    }
}
