import Foundation
import PandoTelemetry
import TestSupport
import Testing

@testable import PandoEdge

/// What an edge counts, read as a scraper reads it.
@Suite struct EdgeMetricsTests {
    private func value(_ edge: Edge, _ name: String, _ labels: [String: String] = [:]) -> Double? {
        guard let metric = edge.metrics.snapshot(of: name) else { return nil }
        let series = metric.series.first { series in
            labels.allSatisfy { label in series.labels.contains { $0.name == label.key && $0.value == label.value } }
        }
        return series?.value.number
    }

    @Test(.timeLimit(.minutes(1))) func requestsAreCountedByRouteServerAndReason() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text = """
            upstreams: {app: {servers: ["127.0.0.1:\(server.port)"]}}
            routes: [{name: api, path: /api/*, upstream: app}, {name: limited, path: /rare, upstream: app, limits: {rate: 1/m}}]
            """
        try await withEdge(text) { edge, port in
            for target in ["/api/1", "/api/2", "/none", "/rare", "/rare"] {
                let client = try RawConnection(port: port)
                client.send("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                _ = client.readToEnd()
            }
            let idle = try RawConnection(port: port)
            defer { withExtendedLifetime(idle) {} }
            let server = ["upstream": "app", "server": "127.0.0.1:\(server.port)"]
            try await poll { value(edge, "pando_edge_requests_total", ["route": "", "status": "4xx"]) == 1 }
            #expect(value(edge, "pando_edge_requests_total", ["route": "api", "status": "2xx"]) == 2)
            #expect(value(edge, "pando_edge_request_duration_seconds", ["route": "api"]) == 2)
            #expect(value(edge, "pando_edge_sent_bytes_total", ["route": "api"]) == 10)
            #expect(value(edge, "pando_edge_rejected_total", ["reason": "route"]) == 1)
            #expect(value(edge, "pando_edge_rejected_total", ["reason": "rate"]) == 1)
            #expect(value(edge, "pando_edge_requests_total", ["route": "limited", "status": "4xx"]) == 1)
            #expect(value(edge, "pando_edge_server_duration_seconds", server) == 3)
            #expect(value(edge, "pando_edge_server_requests_total", server) == 3)
            #expect(value(edge, "pando_edge_server_failures_total", server) == 0)
            #expect(value(edge, "pando_edge_server_up", server) == 1)
            try await poll { value(edge, "pando_edge_connections") == 1 }
            #expect(value(edge, "pando_edge_generation") == 1)
            try edge.reload(edge.configuration)
            #expect(value(edge, "pando_edge_generation") == 2)
            #expect(value(edge, "pando_edge_requests_total", ["route": "api", "status": "2xx"]) == 2)
        }
    }

    @Test(.timeLimit(.minutes(1))) func attemptsAtOtherServersAreRetries() async throws {
        let gone = try LoopbackPort()
        shutdown(gone.socket, Int32(SHUT_RDWR))
        let server = try ScriptedServer(answering: response("hello"))
        let text = "upstreams: {app: {servers: [\"127.0.0.1:\(gone.number)\", \"127.0.0.1:\(server.port)\"]}}"
        try await withEdge(text) { edge, port in
            try await poll {
                let client = try RawConnection(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.readHead().contains(" 200 "))
                return (value(edge, "pando_edge_retries_total", ["upstream": "app"]) ?? 0) >= 1
            }
            let gone = ["server": "127.0.0.1:\(gone.number)"]
            #expect(try #require(value(edge, "pando_edge_server_failures_total", gone)) >= 1)
        }
        withExtendedLifetime(gone) {}
    }
}
