import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// Requests that wait for a place at the servers, or past a limit of concurrency.
@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    @Test func theMostImportantIsServedFirstAndTheLeastIsShed() async throws {
        let server = try HeldServer()
        let text = """
            upstreams: {app: {servers: [\(server.address)], limits: {requests: 1, pending: 3, pendingTimeout: 20s}}}
            routes:
              - {path: /low, upstream: app, limits: {priority: low}}
              - {path: /high, upstream: app, limits: {priority: high}}
              - {path: /critical, upstream: app, limits: {priority: critical}}
              - {path: /*, upstream: app}
            """
        try await withEdge(text) { edge, port async throws in
            var clients: [String: RawConnection] = [:]
            func ask(_ target: String, waiting: Int) async throws {
                let client = try RawConnection(port: port)
                clients[target] = client
                client.ask(target)
                try await poll { edge.upstreams[0].pending == waiting }
            }
            try await ask("/first", waiting: 0)
            try await poll { server.targets == ["/first"] }
            try await ask("/low", waiting: 1)
            try await ask("/normal", waiting: 2)
            try await ask("/high", waiting: 3)
            clients["/critical"] = try RawConnection(port: port)
            clients["/critical"]?.ask("/critical")
            let shed = clients["/low"]?.readHead() ?? ""
            #expect(shed.hasPrefix("HTTP/1.1 503 ") && shed.contains("retry-after: 1\r\n"))
            // What is no more important than those who wait is refused at once.
            let late = try RawConnection(port: port)
            late.ask("/low")
            #expect(late.status() == 503)
            for target in ["/first", "/critical", "/high", "/normal"] {
                server.letGo()
                #expect(clients[target]?.status() == 200)
            }
            #expect(server.targets == ["/first", "/critical", "/high", "/normal"])
            try await poll { edge.upstreams[0].active == 0 }
            #expect(edge.upstreams[0].pending == 0)
        }
    }

    @Test func aWaitIsOverAfterItsTime() async throws {
        let server = try HeldServer()
        let limits = "limits: {requests: 1, pendingTimeout: 50ms}"
        try await withEdge("upstreams: {app: {servers: [\(server.address)], \(limits)}}") { edge, port async throws in
            let first = try RawConnection(port: port)
            first.ask("/first")
            try await poll { server.targets.count == 1 }
            let second = try RawConnection(port: port)
            // With a body that nobody takes meanwhile.
            second.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            let head = second.readHead()
            #expect(head.hasPrefix("HTTP/1.1 503 ") && head.contains("retry-after: 1\r\n"))
            #expect(edge.upstreams[0].pending == 0)
            server.letGo()
            #expect(first.status() == 200)
        }
    }

    @Test func waitingRequestsOfHTTP2GoOnWithTheirBodies() async throws {
        let server = try HeldServer()
        let text = "upstreams: {app: {servers: [\(server.address)], limits: {requests: 1}}}"
        try await withEdge(text) { edge, port async throws in
            let first = try RawConnection(port: port)
            first.ask("/first")
            try await poll { server.targets.count == 1 }
            let client = try RawConnection(port: port)
            let request = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/second")]
            client.send(HTTP2Frame.opening + HTTP2Frame.headers(1, request))
            try await poll { edge.upstreams[0].pending == 1 }
            client.send(HTTP2Frame.headers(3, request))
            try await poll { edge.upstreams[0].pending == 2 }
            client.send(HTTP2Frame.reset(1, HTTP2ErrorCode.cancel.rawValue))
            try await poll { edge.upstreams[0].pending == 1 }
            server.letGo(2)
            #expect(first.status() == 200)
            try await poll { server.targets == ["/first", "/second"] && edge.upstreams[0].active == 0 }
            #expect(edge.upstreams[0].pending == 0)
        }
    }

    @Test func aFixedNumberOfRequestsIsUnderWayAndSomeWait() async throws {
        let server = try HeldServer()
        let text = """
            upstreams: {app: {servers: [\(server.address)]}}
            routes:
              - {path: /a, upstream: app, limits: {concurrency: {fixed: 1, queue: 1, queueTimeout: 20s}}}
              - {path: /b, upstream: app}
            """
        try await withEdge(text) { edge, port async throws in
            let admission = try #require(edge.routes.compactMap(\.admissions.first).first)
            let clients = try (0..<3).map { _ in try RawConnection(port: port) }
            clients[0].ask("/a")
            try await poll { server.targets == ["/a"] }
            clients[1].ask("/a")
            try await poll { admission.line.count == 1 }
            clients[2].ask("/a")
            let head = clients[2].readHead()
            #expect(head.hasPrefix("HTTP/1.1 503 ") && head.contains("retry-after: 1\r\n"))
            // Another route is not held up.
            let other = try RawConnection(port: port)
            other.ask("/b")
            try await poll { server.targets == ["/a", "/b"] }
            server.letGo(3)
            #expect(clients[0].status() == 200 && clients[1].status() == 200 && other.status() == 200)
            try await poll { admission.active == 0 && admission.line.count == 0 }
        }
    }

    @Test func limitsOfAGatewayHoldForAllOfItsRoutes() async throws {
        let server = try HeldServer()
        let text = """
            upstreams: {app: {servers: [\(server.address)]}}
            gateways:
              web:
                host: a
                limits: {rate: 2/1m, concurrency: {fixed: 1, queue: 0}, bodyBytes: 3}
                routes: [{path: /a, upstream: app}, {path: /b, upstream: app}]
            """
        try await withEdge(text) { edge, port async throws in
            let clients = try (0..<4).map { _ in try RawConnection(port: port) }
            clients[3].send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")
            #expect(clients[3].status() == 413)
            clients[0].ask("/a")
            try await poll { server.targets == ["/a"] }
            clients[1].ask("/b")
            #expect(clients[1].status() == 503)
            clients[2].ask("/b")
            let head = clients[2].readHead()
            #expect(head.hasPrefix("HTTP/1.1 429 ") && head.contains("retry-after: "))
            server.letGo()
            #expect(clients[0].status() == 200)
        }
    }

    @Test func anAdaptiveLimitIsHeldAsWell() async throws {
        let server = try HeldServer()
        let text = """
            upstream: [\(server.address)]
            routes: [{path: /*, limits: {concurrency: {minimum: 2, maximum: 2, queue: 0}}}]
            """
        try await withEdge(text) { edge, port async throws in
            let admission = try #require(edge.routes[0].admissions.first)
            #expect(admission.limit == 2)
            let clients = try (0..<3).map { _ in try RawConnection(port: port) }
            for (index, client) in clients.prefix(2).enumerated() {
                client.ask("/")
                try await poll { server.targets.count == index + 1 }
            }
            clients[2].ask("/")
            #expect(clients[2].status() == 503)
            // A reload that leaves the limit as it is forgets nobody who has a place.
            try edge.reload(edge.configuration)
            let late = try RawConnection(port: port)
            late.ask("/")
            #expect(late.status() == 503)
            server.letGo(2)
            #expect(clients[0].status() == 200 && clients[1].status() == 200)
            try await poll { admission.active == 0 }
        }
    }

    @Test func nobodyIsForgottenWhereWorkersShareTheLimit() async throws {
        let server = try ScriptedServer(answering: response("done"))
        let text = """
            upstreams:
              app: {servers: ["127.0.0.1:\(server.port)"], limits: {requests: 2, pendingTimeout: 20s}}
            routes: [{path: /*, upstream: app, limits: {concurrency: {fixed: 3, queueTimeout: 20s}}}]
            """
        try await withEdge(text, { $0.workers = 4 }) { edge, port async throws in
            let good = Atomic(0)
            let counter = Counter(good)
            onThreads(16) { _ in
                guard let client = try? RawConnection(port: port) else { return }
                for _ in 0..<50 {
                    client.ask("/")
                    if client.status() == 200 { counter.good.wrappingAdd(1, ordering: .relaxed) }
                }
            }
            #expect(counter.good.load(ordering: .relaxed) == 800)
            try await poll { edge.upstreams[0].active == 0 && edge.routes[0].admissions[0].active == 0 }
            #expect(edge.upstreams[0].pending == 0 && edge.routes[0].admissions[0].line.count == 0)
        }
    }

    private final class Counter: Sendable {
        let good: Atomic<Int>
        init(_ good: consuming Atomic<Int>) { self.good = good }
    }
}
