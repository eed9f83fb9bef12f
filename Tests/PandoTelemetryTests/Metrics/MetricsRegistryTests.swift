import PandoTelemetry
import Testing

@Suite struct MetricsRegistryTests {
    let registry = MetricsRegistry()

    @Test func countsByLabels() throws {
        let family = registry.counter("requests_total", help: "Requests.", labels: ["method", "status"])
        family.with("GET", "200").increment()
        family.with("GET", "200").increment(by: 4)
        family.with("PUT", "200").increment()
        let snapshot = try #require(registry.snapshot(of: "requests_total"))
        #expect(snapshot.name == "requests")
        #expect(snapshot.series.map(\.value.number) == [5, 1])
        #expect(snapshot.series[0][label: "method"] == "GET")
        #expect(snapshot.series[0][label: "nothing"] == nil)
    }

    @Test func counterNeverFalls() throws {
        let counter = registry.counter("steps_total", help: "Steps.").with()
        counter.increment(by: 3)
        counter.increment(by: -2)
        counter.increment(by: 0.5)
        counter.increment(by: -0.5)
        #expect(registry.snapshot(of: "steps")?.series.first?.value.number == 3.5)
    }

    @Test func sameShapeGivesTheSameFamily() throws {
        registry.counter("a_total", help: "A.", labels: ["x"]).with("1").increment()
        registry.counter("a", help: "Another text.", labels: ["x"]).with("1").increment()
        #expect(registry.snapshot(of: "a")?.series.first?.value.number == 2)
    }

    @Test func anotherShapeTraps() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("a_total", help: "A.", labels: ["x"])
            _ = registry.counter("a_total", help: "A.", labels: ["y"])
        }
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("a_total", help: "A.")
            _ = registry.gauge("a", help: "A.")
        }
    }

    @Test func badNamesTrap() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("0a", help: "A.") }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("a-b", help: "A.") }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("a", help: "A.", labels: ["__x"]) }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("a", help: "A.", labels: ["x", "x"]) }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().histogram("a", help: "A.", labels: ["le"]) }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().histogram("a", help: "A.", buckets: [2, 1]) }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("a", help: "A.", labels: ["x"]).with() }
    }

    @Test func concurrentCountsAreAllThere() async throws {
        let counter = registry.counter("hits_total", help: "Hits.").with()
        let gauge = registry.gauge("level", help: "Level.").with()
        let histogram = registry.histogram("time_seconds", help: "Time.").with()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20_000 {
                        counter.increment()
                        gauge.add(1)
                        gauge.add(-0.5)
                        histogram.record(.milliseconds(1))
                    }
                }
            }
        }
        #expect(registry.snapshot(of: "hits")?.series.first?.value.number == 160_000)
        #expect(registry.snapshot(of: "level")?.series.first?.value.number == 80_000)
        guard case .histogram(let recorded) = registry.snapshot(of: "time_seconds")?.series.first?.value else {
            Issue.record("no histogram")
            return
        }
        #expect(recorded.count == 160_000)
        #expect(abs(recorded.sum - 160) < 1e-6)
    }

    @Test func concurrentRegistrationGivesOneSeries() async throws {
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { [registry] in
                    for label in 0..<100 {
                        registry.counter("c_total", help: "C.", labels: ["x"]).with("\(label)").increment()
                        _ = registry.gauge("g\(task)", help: "G.")
                    }
                }
            }
        }
        let series = try #require(registry.snapshot(of: "c")?.series)
        #expect(series.count == 100)
        #expect(series.allSatisfy { $0.value.number == 8 })
    }

    @Test func seriesPastTheBoundShareOne() throws {
        let registry = MetricsRegistry(maximumSeriesPerFamily: 3)
        let family = registry.counter("c_total", help: "C.", labels: ["x", "y"])
        for index in 0..<10 { family.with("\(index)", "y").increment() }
        family.with("0", "y").increment()
        let series = try #require(registry.snapshot(of: "c")?.series)
        #expect(series.map { $0.labels.map(\.value) } == [["0", "y"], ["1", "y"], ["2", "y"], ["other", "other"]])
        #expect(series.map(\.value.number) == [2, 1, 1, 7])
        let overflow = try #require(registry.snapshot(of: "pando_metrics_series_overflow_total")?.series.first)
        #expect(overflow[label: "metric"] == "c")
        #expect(overflow.value.number == 7)
    }

    @Test func callbacksAreAskedWhenRead() throws {
        registry.collect("depth", help: "Depth.", kind: .gauge, labels: ["queue"]) { [(["mail"], 4)] }
        registry.collect("depth", help: "Depth.", kind: .gauge, labels: ["queue"]) { [(["mail"], 5), (["sms"], 1)] }
        let series = try #require(registry.snapshot(of: "depth")?.series)
        #expect(series.map { $0[label: "queue"] } == ["mail", "sms"])
        #expect(series.map(\.value.number) == [5, 1])
    }

    @Test func callbacksAreBounded() throws {
        let registry = MetricsRegistry(maximumSeriesPerFamily: 5)
        registry.collect("depth", help: "Depth.", kind: .gauge, labels: ["queue"]) {
            (0..<100).map { (["\($0)"], Double($0)) }
        }
        #expect(registry.snapshot(of: "depth")?.series.count == 5)
    }

    @Test func callbackMayUseTheRegistry() {
        registry.collect("count", help: "Metrics.", kind: .gauge) { [registry] in
            registry.counter("late_total", help: "Late.").with().increment()
            return [([], Double(registry.snapshot(of: "late_total")?.series.count ?? 0))]
        }
        #expect(registry.snapshot(of: "count")?.series.first?.value.number == 1)
    }
}
