import PandoTelemetry
import Testing

@testable import PandoDashboard

@Suite struct DashboardHistoryTests {
    let metrics = MetricsRegistry()

    @Test func ratesAreOfTheTimeBetweenSamples() throws {
        let history = DashboardHistory(metrics: metrics)
        let requests = metrics.counter("pando_http_requests_total", help: "R.", labels: ["route", "method", "status"])
        let times = metrics.histogram("pando_http_request_duration_seconds", help: "T.", labels: ["route", "method"])
        history.sample(time: 0, wall: 100)
        requests.with("/a", "GET", "200").increment(by: 30)
        requests.with("/a", "GET", "404").increment(by: 8)
        requests.with("/b", "POST", "500").increment(by: 2)
        for _ in 0..<40 { times.with("/a", "GET").record(.milliseconds(3)) }
        history.sample(time: 2, wall: 102)
        history.sample(time: 4, wall: 104)
        let slice = history.slice(since: 0)
        #expect(slice.times == [102, 104])
        #expect(slice.series["requests"] == [20, 0])
        #expect(slice.series["clientErrors"] == [4, 0])
        #expect(slice.series["serverErrors"] == [1, 0])
        let median = try #require(slice.series["p50"]?[0])
        #expect(median > 0.0025 && median <= 0.005)
        #expect(slice.series["p50"]?[1] == .some(nil), "nothing was measured in the second window")
        #expect(slice.series["shed"] == [nil, nil], "a metric that is not there has no values")
        #expect(history.slice(since: 102).times == [104])
        #expect(history.slice(since: 104).times.isEmpty)
    }

    @Test func aSampleIsGivenOnceWhateverTheClockDoes() throws {
        let history = DashboardHistory(metrics: metrics)
        var since = 0.0
        for (second, wall) in [100, 1000.1234, 1002.1236, 400.5, 402.5].enumerated() {
            history.sample(time: Double(second * 2), wall: wall)
            let times = history.slice(since: since).times
            #expect(times.count == (second == 0 ? 0 : 1), "\(wall)")
            since = times.last ?? since
        }
        #expect(since == 402.5)
        #expect(history.slice(since: since).times.isEmpty)
    }

    @Test func historyIsBounded() {
        let history = DashboardHistory(metrics: metrics)
        for second in 0..<4000 { history.sample(time: Double(second * 2), wall: Double(second * 2)) }
        let slice = history.slice(since: 0)
        #expect(slice.times.count == 1800)
        #expect(slice.times.last == 7998)
        #expect(slice.series.values.allSatisfy { $0.count == 1800 })
    }

    @Test func countersThatWereResetCountFromZero() {
        let earlier = MetricsReading([counter("c", 100)], time: 0)
        let later = MetricsReading([counter("c", 30)], time: 10)
        #expect(MetricsWindow(earlier: earlier, later: later).rate("c") == 3)
    }

    @Test func panelsReadTheirMetrics() throws {
        metrics.collect("pando_messages_ready", help: "R.", kind: .gauge, labels: ["topic", "group"]) {
            [(["mail", "send"], 5), (["stock", "update"], 2)]
        }
        metrics.collect("pando_messages_oldest_age_seconds", help: "A.", kind: .gauge, labels: ["topic", "group"]) {
            [(["mail", "send"], 9), (["stock", "update"], 1)]
        }
        metrics.counter("pando_cache_hits_total", help: "H.", labels: ["cache"]).with("hotels").increment(by: 90)
        metrics.counter("pando_cache_misses_total", help: "M.", labels: ["cache"]).with("hotels").increment(by: 10)
        let requests = metrics.counter("pando_http_requests_total", help: "R.", labels: ["route", "method", "status"])
        requests.with("/a", "GET", "200").increment(by: 9)
        requests.with("/a", "GET", "503").increment(by: 1)
        requests.with("/b", "GET", "200").increment(by: 5)
        let window = MetricsWindow(
            earlier: MetricsReading([], time: 0),
            later: MetricsReading(metrics.snapshot(), time: 10)
        )
        #expect(HistorySeries.ready.value(in: window) == 7)
        #expect(HistorySeries.oldestAge.value(in: window) == 9)
        let queues = QueueRow.rows(window)
        #expect(queues.map(\.topic) == ["mail", "stock"])
        #expect(queues.first?.oldestAgeSeconds == 9)
        let caches = CacheRow.rows(window)
        #expect(caches.map(\.hitsPerSecond) == [9])
        let routes = RouteRow.rows(window)
        #expect(routes.map(\.route) == ["/a", "/b"])
        #expect(routes.first?.serverErrorsPerSecond == 0.1)
        #expect(routes.first?.requestsPerSecond == 1)
        #expect(routes.first?.p99 == nil)
    }

    private func counter(_ name: String, _ value: Int) -> MetricSnapshot {
        let registry = MetricsRegistry()
        registry.counter(name, help: "C.").with().increment(by: value)
        return registry.snapshot()[0]
    }
}
