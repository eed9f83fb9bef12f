import Testing

@testable import PandoEdge

@Suite struct PeakLatencyTests {
    private let decay = PeakLatency.Decay(over: 10 * second)

    @Test func aPeakCountsAtOnceAndDecays() {
        let latency = PeakLatency()
        latency.observe(10 * millisecond, at: start, decay)
        #expect(isNear(latency.average(at: start, decay), 10e6))
        latency.observe(200 * millisecond, at: start, decay)
        #expect(isNear(latency.average(at: start, decay), 200e6))
        #expect(isNear(latency.average(at: start + 10 * second, decay), 200e6 / 2.71828))
        latency.observe(10 * millisecond, at: start + 10 * second, decay)
        let expected = 200e6 / 2.71828 + 10e6 * (1 - 1 / 2.71828)
        #expect(isNear(latency.average(at: start + 10 * second, decay), expected))
    }

    @Test func anAnswerBelowWeighsAnEighthAtLeast() {
        let latency = PeakLatency()
        latency.observe(80 * millisecond, at: start, decay)
        latency.observe(8 * millisecond, at: start, decay)
        #expect(isNear(latency.average(at: start, decay), 71e6))
        for _ in 0..<60 { latency.observe(8 * millisecond, at: start, decay) }
        #expect(latency.average(at: start, decay) < 8.1e6)
    }

    @Test func aClockThatIsBehindDoesNoHarm() {
        let latency = PeakLatency()
        latency.observe(10 * millisecond, at: start, decay)
        latency.observe(20 * millisecond, at: start - second, decay)
        #expect(isNear(latency.average(at: start, decay), 20e6))
        #expect(isNear(latency.average(at: start + 10 * second, decay), 20e6 / 2.71828))
    }

    @Test func aMistakenLatencyDoesNoHarm() {
        let upstream = upstream(serverSettings(2), .init(hedge: HedgeSettings()))
        upstream.feed(0, 200, .good, latency: .max, at: start)
        upstream.feed(0, 1, .timedOut, latency: .max, at: start)
        #expect(upstream.latency(of: upstream.servers[0], at: start) <= 3600 * second)
        #expect(upstream.hedgeDelay(at: start) != nil)
    }

    @Test func eachFailureDoublesUpToABound() {
        let latency = PeakLatency()
        latency.observe(10 * millisecond, at: start, decay)
        latency.observeFailure(50_000, at: start, decay)
        #expect(isNear(latency.average(at: start, decay), 20e6))
        for _ in 0..<100 { latency.observeFailure(50_000, at: start, decay) }
        #expect(isNear(latency.average(at: start, decay), 30e9))
    }

    /// Each failure of eight threads doubles the average: none is lost.
    @Test(.timeLimit(.minutes(1))) func threadsLoseNoChange() {
        for _ in 0..<200 {
            let latency = Shared()
            latency.latency.observe(10 * millisecond, at: start, latency.decay)
            onThreads(8) { _ in latency.latency.observeFailure(0, at: start, latency.decay) }
            #expect(isNear(latency.latency.average(at: start, decay), 256 * 10e6))
        }
    }

    private final class Shared: Sendable {
        let latency = PeakLatency()
        let decay = PeakLatency.Decay(over: 10 * second)
    }

    private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < expected * 0.001 }
}
