import Foundation
import Synchronization
import Testing

@testable import PandoEdge

/// Second tries beside slow first ones.
@Suite(.timeLimit(.minutes(1))) struct HedgeTests {
    /// An upstream that asks the first of two servers first.
    private func configuration(_ first: String, _ second: String, _ more: String = "") -> String {
        """
        upstreams:
          app:
            servers: [{address: \(first), weight: 1000}, \(second)]
            balance: roundRobin
            hedge: {after: 20ms, budgetPercent: 100}
            \(more)
        """
    }

    private func name(_ server: ScriptedServer) -> String { "\"127.0.0.1:\(server.port)\"" }

    @Test func theFirstAnswerCountsAndTheOtherConnectionEnds() async throws {
        let gone = Mutex(0)
        let flag = Flag(gone)
        let slow = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            _ = connection.readToEnd()
            flag.count()
        }
        let quick = try ScriptedServer(answering: response("quick", "X-From: quick\r\n"))
        try await withEdge(configuration(name(slow), name(quick))) { edge, port async throws in
            let client = try RawConnection(port: port)
            // Until one has met the slow server first.
            for number in 0..<20 {
                client.ask("/\(number)")
                let head = client.readHead()
                #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("X-From: quick"))
                #expect(client.text(5) == "quick")
            }
            try await poll { flag.value == slow.connections && edge.upstreams[0].active == 0 }
            #expect(slow.connections > 10)
            #expect(edge.upstreams[0].retries == 0)
        }
    }

    @Test func aRequestThatChangesSomethingIsSentOnce() async throws {
        let first = try HeldServer()
        let second = try HeldServer()
        try await withEdge(configuration(first.address, second.address)) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            let other = try RawConnection(port: port)
            other.ask("/get")
            // The later request was sent twice by now.
            try await poll { (first.targets + second.targets).count { $0 == "/get" } == 2 }
            #expect((first.targets + second.targets).count { $0 == "/x" } == 1)
            first.letGo(4)
            second.letGo(4)
            #expect(client.status() == 200 && other.status() == 200)
            try await poll { edge.upstreams[0].active == 0 && edge.upstreams[0].retries == 0 }
        }
    }

    @Test func aSecondTryThatFailsIsNoMatter() async throws {
        let first = try HeldServer()
        let broken = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        let more = "retries: off"
        try await withEdge(configuration(first.address, name(broken), more)) { edge, port async throws in
            let client = try RawConnection(port: port)
            var answers: [Int] = []
            while broken.connections < 3, answers.count < 50 {
                let before = broken.connections
                client.ask("/\(answers.count)")
                try await poll { broken.connections > before }
                first.letGo()
                answers.append(client.status())
            }
            #expect(answers.allSatisfy { $0 == 200 })
            try await poll { edge.upstreams[0].active == 0 && edge.upstreams[0].retries == 0 }
        }
    }

    @Test func aFirstThatFailsWaitsForTheSecond() async throws {
        let second = try HeldServer()
        let dying = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            // Until the second try is there.
            let end = Date.now + 10
            while second.targets.isEmpty, Date.now < end { usleep(1_000) }
        }
        let more = "retries: off"
        try await withEdge(configuration(name(dying), second.address, more)) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/")
            try await poll { second.targets == ["/"] }
            second.letGo()
            #expect(client.status() == 200)
            try await poll { edge.upstreams[0].active == 0 }
        }
    }

    @Test func aClientThatGoesAwayEndsBothTries() async throws {
        let servers = try [HeldServer(), HeldServer()]
        try await withEdge(configuration(servers[0].address, servers[1].address)) { edge, port async throws in
            let client = try RawConnection(port: port)
            client.ask("/")
            try await poll { servers.allSatisfy { $0.targets == ["/"] } }
            #expect(edge.upstreams[0].active == 2 && edge.upstreams[0].retries == 1)
            client.reset()
            try await poll { edge.upstreams[0].active == 0 && edge.upstreams[0].connections == 0 }
            #expect(edge.upstreams[0].retries == 0)
            servers.forEach { $0.letGo() }
        }
    }

    private final class Flag: Sendable {
        private let number: Mutex<Int>
        var value: Int { number.withLock { $0 } }
        init(_ number: consuming Mutex<Int>) { self.number = number }
        func count() { number.withLock { $0 += 1 } }
    }
}
