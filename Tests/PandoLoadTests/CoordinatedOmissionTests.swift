import PandoLoad
import Synchronization
import Testing

/// A server that holds all answers for a second once it has seen some requests.
private final class Stall: Sendable {
    private let end = Mutex<ContinuousClock.Instant?>(nil)
    private let first: Int

    init(from first: Int) { self.first = first }

    func reply(to request: TestServer.Request) -> TestServer.Reply {
        guard request.number >= first else { return .answer() }
        let end = end.withLock { end in
            let known = end ?? ContinuousClock.now.advanced(by: .seconds(1))
            end = known
            return known
        }
        return ContinuousClock.now < end ? .later(end) : .answer()
    }
}

extension RunTests {
    @Suite struct CoordinatedOmissionTests {
        /// 600 requests, of which one second's worth, a third, is meant to start while the server stalls.
        @Test(.timeLimit(.minutes(1))) func openLoopSeesTheStallThatAClosedLoopOmits() async throws {
            let opened = try await report(.constant(ratePerSecond: 200), arrivals: 600)
            let open = try #require(opened.total.latency)
            // Of 200 requests held for 1 s down to 0 s, and 600 in all, the slowest 1 % waited more than 0.97 s; and a tenth
            // of all waited more than 0.7 s.
            #expect(open.p99 > 900_000)
            #expect(open.p90 > 600_000)
            #expect(open.max >= 990_000)

            let closed = try await report(.closed(clients: 1), arrivals: 600)
            let control = try #require(closed.total.latency)
            #expect(control.max >= 990_000)  // it saw the same stall, once
            #expect(control.p99 < open.p99 / 2)  // and its percentiles do not know
            #expect(closed.arrivals.isClosed)
            #expect(closed.warnings.contains { $0.contains("coordinated omission") })
        }

        /// The same with users of scenarios, too few for the arrivals: they wait, and their waiting counts.
        @Test(.timeLimit(.minutes(1))) func waitingForAUserCounts() async throws {
            let stall = Stall(from: 50)
            let report = try await TestServer.with({ stall.reply(to: $0) }) { server in
                let scenario = LoadScenario(name: "look") { client in try await client.get("/", as: "look") }
                var configuration = LoadRun.Configuration(
                    target: try server.target,
                    work: .scenarios([scenario]),
                    arrivals: .constant(ratePerSecond: 200)
                )
                configuration.maxArrivals = 600
                configuration.maxUsers = 4
                return try await LoadRun(configuration).run()
            }
            #expect(report.scenarios[0].completed == 600)
            #expect(try #require(report.scenarios[0].duration).p90 > 600_000)
            #expect(try #require(report.requests[0].latency).p90 > 600_000)
            #expect(try #require(report.requests[0].service).p90 < 600_000)  // only four were sent into the stall
        }

        private func report(_ arrivals: LoadArrivals, arrivals count: Int) async throws -> LoadReport {
            let stall = Stall(from: 50)
            return try await TestServer.with({ stall.reply(to: $0) }) { server in
                var configuration = LoadRun.Configuration(
                    target: try server.target,
                    work: .requests([LoadRequest("GET", "/")]),
                    arrivals: arrivals
                )
                configuration.maxArrivals = count
                let report = try await LoadRun(configuration).run()
                #expect(report.total.statuses == ["200": count])
                return report
            }
        }
    }
}
