import Foundation
import Logging
import PandoTopology
import Synchronization
import Testing

@testable import PandoEdge

/// Several edges that are one cache together, on real sockets.
@Suite(.timeLimit(.minutes(1))) struct CacheNodeTests {
    private struct Nodes {
        let edges: [Edge]
        let ports: [Int]

        func get(_ node: Int, _ target: String, _ fields: String = "", method: String = "GET") throws -> Answer {
            try PandoEdgeTests.get(ports[node], target, fields, method: method)
        }
    }

    /// What the origin is asked, by target.
    private final class Origin: Sendable {
        private let heads = Mutex<[String]>([])

        var all: [String] { heads.withLock { $0 } }

        func count(_ target: String) -> Int { all.count { $0.hasPrefix("GET \(target) ") } }

        func server() throws -> ScriptedServer {
            try ScriptedServer { [self] connection, _ in
                while true {
                    let head = connection.readHead()
                    if head.isEmpty { return }
                    let number = heads.withLock { heads in
                        heads.append(head)
                        return heads.count
                    }
                    connection.send(response("\(number)", "Cache-Control: max-age=600\r\nCache-Tag: all\r\n"))
                }
            }
        }
    }

    /// Runs edges whose caches are nodes of each other, in front of one origin.
    ///
    /// - Parameters:
    ///   - more: Further keys of `cache`.
    ///   - others: Ports of nodes that are there already.
    private func with(
        _ count: Int,
        _ origin: ScriptedServer,
        more: String = "",
        others: [Int] = [],
        _ body: (Nodes) async throws -> Void
    ) async throws {
        let token = FileManager.default.temporaryDirectory.appending(path: "edge-token-\(UUID().uuidString)")
        try Data("0123456789abcdef\n".utf8).write(to: token)
        #expect(chmod(token.path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(at: token) }  // it is in a temporary place
        let text = """
            listen: "127.0.0.1:0"
            workers: 1
            drainTimeout: 0s
            accessLog: off
            upstreams: {a: {servers: ["127.0.0.1:\(origin.port)"], retries: {attempts: 0}}}
            routes: [{path: /*, upstream: a, cache: on}]

            """
        let edges = try (0..<count).map { _ in try Edge(try decoded(text)) }
        let ports = try edges.map { try #require($0.addresses.first?.port) }
        let result: Result<Void, any Error>
        do {
            let names = ports.map { "\"127.0.0.1:\($0)\"" }
            for (edge, name) in zip(edges, names) {
                let nodes = (names + others.map { "\"127.0.0.1:\($0)\"" }).joined(separator: ", ")
                let cache = "cache: {nodes: [\(nodes)], node: \(name), purgeToken: {file: \"\(token.path)\"}\(more)}\n"
                try edge.reload(try decoded(text + cache))
            }
            try await body(Nodes(edges: edges, ports: ports))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for edge in edges { await edge.stop() }
        try result.get()
    }

    @Test func theOriginIsAskedOnceHoweverManyNodesAre() async throws {
        let origin = Origin()
        let server = try origin.server()
        try await with(3, server) { nodes in
            for number in 0..<30 {
                let bodies = try (0..<3).map { try nodes.get($0, "/\(number)").body }
                #expect(Set(bodies).count == 1)
                #expect(origin.count("/\(number)") == 1)
            }
            #expect(origin.all.count == 30)
            // The second time each has its own copy.
            for node in 0..<3 {
                #expect(try nodes.get(node, "/7", "Cache-Control: only-if-cached\r\n").status == "200")
            }
            // Each of the three has kept some: no other was asked for them.
            let keepers = origin.all.compactMap { head in
                head.components(separatedBy: "\r\n").last { $0.lowercased().hasPrefix("cdn-loop:") }
            }
            #expect(keepers.count == 30 && Set(keepers).count == 3)
        }
        withExtendedLifetime(server) {}
    }

    @Test func manyAtOnceAreOneRequestToTheOrigin() async throws {
        let (asked, gate) = (Asked(), Gate())
        let server = try ScriptedServer(asked) { _, _ in
            gate.pass()
            return response("shared", "Cache-Control: max-age=60\r\n")
        }
        try await with(3, server) { nodes in
            let clients = try (0..<30).map { number in
                let client = try RawConnection(port: nodes.ports[number % 3])
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return client
            }
            // All but one of each node wait there, and those of two nodes at the third.
            #expect(
                try await holds {
                    nodes.edges.reduce(0) { $0 + ($1.current.cache?.counters.coalesced ?? 0) } == 29
                }
            )
            gate.open()
            for client in clients {
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "shared")
            }
        }
        #expect(asked.count == 1)
        withExtendedLifetime(server) {}
    }

    @Test func aNodeThatIsGoneIsDoneWithout() async throws {
        let origin = Origin()
        let server = try origin.server()
        try await with(3, server) { nodes in
            await nodes.edges[2].stop()
            for number in 0..<40 {
                #expect(try nodes.get(number % 2, "/\(number)").status == "200")
                #expect(try nodes.get((number + 1) % 2, "/\(number)").status == "200")
            }
            // Once it is known to be gone its share is kept by the others again.
            for number in 100..<120 {
                _ = try nodes.get(0, "/\(number)")
                _ = try nodes.get(1, "/\(number)")
            }
            let asked = (100..<120).reduce(0) { $0 + origin.count("/\($1)") }
            let state = nodes.edges[0].liveState.upstreams.first { $0.name == "cache.nodes" }
            #expect(state?.servers.contains { $0.health == "ejected" } == true)
            #expect(asked < 40)
        }
        withExtendedLifetime(server) {}
    }

    @Test func aRequestThatHasBeenHereIsRefused() async throws {
        let origin = Origin()
        let server = try origin.server()
        try await with(2, server) { nodes in
            let own = "127.0.0.1:\(nodes.ports[0])"
            let other = "127.0.0.1:\(nodes.ports[1])"
            #expect(try nodes.get(0, "/", "CDN-Loop: far.example, \(own);v=1\r\n").status == "508")
            #expect(origin.all.isEmpty)
            // One that another node has sent goes to the origin and to no third.
            for number in 0..<10 {
                #expect(try nodes.get(0, "/\(number)", "CDN-Loop: \(other)\r\n").status == "200")
                let head = try #require(origin.all.last)
                #expect(head.contains("cdn-loop: \(own)") && head.components(separatedBy: "127.0.0.1:").count == 3)
            }
        }
        withExtendedLifetime(server) {}
    }

    @Test func aPurgeReachesAllNodes() async throws {
        let origin = Origin()
        let server = try origin.server()
        try await with(3, server) { nodes in
            func fill(_ target: String) throws {
                for node in 0..<3 { #expect(try nodes.get(node, target).status == "200") }
                #expect(origin.count(target) == 1)
            }
            func isGone(_ target: String) throws -> Bool {
                try (0..<3).allSatisfy { node in
                    try nodes.get(node, target, "Cache-Control: only-if-cached\r\n").status == "504"
                }
            }
            try fill("/uri")
            #expect(nodes.edges[0].purge(uri: "http://a/uri", .hard))
            #expect(try await holds { try isGone("/uri") })
            try fill("/prefix/x")
            #expect(nodes.edges[1].purge(prefix: "http://a/prefix/", .hard))
            #expect(try await holds { try isGone("/prefix/x") })
            try fill("/tag")
            #expect(nodes.edges[2].purge(tag: "all", .hard))
            #expect(try await holds { try isGone("/tag") })
            #expect(try await holds { nodes.edges.allSatisfy { $0.purgeRelay.waiting == 0 } })
        }
        withExtendedLifetime(server) {}
    }

    /// What it has not heard of it may still have, and would be kept here anew.
    @Test func aNodeThatHasNotHeardOfAPurgeIsNotAsked() async throws {
        let gate = Gate()
        let other = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                if head.hasPrefix("PURGE") { gate.pass() }
                connection.send(response("old", "Cache-Control: max-age=600\r\nCache-Tag: t\r\n"))
            }
        }
        let origin = try ScriptedServer(Asked()) { head, _ in
            let more = head.hasPrefix("POST") ? "Pando-Invalidate: t\r\n" : "Cache-Control: max-age=600\r\n"
            return response("new", more)
        }
        try await with(1, origin, others: [other.port]) { nodes in
            defer { withExtendedLifetime(other) {} }
            func asked() throws -> [String] {
                try (0..<32).filter { try nodes.get(0, "/\($0)").body == "old" }.map { "/\($0)" }
            }
            let kept = try asked()
            #expect(!kept.isEmpty && kept.count < 32, "each keeps a share")
            _ = try nodes.get(0, "/", "Content-Length: 0\r\n", method: "POST")
            #expect(try kept.allSatisfy { try nodes.get(0, $0).body == "new" })
            gate.open()
            #expect(try await holds { nodes.edges[0].purgeRelay.waiting == 0 })
            #expect(try (32..<64).contains { try nodes.get(0, "/\($0)").body == "old" }, "now it is asked again")
        }
    }

    @Test func aClientWithTheTokenMayPurge() async throws {
        let origin = Origin()
        let server = try origin.server()
        try await with(2, server) { nodes in
            let good = "Authorization: Bearer 0123456789abcdef\r\n"
            for target in ["/a", "/b", "/c"] { for node in 0..<2 { _ = try nodes.get(node, target) } }
            let refused = try nodes.get(0, "/a", "Authorization: Bearer 0123456789abcdeX\r\n", method: "PURGE")
            #expect(refused.status == "401" && refused.field("www-authenticate") == "Bearer")
            #expect(try nodes.get(0, "/a", method: "PURGE").status == "401")
            #expect(try nodes.get(0, "/a", "Cache-Control: only-if-cached\r\n").status == "200")
            #expect(try nodes.get(0, "/a", good, method: "PURGE").status == "200")
            func isHit(_ node: Int, _ target: String) throws -> Bool {
                try nodes.get(node, target, "Cache-Control: only-if-cached\r\n").status == "200"
            }
            #expect(try await holds { try !isHit(0, "/a") && !isHit(1, "/a") })
            #expect(try isHit(1, "/b"))
            #expect(try nodes.get(1, "/", good + "Cache-Tag: other, all\r\n", method: "PURGE").status == "200")
            #expect(try await holds { try !isHit(0, "/b") && !isHit(1, "/c") })
        }
        withExtendedLifetime(server) {}
    }

    @Test func aNodeThatWasAwayHearsOfPurgesWhenItIsBack() async throws {
        let taken = Mutex<[String]>([])
        let gate = Gate()
        let server = try ScriptedServer { connection, number in
            // The first two attempts come to nothing.
            if number < 2 { return }
            let head = connection.readHead()
            taken.withLock { $0.append(head) }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            gate.open()
        }
        let token = Array("0123456789abcdef".utf8)
        let counts = PurgeCounts()
        let node = Address(host: "127.0.0.1", port: server.port)
        let lane = PurgeLane(to: node, as: "here:1", token, counts, .init(label: "test"))
        lane.add(CachePurge(target: .uri("http://a/\u{e9}\r\nX: y"), kind: .soft))
        gate.pass()
        #expect(try await holds { lane.waiting == 0 })
        let head = try #require(taken.withLock { $0.first })
        #expect(head.hasPrefix("PURGE / HTTP/1.1\r\n") && head.contains("CDN-Loop: here:1\r\n"))
        #expect(!head.contains("\nX: y"))
        let line = try #require(head.components(separatedBy: "\r\n").first { $0.hasPrefix("pando-purge: ") })
        let purge = CachePurge(fieldValue: String(line.dropFirst("pando-purge: ".count)))
        #expect(purge == CachePurge(target: .uri("http://a/\u{e9}\r\nX: y"), kind: .soft))
        #expect(counts.failed.load(ordering: .relaxed) == 2)
        lane.stop()
    }

    @Test func tooManyPurgesBecomeOneOfEverything() throws {
        let closed = try ScriptedServer { _, _ in }
        closed.stop()
        let node = Address(host: "127.0.0.1", port: closed.port)
        let lane = PurgeLane(
            to: node,
            as: "here:1",
            Array("0123456789abcdef".utf8),
            PurgeCounts(),
            .init(label: "test")
        )
        for number in 0..<10_000 { lane.add(CachePurge(target: .tag("\(number)"), kind: .hard)) }
        #expect(lane.waiting <= PurgeLane.maximumWaiting + 1)
        lane.stop()
        #expect(lane.waiting == 0)
        withExtendedLifetime(closed) {}
    }

    @Test func aShieldIsAskedBeforeTheOrigin() async throws {
        let (origin, shieldOrigin) = (Origin(), Origin())
        let (server, shieldServer) = (try origin.server(), try shieldOrigin.server())
        try await withCachedEdge(shieldServer) { shield, shieldPort in
            let text = """
                upstreams:
                  a: {servers: ["127.0.0.1:\(server.port)"]}
                  shield: {servers: ["127.0.0.1:\(shieldPort)"], retries: off}
                routes: [{path: /*, upstream: a, cache: on}]
                cache: {shield: shield}
                """
            try await withEdge(text) { _, port in
                for target in ["/a", "/b", "/a"] {
                    let answer = try get(port, target)
                    #expect(answer.status == "200")
                }
                #expect(origin.all.isEmpty && shieldOrigin.all.count == 2)
                #expect(shieldOrigin.all.allSatisfy { $0.contains("cdn-loop: pando-") })
                await shield.stop()
                #expect(try get(port, "/c").status == "200")
                #expect(origin.all.count == 1)
            }
        }
        withExtendedLifetime((server, shieldServer)) {}
    }
}
