import Testing

@testable import PandoEdge

@Suite struct HealthTests {
    // MARK: Active

    @Test func thresholdsCountResultsInARow() {
        let settings = ActiveHealth.Settings(rise: 2, fall: 3)
        var health = ActiveHealth(settings)
        #expect(results(&health, settings, "--+--+--") == "uuuuuuuu")
        #expect(results(&health, settings, "--") == "dd")
        #expect(results(&health, settings, "+-+-+") == "ddddd")
        #expect(results(&health, settings, "+") == "u")
    }

    @Test func whereItStartsIsAsSet() {
        let down = ActiveHealth.Settings(rise: 1, startsUp: false)
        var health = ActiveHealth(down)
        #expect(health.standing == .down)
        #expect(results(&health, down, "+") == "u")
        let closed = ActiveHealth.Settings(rise: 2, fall: 1, isFailClosed: true)
        health = ActiveHealth(closed)
        #expect(results(&health, closed, "-+-++-") == "????ud")
    }

    private func results(_ health: inout ActiveHealth, _ settings: ActiveHealth.Settings, _ results: String) -> String {
        results.map { result in
            let before = health.standing
            let isChanged = health.probed(result == "+", settings)
            #expect(isChanged == (before != health.standing))
            return switch health.standing {
            case .up: "u"
            case .down: "d"
            case .unproven: "?"
            }
        }.joined()
    }

    // MARK: Passive

    @Test func errorsInARowEjectAndTheServerReturns() {
        let upstream = upstream(serverSettings(3), .init(balance: .roundRobin))
        upstream.feed(1, 4, .unreachable, at: start)
        upstream.feed(1, 1, .good, at: start)
        upstream.feed(1, 4, .timedOut, at: start)
        #expect(upstream.servers[1].health(at: start) == .healthy, "never five in a row")
        upstream.feed(1, 1, .serverError, at: start)
        #expect(upstream.servers[1].health(at: start) == .ejected)
        #expect(upstream.shares(of: 100) == [50, 0, 50])
        #expect(upstream.shares(of: 99, at: start + 29 * second)[1] == 0)
        #expect(upstream.shares(of: 99, at: start + 30 * second)[1] == 33)
    }

    @Test func abandonedRequestsSayNothing() {
        let upstream = upstream(serverSettings(2))
        upstream.feed(0, 100, .abandoned, at: start)
        #expect(upstream.servers[0].health(at: start) == .healthy)
        #expect(upstream.servers[0].failures == 0)
    }

    @Test func serverErrorsCountOnlyWhereTheyShall() {
        let upstream = upstream(serverSettings(2), .init(outliers: OutlierSettings(countsServerErrors: false)))
        upstream.feed(0, 100, .serverError, at: start)
        #expect(upstream.servers[0].health(at: start) == .healthy)
        upstream.feed(0, 5, .unreachable, at: start)
        #expect(upstream.servers[0].health(at: start) == .ejected)
    }

    @Test func theTimeOutOfUseGrowsAndIsForgiven() {
        let settings = OutlierSettings(interval: .seconds(10), ejection: .seconds(30), maximumEjection: .seconds(100))
        var count = EjectionCount()
        let times = (0..<5).map { _ in count.next(settings) / second }
        #expect(times == [30, 60, 90, 100, 100])
        count.forgive()
        #expect(count.next(settings) / second == 90)

        let upstream = upstream(serverSettings(3), .init(outliers: settings))
        upstream.feed(0, 5, .unreachable, at: start)
        _ = upstream.shares(of: 1, at: start + 30 * second)
        upstream.feed(0, 5, .unreachable, at: start + 30 * second)
        #expect(upstream.servers[0].health(at: start + 89 * second) == .ejected)
        #expect(upstream.servers[0].health(at: start + 90 * second) == .healthy)
        // Intervals without complaints are forgiven one by one.
        for interval in 9..<20 { _ = upstream.shares(of: 1, at: start + UInt64(interval * 10) * second) }
        upstream.feed(0, 5, .unreachable, at: start + 200 * second)
        #expect(upstream.servers[0].health(at: start + 230 * second) == .healthy)
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 1), (4, 2), (10, 5)])
    func neverMoreThanAShareIsEjected(servers: Int, ejected: Int) {
        let upstream = upstream(serverSettings(servers), .init(panicThreshold: 0))
        for index in 0..<servers { upstream.feed(index, 20, .unreachable, at: start) }
        #expect(upstream.servers.count { $0.health(at: start) == .ejected } == ejected)
        // So many that each of those that failed last looks well again.
        #expect(upstream.shares(of: 20_000).count { $0 > 0 } == servers - ejected)
    }

    @Test func aShareOfFailuresFarAboveTheOthersEjects() {
        let upstream = upstream(serverSettings(4), .init(outliers: OutlierSettings(interval: .seconds(10))))
        interval(upstream, failing: [5, 5, 30, 12], at: start + second)
        #expect(health(upstream, at: start + 11 * second) == "hheh")
    }

    @Test func failuresOfAllEjectNobody() {
        let upstream = upstream(serverSettings(4), .init(outliers: OutlierSettings(interval: .seconds(10))))
        interval(upstream, failing: [60, 55, 70, 60], at: start + second)
        #expect(health(upstream, at: start + 11 * second) == "hhhh")
    }

    @Test func tooFewRequestsSayNothing() {
        let settings = OutlierSettings(errorsInARow: 0, minimumRequests: 50)
        let upstream = upstream(serverSettings(4), .init(outliers: settings))
        for index in 0..<3 { upstream.feed(index, 100, .good, at: start + second) }
        upstream.feed(3, 49, .unreachable, at: start + second)
        #expect(health(upstream, at: start + 11 * second) == "hhhh")
        for index in 0..<3 { upstream.feed(index, 100, .good, at: start + 12 * second) }
        upstream.feed(3, 50, .unreachable, at: start + 12 * second)
        #expect(health(upstream, at: start + 22 * second) == "hhhe")
    }

    @Test func latencyFarAboveTheOthersEjects() {
        let upstream = upstream(serverSettings(4), .init(outliers: OutlierSettings(latencyFactor: 5)))
        for index in 0..<4 {
            upstream.feed(index, 100, .good, latency: (index == 0 ? 60 : 10) * millisecond, at: start + second)
        }
        #expect(health(upstream, at: start + 11 * second) == "ehhh")
    }

    @Test func theWorstGoFirst() {
        let samples = [10, 90, 10, 60, 10].map {
            OutcomeWindow.Sample(requests: 100, failures: $0, latencies: 0)
        }
        #expect(Outliers.among(samples, OutlierSettings()) == [1, 3])
    }

    private func interval(_ upstream: Upstream, failing percent: [Int], at now: UInt64) {
        for (index, percent) in percent.enumerated() {
            for number in 0..<100 {
                // Spread out, so that they are not in a row.
                let hasFailed = (number + 1) * percent / 100 > number * percent / 100
                upstream.feed(index, 1, hasFailed ? .serverError : .good, at: now)
            }
        }
    }

    private func health(_ upstream: Upstream, at now: UInt64) -> String {
        _ = upstream.shares(of: 1, at: now)
        return upstream.servers.map { $0.health(at: now) == .ejected ? "e" : "h" }.joined()
    }
}
