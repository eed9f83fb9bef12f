import Foundation
import Testing

@testable import PandoEdge

/// Clients that a cookie keeps with their server.
@Suite(.timeLimit(.minutes(1))) struct StickyProxyTests {
    private func withServers(
        _ names: [String],
        _ body: ([ScriptedServer], Edge, Int) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("edge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = folder.appendingPathComponent("secret").path
        try Data("a secret of this test alone\n".utf8).write(to: URL(fileURLWithPath: secret))
        let servers = try names.map { name in
            try ScriptedServer { connection, _ in
                guard connection.readHead().contains("Upgrade: echo") else {
                    return connection.send(response(name, "Connection: close\r\n"))
                }
                let fields = "Connection: upgrade\r\nUpgrade: echo\r\n"
                connection.send("HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\n")
            }
        }
        let list = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        let sticky = "{sticky: {secret: {file: \(secret)}, cookie: place, maxAge: 1h}}"
        try await withEdge("upstreams: {app: {servers: [\(list)], balance: \(sticky)}}") { edge, port async throws in
            try await body(servers, edge, port)
        }
    }

    /// Who answers, and the cookie that comes with it.
    private func ask(_ port: Int, _ cookie: String?) throws -> (name: String, cookie: String?, head: String) {
        let client = try RawConnection(port: port)
        client.ask("/", cookie.map { "Cookie: a=b; \($0); place=forged\r\n" } ?? "")
        let head = client.readHead()
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("set-cookie: ") }
        let made = line?.dropFirst("set-cookie: ".count).split(separator: ";").first.map(String.init)
        return (client.text(3), made, head)
    }

    @Test func aClientStaysWithTheServerThatItsCookieNames() async throws {
        try await withServers(["one", "two", "six"]) { _, _, port async throws in
            let first = try ask(port, nil)
            let cookie = try #require(first.cookie)
            #expect(first.head.contains("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\r\n"))
            for _ in 0..<20 {
                let next = try ask(port, cookie)
                #expect(next.name == first.name && next.cookie == nil)
            }
        }
    }

    @Test func aForgedCookieBindsToNobody() async throws {
        try await withServers(["one", "two"]) { _, _, port async throws in
            let cookie = try #require(try ask(port, nil).cookie)
            let forged = String(cookie.dropLast()) + (cookie.hasSuffix("0") ? "1" : "0")
            #expect(try ask(port, forged).cookie != nil)
        }
    }

    @Test func whoseServerIsGoneIsBoundToAnother() async throws {
        try await withServers(["one", "two"]) { servers, _, port async throws in
            let first = try ask(port, nil)
            let cookie = try #require(first.cookie)
            servers[first.name == "one" ? 0 : 1].stop()
            let other = try ask(port, cookie)
            #expect(other.name != first.name)
            let next = try #require(other.cookie)
            #expect(next != cookie)
            #expect(try ask(port, next).cookie == nil)
        }
    }

    @Test func aDrainedServerKeepsItsOwnClientsAlone() async throws {
        try await withServers(["one", "two"]) { servers, edge, port async throws in
            let first = try ask(port, nil)
            let cookie = try #require(first.cookie)
            let index = first.name == "one" ? 0 : 1
            #expect(edge.drain(server: "127.0.0.1:\(servers[index].port)", of: "app"))
            #expect(try ask(port, cookie).name == first.name)
            for _ in 0..<10 { #expect(try ask(port, nil).name != first.name) }
        }
    }

    @Test func aTunnelBindsItsClientToo() async throws {
        try await withServers(["one"]) { _, _, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/", "Connection: Upgrade\r\nUpgrade: echo\r\n")
            let head = client.readHead()
            #expect(head.hasPrefix("HTTP/1.1 101 ") && head.contains("\r\nset-cookie: place="))
        }
    }
}
