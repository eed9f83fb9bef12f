import Foundation
import Testing

@testable import PandoEdge

/// What is on its way into the cache: shared, cut off, refreshed, and replaced by what is stale.
@Suite struct ProxyFillTests {
    private let fresh = "Cache-Control: max-age=60\r\n"

    private func open(_ port: Int, _ target: String = "/") throws -> RawConnection {
        let client = try RawConnection(port: port)
        client.send("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return client
    }

    @Test(.timeLimit(.minutes(1))) func fiftyMissesAtOnceAreOneRequestToTheServer() async throws {
        let (asked, gate) = (Asked(), Gate())
        let server = try ScriptedServer(asked) { [fresh] _, _ in
            gate.pass()
            return response("shared", fresh)
        }
        try await withCachedEdge(server) { edge, port in
            let clients = try (0..<50).map { _ in try open(port) }
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 49 })
            gate.open()
            for client in clients {
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "shared")
            }
        }
        #expect(asked.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func waiterReadsWhileTheBodyGrows() async throws {
        let (asked, first, second) = (Asked(), Gate(), Gate())
        let server = try ScriptedServer { [fresh] connection, _ in
            asked.note(connection.readHead())
            first.pass()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\(fresh)\r\nfirst")
            second.pass()
            connection.send("after")
        }
        try await withCachedEdge(server) { edge, port in
            let leader = try open(port)
            #expect(try await holds { asked.count == 1 })
            let waiter = try open(port)
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 1 })
            first.open()
            for client in [waiter, leader] {
                #expect(client.readHead().contains("Content-Length: 10"))
                #expect(client.text(5) == "first")
            }
            second.open()
            for client in [waiter, leader] { #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "after") }
        }
        #expect(asked.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func waitersGetItAllWhenTheLeadersClientGoesAway() async throws {
        let (asked, first) = (Asked(), Gate())
        let part = String(repeating: "x", count: 1 << 20)
        let server = try ScriptedServer { [fresh] connection, _ in
            asked.note(connection.readHead())
            first.pass()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(8 << 20)\r\n\(fresh)\r\n")
            for _ in 0..<8 { connection.send(part) }
        }
        try await withCachedEdge(server) { edge, port in
            var leader: RawConnection? = try open(port)
            #expect(try await holds { asked.count == 1 })
            let waiter = try open(port)
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 1 })
            first.open()
            _ = leader?.read(100_000)
            leader?.reset()
            leader = nil
            #expect(waiter.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(waiter.readToEnd().count == 8 << 20)
            #expect(try await holds { cache.counters.stored == 1 })
            #expect(try get(port).isHit)
        }
        #expect(asked.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func halfABodyIsNotStoredAndItsReadersSeeIt() async throws {
        let (asked, first, second) = (Asked(), Gate(), Gate())
        let server = try ScriptedServer { [fresh] connection, _ in
            if asked.note(connection.readHead()) > 0 { return connection.send(response("whole", fresh)) }
            first.pass()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\(fresh)\r\n4\r\nhalf\r\n")
            second.pass()
        }
        try await withCachedEdge(server) { edge, port in
            let clients = [try open(port), try open(port)]
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 1 })
            first.open()
            for client in clients {
                #expect(client.readHead().hasPrefix("HTTP/1.1 200 "))
                #expect(client.text(9) == "4\r\nhalf\r\n")
            }
            second.open()
            for client in clients {
                #expect(client.readToEnd().isEmpty)
                #expect(client.hasEnded)
            }
            #expect(cache.memoryUse.entries == 0)
            #expect(try get(port).body == "whole")
        }
    }

    @Test(.timeLimit(.minutes(1))) func waiterThatGoesAwayDisturbsNobody() async throws {
        let (asked, first) = (Asked(), Gate())
        let server = try ScriptedServer(asked) { [fresh] _, _ in
            first.pass()
            return response("shared", fresh)
        }
        try await withCachedEdge(server) { edge, port in
            let leader = try open(port)
            #expect(try await holds { asked.count == 1 })
            let waiter = try open(port)
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 1 })
            waiter.reset()
            first.open()
            _ = leader.readHead()
            #expect(String(decoding: leader.readToEnd(), as: UTF8.self) == "shared")
        }
    }

    @Test(.timeLimit(.minutes(1))) func staleAnswerIsGivenWhileANewOneIsFetched() async throws {
        let (asked, gate) = (Asked(), Gate())
        let server = try ScriptedServer(asked) { _, number in
            if number == 1 { gate.pass() }
            let age = number == 0 ? 0 : 60
            return response("\(number)", "Cache-Control: max-age=\(age), stale-while-revalidate=60\r\n")
        }
        try await withCachedEdge(server) { _, port in
            #expect(try get(port).body == "0")
            let stale = try get(port)
            #expect(stale.body == "0" && stale.isHit)
            #expect(try await holds { asked.count == 2 })
            gate.open()
            #expect(try await holds { try get(port).body == "1" })
        }
        #expect(asked.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func staleAnswerStandsInForADeadServerAndForErrors() async throws {
        let asked = Asked()
        let server = try ScriptedServer { connection, _ in
            let number = asked.note(connection.readHead())
            let fields = "Cache-Control: max-age=0, stale-if-error=60\r\nConnection: close\r\n"
            switch number {
            case 0: connection.send(response("old", fields))
            case 1: connection.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad")
            default: break
            }
        }
        try await withCachedEdge(server, "{staleWhileRevalidate: 0s}") { _, port in
            #expect(try get(port).body == "old")
            let error = try get(port)
            #expect(error.status == "200" && error.body == "old" && error.cacheStatus.contains("fwd-status=503"))
            #expect(try get(port).body == "old", "the server hung up")
            server.stop()
            #expect(try get(port).body == "old", "the server takes no connection")
            let other = try get(port, "/other")
            #expect(other.status == "502" && other.field("cache-status") != nil)
        }
    }
}
