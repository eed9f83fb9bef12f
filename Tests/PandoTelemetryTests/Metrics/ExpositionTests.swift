import PandoTelemetry
import Testing

@Suite struct ExpositionTests {
    @Test func openMetricsTextIsExact() {
        let registry = MetricsRegistry()
        registry.counter("http_requests_total", help: "Requests.", labels: ["method"]).with("GET").increment(by: 3)
        registry.gauge("memory_bytes", help: "Memory.").with().set(1.5)
        let times = registry.histogram("wait_seconds", help: "Waits.", labels: ["lock"], buckets: [0.001, 1]).with("a")
        times.record(seconds: 0.0005)
        times.record(seconds: 2)
        #expect(
            registry.exposition() == """
                # TYPE http_requests counter
                # HELP http_requests Requests.
                http_requests_total{method="GET"} 3
                # TYPE memory_bytes gauge
                # UNIT memory_bytes bytes
                # HELP memory_bytes Memory.
                memory_bytes 1.5
                # TYPE wait_seconds histogram
                # UNIT wait_seconds seconds
                # HELP wait_seconds Waits.
                wait_seconds_bucket{lock="a",le="0.001"} 1
                wait_seconds_bucket{lock="a",le="1.0"} 1
                wait_seconds_bucket{lock="a",le="+Inf"} 2
                wait_seconds_sum{lock="a"} 2.0005
                wait_seconds_count{lock="a"} 2
                # EOF

                """
        )
    }

    @Test func prometheusTextNamesCountersInFull() {
        let registry = MetricsRegistry()
        registry.counter("http_requests", help: "Say \"requests\".").with().increment()
        #expect(
            registry.exposition(.prometheus) == """
                # TYPE http_requests_total counter
                # HELP http_requests_total Say "requests".
                http_requests_total 1

                """
        )
    }

    @Test(
        arguments: [ExpositionFormat.openMetrics, .prometheus],
        [
            "", "plain", "with \"quotes\"", "back\\slash", "new\nline", "\\n is not a line", "\\\"", "서울 東京 🏨",
            "\r\t\u{0}", "e\u{301}\"\u{301}",
        ]
    )
    func labelValuesSurvive(format: ExpositionFormat, value: String) throws {
        let registry = MetricsRegistry()
        registry.gauge("g", help: value, labels: ["x", "y"]).with(value, "end").set(7)
        let parsed = try OpenMetricsParser(registry.exposition(format), openMetrics: format == .openMetrics)
        let sample = try #require(parsed.families.first?.samples.first)
        #expect(Array(try #require(sample.labels["x"]).unicodeScalars) == Array(value.unicodeScalars))
        #expect(sample.labels["y"] == "end")
        #expect(sample.value == 7)
        #expect(Array(try #require(parsed.families.first?.help).unicodeScalars) == Array(value.unicodeScalars))
    }

    @Test(arguments: [0, -0.0, 1, 1e15, 1e300, -2.5e-7, 0.1, .infinity, -.infinity, .nan] as [Double])
    func numbersSurvive(value: Double) throws {
        let registry = MetricsRegistry()
        registry.gauge("g", help: "G.").with().set(value)
        for format in ExpositionFormat.allCases {
            let parsed = try OpenMetricsParser(registry.exposition(format), openMetrics: format == .openMetrics)
            let read = try #require(parsed.families.first?.samples.first?.value)
            #expect(read == value || read.isNaN && value.isNaN)
        }
    }

    @Test func everythingAtOnceParses() throws {
        let registry = MetricsRegistry()
        registry.collectProcess()
        let requests = registry.counter("pando_http_requests_total", help: "Requests.", labels: ["route", "status"])
        let times = registry.histogram("pando_http_request_duration_seconds", help: "Times.", labels: ["route"])
        for route in 0..<20 {
            requests.with("/r/\(route)", "200").increment()
            for step in 0..<50 { times.with("/r/\(route)").record(.microseconds(step * step * route)) }
        }
        registry.collect("pando_cache_hits_total", help: "Hits.", kind: .counter, labels: ["cache"]) { [(["a"], 2)] }
        for format in ExpositionFormat.allCases {
            let parsed = try OpenMetricsParser(registry.exposition(format), openMetrics: format == .openMetrics)
            #expect(parsed.families.count >= 10)
        }
    }

    @Test func familiesWithoutSeriesAreLeftOut() throws {
        let registry = MetricsRegistry()
        _ = registry.counter("c_total", help: "C.", labels: ["x"])
        #expect(registry.exposition() == "# EOF\n")
    }

    @Test func formatIsNegotiated() {
        #expect(ExpositionFormat.negotiated(accept: nil) == .prometheus)
        #expect(ExpositionFormat.negotiated(accept: "text/plain;version=0.0.4") == .prometheus)
        let prometheus3 = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        #expect(ExpositionFormat.negotiated(accept: prometheus3) == .openMetrics)
        #expect(ExpositionFormat.openMetrics.contentType.hasPrefix("application/openmetrics-text; version=1.0.0"))
        #expect(ExpositionFormat.prometheus.contentType == "text/plain; version=0.0.4; charset=utf-8")
    }
}
