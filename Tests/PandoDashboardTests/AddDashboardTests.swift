import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PandoTelemetry
import Testing

@testable import PandoDashboard

@Suite struct AddDashboardTests {
    let source = DashboardSource(
        metrics: MetricsRegistry(),
        traces: TraceStore(),
        health: HealthRegistry(),
        facts: DashboardFacts(
            app: "hotel",
            version: "1.0",
            rung: 1,
            rungName: "laptop",
            nodes: [.init(name: "hotel-1", role: "all", address: "127.0.0.1:8080")],
            engines: [.init(block: "database", name: "SQLite", detail: "WAL")]
        )
    )

    private func get(
        _ uri: String,
        _ check: @Sendable @escaping (TestResponse) throws -> Void
    ) async throws {
        let router = Router()
        addDashboard(to: router, source: source)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: uri, method: .get) { try check($0) }
        }
    }

    @Test func pageRunsOnlyItsOwnScript() async throws {
        try await get("/dashboard") { response in
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(response.headers[.contentSecurityPolicy])
            let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([a-z0-9]+)'/)).1
            #expect(policy.contains("default-src 'none'"))
            let html = String(buffer: response.body)
            #expect(html.contains("<script nonce=\"\(nonce)\""))
            #expect(html.contains("<style nonce=\"\(nonce)\""))
            #expect(!html.contains("{{"))
            #expect(!html.contains(/(src|href)="(https?:)?\/\//), "nothing is loaded from elsewhere")
            #expect(!html.contains(#/ (style|on[a-z]+)="/#), "the policy forbids inline styles and handlers")
        }
    }

    @Test func nonceIsNewEachTime() async throws {
        let page = DashboardPage()
        #expect(page.response().headers[.contentSecurityPolicy] != page.response().headers[.contentSecurityPolicy])
    }

    @Test func stateTellsWhatRuns() async throws {
        source.health.enter(.ready)
        source.history.sample(time: 0, wall: 10)
        source.history.sample(time: 2, wall: 12)
        try await get("/api/dashboard/state") { response in
            #expect(response.headers[.cacheControl] == "no-store")
            let object = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView)) as? [String: Any]
            let facts = try #require(object?["facts"] as? [String: Any])
            #expect(facts["rungName"] as? String == "laptop")
            #expect((object?["health"] as? [String: Any])?["ready"] as? Bool == true)
            let history = try #require(object?["history"] as? [String: Any])
            #expect(history["times"] as? [Double] == [12])
            #expect((history["series"] as? [String: Any])?.count == HistorySeries.allCases.count)
        }
        try await get("/api/dashboard/state?since=12") { response in
            #expect(String(buffer: response.body).contains("\"times\":[]"))
        }
        try await get("/api/dashboard/state?since=nonsense") { #expect($0.status == .ok) }
    }

    @Test func tracesAreListedAndShown() async throws {
        await source.traces.withRootSpan("GET /hotels") { _ in await withChildSpan("load") { _ in } }
        let id = try #require(source.traces.recentTraces.first?.id)
        try await get("/api/dashboard/traces") { response in
            let object = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView)) as? [String: Any]
            #expect((object?["slowest"] as? [[String: Any]])?.first?["id"] as? String == id.description)
            #expect((object?["failed"] as? [Any])?.isEmpty == true)
        }
        try await get("/api/dashboard/traces/\(id)") { response in
            #expect(response.status == .ok)
            #expect(String(buffer: response.body).contains("\"name\":\"load\""))
        }
    }

    @Test(arguments: ["nonsense", "00000000000000000000000000000000", "4bf92f3577b34da6a3ce929d0e0e4736"])
    func unknownTracesAreNotFound(id: String) async throws {
        try await get("/api/dashboard/traces/\(id)") { #expect($0.status == .notFound) }
    }
}
