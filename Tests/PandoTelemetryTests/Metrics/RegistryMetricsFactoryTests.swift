import CoreMetrics
import PandoTelemetry
import Testing

@Suite struct RegistryMetricsFactoryTests {
    let registry = MetricsRegistry()
    var factory: RegistryMetricsFactory { RegistryMetricsFactory(registry) }

    @Test func countersOfLibrariesAppear() throws {
        let counter = CoreMetrics.Counter(
            label: "http.server.requests",
            dimensions: [("b.c", "2"), ("a", "1")],
            factory: factory
        )
        counter.increment(by: 3)
        let series = try #require(registry.snapshot(of: "http_server_requests_total")?.series.first)
        #expect(series.labels.map(\.name) == ["a", "b_c"])
        #expect(series.value.number == 3)
        counter.reset()
        #expect(registry.snapshot(of: "http_server_requests_total")?.series.first?.value.number == 0)
    }

    @Test func everyKindIsMeasured() throws {
        FloatingPointCounter(label: "cost", dimensions: [], factory: factory).increment(by: 0.25)
        let meter = Meter(label: "level", dimensions: [], factory: factory)
        meter.set(4)
        meter.increment(by: 2)
        meter.decrement(by: 1)
        CoreMetrics.Gauge(label: "gauge", dimensions: [], factory: factory).record(1.5)
        Recorder(label: "sizes", dimensions: [], aggregate: true, factory: factory).record(3)
        let timer = CoreMetrics.Timer(label: "work-time", dimensions: [], factory: factory)
        timer.recordNanoseconds(2_000_000)
        #expect(registry.snapshot(of: "cost")?.series.first?.value.number == 0.25)
        #expect(registry.snapshot(of: "level")?.series.first?.value.number == 5)
        #expect(registry.snapshot(of: "gauge")?.series.first?.value.number == 1.5)
        #expect(registry.snapshot(of: "sizes")?.series.first?.value.number == 1)
        guard case .histogram(let times) = registry.snapshot(of: "work_time_seconds")?.series.first?.value else {
            Issue.record("no timer")
            return
        }
        #expect(abs(times.sum - 0.002) < 1e-12)
        timer.destroy()
        _ = try OpenMetricsParser(registry.exposition(), openMetrics: true)
    }

    @Test func differentLabelsShareAName() throws {
        CoreMetrics.Counter(label: "c", dimensions: [("x", "1")], factory: factory).increment()
        CoreMetrics.Counter(label: "c", dimensions: [("y", "1"), ("le", "2")], factory: factory).increment()
        CoreMetrics.Counter(label: "c", dimensions: [], factory: factory).increment()
        #expect(registry.snapshot(of: "c")?.series.count == 3)
        _ = try OpenMetricsParser(registry.exposition(), openMetrics: true)
    }

    @Test func takenNamesAreReportedAndDoNotTrap() throws {
        registry.gauge("queue_depth", help: "Depth.").with().set(1)
        CoreMetrics.Counter(label: "queue.depth", dimensions: [], factory: factory).increment(by: 9)
        Meter(label: "queue.depth", dimensions: [("x", "y")], factory: factory).set(9)
        #expect(registry.snapshot(of: "queue_depth")?.series.map(\.value.number) == [1])
        let conflicts = try #require(registry.snapshot(of: "pando_metrics_name_conflicts_total")?.series.first)
        #expect(conflicts[label: "metric"] == "queue_depth")
        #expect(conflicts.value.number == 2)
    }

    @Test func labelsOfLibrariesAreBounded() throws {
        let registry = MetricsRegistry(maximumSeriesPerFamily: 2)
        let factory = RegistryMetricsFactory(registry)
        for index in 0..<5 {
            CoreMetrics.Counter(label: "c", dimensions: [("x", "\(index)")], factory: factory).increment()
        }
        #expect(registry.snapshot(of: "c")?.series.map(\.value.number).sorted() == [1, 1, 3])
        _ = try OpenMetricsParser(registry.exposition(), openMetrics: true)
    }
}
