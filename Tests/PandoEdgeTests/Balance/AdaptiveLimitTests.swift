import Testing

@testable import PandoEdge

@Suite struct AdaptiveLimitTests {
    /// A server that works on ten at a time for ten milliseconds each, in virtual time, under twice the load that it bears.
    private struct Overload {
        let limit: AdaptiveLimit
        var slots = 10
        var service: UInt64 = 10 * millisecond
        var random = WorkerRandom(seed: 4)
        var now = start
        private var free: [UInt64] = []
        private var underWay: [(end: UInt64, latency: UInt64)] = []

        init(_ limit: AdaptiveLimit) { self.limit = limit }

        /// The mean latency in milliseconds, and the share of the server's capacity that was used.
        mutating func run(perSecond: Double, seconds: Int) -> (latency: Double, used: Double) {
            let first = now
            var (sum, count) = (0.0, 0)
            while now < first + UInt64(seconds) * second {
                now += UInt64(random.unit() * 2e9 / perSecond)
                while let next = underWay.first, next.end <= now {
                    underWay.removeFirst()
                    limit.leave(latency: next.latency, .good, at: next.end)
                    sum += Double(next.latency) / 1e6
                    count += 1
                }
                if limit.enter() { begin(service) }
            }
            return (sum / Double(max(1, count)), Double(count * Int(service)) / Double(slots) / Double(now - first))
        }

        private mutating func begin(_ service: UInt64) {
            free.removeAll { $0 <= now }
            free.sort()
            let from = free.count < slots ? now : free[free.count - slots]
            let time = UInt64(Double(service) * (0.5 + random.unit()))
            free.append(from + time)
            let end = from + time
            let place = underWay.firstIndex { $0.end > end } ?? underWay.count
            underWay.insert((end, end - now), at: place)
        }
    }

    @Test(.timeLimit(.minutes(1))) func overloadIsHeldBackWithoutWastingTheServer() {
        let limit = AdaptiveLimit()
        var server = Overload(limit)
        _ = server.run(perSecond: 700, seconds: 20)
        let overload = server.run(perSecond: 2000, seconds: 60)
        #expect(limit.limit < 60, "\(limit.limit)")
        #expect(overload.latency < 50, "\(overload.latency)")
        #expect(overload.used > 0.95, "\(overload.used)")
    }

    @Test(.timeLimit(.minutes(1))) func theLimitGrowsWithTheServer() {
        let limit = AdaptiveLimit()
        var server = Overload(limit)
        _ = server.run(perSecond: 2000, seconds: 30)
        let before = limit.limit
        server.slots = 100
        _ = server.run(perSecond: 15_000, seconds: 20)
        #expect(limit.limit > before * 2, "\(before), then \(limit.limit)")
    }

    @Test func withoutLoadTheLimitStaysWhereItIs() {
        var gradient = GradientLimit(AdaptiveLimit.Settings())
        for _ in 0..<100 {
            gradient.update(latency: 1e6, active: 3, isOverloaded: false, AdaptiveLimit.Settings())
        }
        #expect(gradient.limit == 20)
    }

    @Test func timeoutsShrinkTheLimitToItsMinimum() {
        let settings = AdaptiveLimit.Settings(minimum: 4)
        var gradient = GradientLimit(settings)
        for _ in 0..<200 { gradient.update(latency: 1e6, active: 1, isOverloaded: true, settings) }
        #expect(gradient.limit == 4)
    }

    @Test func nobodyEntersAboveTheLimit() {
        let limit = AdaptiveLimit(.init(initial: 3))
        #expect((0..<5).map { _ in limit.enter() } == [true, true, true, false, false])
        limit.leave(latency: millisecond, .abandoned, at: start)
        #expect(limit.active == 2)
        #expect(limit.enter())
    }
}
