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

    @Test func aClockThatIsBehindDoesNoHarm() {
        let latency = PeakLatency()
        latency.observe(10 * millisecond, at: start, decay)
        latency.observe(5 * millisecond, at: start - second, decay)
        #expect(isNear(latency.average(at: start, decay), 10e6))
        #expect(isNear(latency.average(at: start + 10 * second, decay), 10e6 / 2.71828))
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

    @Test(.timeLimit(.minutes(1))) func threadsLoseNoPeak() {
        let latency = Shared()
        onThreads(8) { thread in
            for number in 0..<2000 {
                let isPeak = thread == 3 && number == 1000
                latency.latency.observe(isPeak ? 900 * millisecond : millisecond, at: start, latency.decay)
            }
        }
        #expect(isNear(latency.latency.average(at: start, decay), 900e6))
    }

    private final class Shared: Sendable {
        let latency = PeakLatency()
        let decay = PeakLatency.Decay(over: 10 * second)
    }

    private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < expected * 0.001 }
}
