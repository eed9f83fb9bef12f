import PandoTelemetry
import Testing

@Suite struct HistogramTests {
    private func recorded(_ values: [Double], buckets: [Double]) throws -> HistogramSnapshot {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("size", help: "Size.", buckets: buckets).with()
        for value in values { histogram.record(value) }
        guard case .histogram(let snapshot) = try #require(registry.snapshot(of: "size")?.series.first?.value) else {
            throw CancellationError()
        }
        return snapshot
    }

    @Test func boundsAreInclusive() throws {
        let snapshot = try recorded([-1, 0, 1, 1.000_1, 2, 4, 4.5, .infinity], buckets: [1, 2, 4])
        #expect(snapshot.counts == [3, 2, 1, 2])
    }

    @Test func notANumberIsNotRecorded() throws {
        #expect(try recorded([.nan, 1], buckets: [1]).count == 1)
    }

    @Test func durationsAreRecordedInSeconds() throws {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("time_seconds", help: "Time.").with()
        histogram.record(.seconds(3_000_000_000))
        histogram.record(.nanoseconds(1500))
        histogram.record(.milliseconds(-2))
        guard case .histogram(let snapshot) = registry.snapshot(of: "time_seconds")?.series.first?.value else { return }
        #expect(abs(snapshot.sum - (3e9 + 1.5e-6 - 0.002)) < 1e-6)
    }

    @Test func percentilesLieInTheirBucket() throws {
        let snapshot = try recorded((1...1000).map { Double($0) / 1000 }, buckets: [0.1, 0.25, 0.5, 0.75, 1])
        for (quantile, exact) in [(0.05, 0.05), (0.5, 0.5), (0.9, 0.9), (0.99, 0.99), (1, 1)] {
            let estimate = try #require(snapshot.percentile(quantile))
            #expect(abs(estimate - exact) < 0.005, "quantile \(quantile)")
        }
        #expect(snapshot.percentile(-1) == snapshot.percentile(0))
        #expect(snapshot.percentile(7) == snapshot.percentile(1))
    }

    @Test func percentileOfNothingIsNil() throws {
        #expect(try recorded([], buckets: [1]).percentile(0.5) == nil)
    }

    @Test func percentileAboveTheLastBoundIsThatBound() throws {
        #expect(try recorded([100, 200], buckets: [1, 2]).percentile(0.5) == 2)
    }

    @Test func differencesAreTheWindow() throws {
        let earlier = HistogramSnapshot(bounds: [1, 2], counts: [5, 1, 0], sum: 6)
        let later = HistogramSnapshot(bounds: [1, 2], counts: [5, 4, 1], sum: 15)
        #expect(later.subtracting(earlier) == HistogramSnapshot(bounds: [1, 2], counts: [0, 3, 1], sum: 9))
        #expect(earlier.subtracting(later) == earlier, "a series that was reset is taken whole")
        #expect(earlier.merging(later).counts == [10, 5, 1])
        #expect(earlier.merging(HistogramSnapshot(bounds: [9], counts: [1, 1], sum: 1)) == earlier)
    }
}
