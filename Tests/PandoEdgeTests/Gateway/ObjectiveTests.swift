import PandoTelemetry
import TestSupport
import Testing

@testable import PandoEdge

/// What gateways promise, and what they keep.
@Suite(.timeLimit(.minutes(1))) struct ObjectiveTests {
    private let minute: UInt64 = 60_000_000_000
    private let start: UInt64 = 1_000 * 3_600_000_000_000

    private func meter(_ promise: ObjectiveMeter.Promise, _ target: Double) -> (ObjectiveMeter, MetricsRegistry) {
        let registry = MetricsRegistry()
        let (total, kept) = (registry.counter("all", help: ""), registry.counter("kept", help: ""))
        return (ObjectiveMeter(promise, target, total: total.with(), kept: kept.with()), registry)
    }

    @Test(
        arguments: [
            (200, ExchangeRecord.End.complete, 10, true, true), (200, .complete, 11, true, false),
            (404, .complete, 1, true, true),
            (429, .complete, 1, true, true), (503, .complete, 1, false, nil), (200, .server, 1, false, nil),
            (499, .client, 1, nil, nil), (200, .client, 1, nil, nil), (101, .complete, 99, true, nil),
        ] as [(Int, ExchangeRecord.End, UInt64, Bool?, Bool?)]
    )
    func judgesARequest(status: Int, end: ExchangeRecord.End, time: UInt64, isAvailable: Bool?, isQuick: Bool?) {
        let availability = ObjectiveMeter.Promise.availability
        #expect(availability.isKept(status: status, end: end, nanoseconds: time) == isAvailable)
        #expect(ObjectiveMeter.Promise.latency(10).isKept(status: status, end: end, nanoseconds: time) == isQuick)
    }

    @Test func theWindowIsAnHour() {
        let (meter, registry) = meter(.availability, 99)
        for at in [start, start + 30 * minute] {
            for status in [200, 200, 200, 500] { meter.count(status: status, end: .complete, nanoseconds: 1, at: at) }
        }
        let both = meter.attainment(at: start + 59 * minute)
        #expect(both.requests == 8 && both.misses == 2 && both.attainedPercent == 75)
        let later = meter.attainment(at: start + 60 * minute)
        #expect(later.requests == 4 && later.misses == 1)
        #expect(meter.attainment(at: start + 90 * minute).attainedPercent == nil)
        // Counters only ever grow.
        #expect(registry.exposition().contains("all_total 8") && registry.exposition().contains("kept_total 6"))
    }

    @Test(arguments: [(1000, 0, 100.0), (1000, 1, 0.0), (2000, 1, 50.0), (1000, 3, -200.0), (0, 0, 100.0)])
    func theBudgetIsWhatTheTargetAllows(requests: Int, misses: Int, left: Double) {
        let attainment = Attainment(requests: requests, misses: misses, targetPercent: 99.9)
        #expect(abs(attainment.budgetLeftPercent - left) < 1e-6)
    }

    private func value(_ edge: Edge, _ name: String, _ gateway: String, _ objective: String) -> Double? {
        let series = edge.metrics.snapshot(of: "pando_edge_objective_" + name)?.series ?? []
        return series.first { $0[label: "gateway"] == gateway && $0[label: "objective"] == objective }?.value.number
    }

    /// A real edge before a server of which some answers fail and one is slow.
    @Test func anEdgeCountsWhatItsGatewaysPromise() async throws {
        let gate = Gate()
        let server = try ScriptedServer(Asked()) { head, _ in
            if head.hasPrefix("GET /slow") { gate.pass() }
            return head.hasPrefix("GET /bad") ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : response("hello")
        }
        let text = """
            upstreams: {app: {servers: ["127.0.0.1:\(server.port)"], retries: {attempts: 0}, outliers: off}}
            gateways:
              web:
                routes: [{path: /*, upstream: app}]
                objectives: {latency: 1h, latencyPercent: 50, availabilityPercent: 90}
              quick: {routes: [{path: /slow, upstream: app}], objectives: {latency: 1ms}}
              free: {routes: [{path: /free, upstream: app}]}
            """
        try await withEdge(text) { edge, port in
            defer { withExtendedLifetime(server) {} }
            let slow = try RawConnection(port: port)
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await poll { edge.liveState.upstreams[0].active == 1 }
            let seen = ContinuousClock.now
            for target in ["/good", "/good", "/bad", "/free"] { _ = try get(port, target) }
            while ContinuousClock.now - seen < .milliseconds(2) { await Task.yield() }
            gate.open()
            _ = slow.readHead()
            try await poll { value(edge, "requests_total", "quick", "latency") == 1 }
            #expect(value(edge, "good_total", "quick", "latency") == 0)
            #expect(value(edge, "requests_total", "web", "availability") == 3)
            #expect(value(edge, "good_total", "web", "availability") == 2)
            #expect(value(edge, "requests_total", "web", "latency") == 2, "an error is no quick answer")
            #expect(value(edge, "good_total", "web", "latency") == 2)
            #expect(value(edge, "target_ratio", "web", "availability") == 0.9)
            #expect(value(edge, "target_ratio", "quick", "latency") == 0.99)
            // What is promised as before goes on.
            try edge.reload(edge.configuration)
            let gateways = try #require(edge.liveState.gateways)
            #expect(Set(gateways.map(\.name)) == ["web", "quick"], "who promises nothing is left out")
            let web = try #require(gateways.first { $0.name == "web" })
            #expect(web.objectives.map(\.kind) == ["latency", "availability"])
            let (latency, availability) = (web.objectives[0], web.objectives[1])
            #expect(latency.requests == 2 && latency.good == 2 && latency.latencyMicroseconds == 3_600_000_000)
            #expect(latency.attainedPercent == 100 && latency.budgetLeftPercent == 100)
            #expect(availability.requests == 3 && availability.good == 2)
            #expect(abs(availability.budgetLeftPercent - 100 * (1 - 1 / 0.3)) < 1e-6)
        }
    }
}
