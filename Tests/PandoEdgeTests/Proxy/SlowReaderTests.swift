import Foundation
import Testing

@testable import PandoEdge

/// Clients of one response that read it at different speeds.
@Suite(.timeLimit(.minutes(1))) struct SlowReaderTests {
    private let size = 24 << 20
    /// Room for a body of that size.
    private let large = "cache: {memoryBytes: 1GiB}"

    private func server(_ asked: Asked, _ gate: Gate, _ size: Int) throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            asked.note(connection.readHead())
            gate.pass()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\nCache-Control: max-age=60\r\n\r\n")
            let part = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0..<(size >> 20) { connection.send(part) }
        }
    }

    private func open(_ port: Int) throws -> RawConnection {
        let client = try RawConnection(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return client
    }

    @Test func aSlowLeaderHoldsNobodyUp() async throws {
        let (asked, gate) = (Asked(), Gate())
        try await withCachedEdge(try server(asked, gate, size), "on", large) { edge, port in
            let slow = try open(port)
            #expect(try await holds { asked.count == 1 })
            let quick = try open(port)
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.coalesced == 1 })
            gate.open()
            // The first one reads no more than this while the other reads everything.
            #expect(slow.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(quick.readHead().hasPrefix("HTTP/1.1 200 "))
            #expect(quick.readToEnd().count == size)
            #expect(try await holds { cache.counters.stored == 1 })
            let late = try get(port)
            #expect(late.isHit && late.body.utf8.count == size)
            #expect(slow.readToEnd().count == size)
            #expect(asked.count == 1)
        }
    }

    @Test func aSlowClientAloneIsEnoughForTheResponseToBeStored() async throws {
        let (asked, gate) = (Asked(), Gate())
        gate.open()
        try await withCachedEdge(try server(asked, gate, size), "on", large) { edge, port in
            let slow = try open(port)
            #expect(slow.readHead().hasPrefix("HTTP/1.1 200 "))
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.stored == 1 })
            #expect(try await holds { cache.reservedBytes == 0 })
            #expect(slow.readToEnd().count == size)
        }
    }

    @Test(arguments: ["1MiB", "16MiB"]) func whatIsTooLargeWaitsForItsClientAndIsWhole(_ limit: String) async throws {
        let (asked, gate) = (Asked(), Gate())
        gate.open()
        try await withCachedEdge(try server(asked, gate, size), "on", "cache: {objectBytes: \(limit)}") { edge, port in
            let slow = try open(port)
            #expect(slow.readHead().hasPrefix("HTTP/1.1 200 "))
            // Of what it has not read yet no more is in memory than may be on its way into the cache.
            let cache = try #require(edge.current.cache)
            #expect(cache.reservedBytes <= 16 << 20)
            #expect(slow.readToEnd().count == size)
            #expect(cache.counters.stored == 0)
            #expect(try await holds { cache.reservedBytes == 0 })
        }
    }

    @Test func aSlowLeaderMayGoAway() async throws {
        let (asked, gate) = (Asked(), Gate())
        gate.open()
        try await withCachedEdge(try server(asked, gate, size), "on", large) { edge, port in
            var slow: RawConnection? = try open(port)
            #expect(slow?.readHead().hasPrefix("HTTP/1.1 200 ") == true)
            slow?.reset()
            slow = nil
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.stored == 1 })
            #expect(try get(port).isHit)
        }
    }
}
