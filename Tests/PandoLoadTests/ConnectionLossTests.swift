import PandoLoad
import Testing

extension RunTests {
    @Suite struct ConnectionLossTests {
        private static func run(
            _ reply: @escaping TestServer.Body,
            count: Int = 100,
            change: (inout LoadRun.Configuration) -> Void = { _ in }
        ) async throws -> LoadReport {
            try await TestServer.with(reply) { server in
                var configuration = LoadRun.Configuration(
                    target: try server.target,
                    work: .requests([LoadRequest("GET", "/")]),
                    arrivals: .constant(ratePerSecond: 1000)
                )
                configuration.maxArrivals = count
                change(&configuration)
                return try await LoadRun(configuration).run()
            }
        }

        @Test(.timeLimit(.minutes(1))) func aResetIsAnErrorOfUnknownOutcomeAndTheRunGoesOn() async throws {
            let report = try await Self.run { $0.number % 10 == 3 ? .reset : .answer() }
            #expect(report.total.failures == ["reset": 10])
            #expect(report.total.unknown == 10)
            #expect(report.total.statuses == ["200": 90])
            #expect(report.total.errors == 10)
        }

        @Test(.timeLimit(.minutes(1))) func aCloseInGoodOrderIsToldApart() async throws {
            let report = try await Self.run { $0.number % 10 == 3 ? .close : .answer() }
            #expect(report.total.failures == ["closed": 10])
            #expect(report.total.statuses == ["200": 90])
        }

        @Test(.timeLimit(.minutes(1))) func brokenAnswersAreCountedAsSuch() async throws {
            let report = try await Self.run { $0.number % 10 == 3 ? .bytes("HTTP/1.1 two hundred\r\n\r\n") : .answer() }
            #expect(report.total.failures == ["invalid_response": 10])
        }

        @Test(.timeLimit(.minutes(1))) func anAnswerMayEndWithItsConnection() async throws {
            let report = try await Self.run { _ in .bytes("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nto the end") }
            #expect(report.total.statuses == ["200": 100])
            #expect(report.total.errors == 0)
        }

        @Test(.timeLimit(.minutes(1))) func aTimeOutCountsAsALatency() async throws {
            let report = try await Self.run({ $0.number < 5 ? .silence : .answer() }) {
                $0.requestTimeout = .seconds(2)
            }
            #expect(report.total.failures == ["timeout": 5])
            #expect(report.total.unknown == 5)
            let latency = try #require(report.total.latency)
            #expect(latency.count == 100)
            #expect(latency.p99 >= 1_900_000)
        }

        @Test(.timeLimit(.minutes(1)), arguments: [LoadArrivals.constant(ratePerSecond: 2000), .closed(clients: 4)])
        func aTargetThatRefusesIsNotHammered(arrivals: LoadArrivals) async throws {
            let server = try await TestServer.start { _ in .answer() }
            let target = try server.target
            try await server.stop()
            var configuration = LoadRun.Configuration(
                target: target,
                work: .requests([LoadRequest("GET", "/")]),
                arrivals: arrivals
            )
            configuration.duration = .milliseconds(600)
            let report = try await LoadRun(configuration).run()
            #expect(report.total.failures.keys.sorted() == ["refused"])
            #expect(report.total.unknown == 0)
            #expect(report.total.latency == nil)
            #expect(report.generator.connectFailures < 40)  // 5 ms doubling up to 500 ms, jittered
            if !arrivals.isClosed { #expect(report.total.count == 1200) }
            #expect(report.exitCode == 1)
        }

        @Test(.timeLimit(.minutes(1))) func survivesARestartOfTheServer() async throws {
            enum Seen: Sendable { case answer(String), refusal }
            let first = try await TestServer.start { _ in .answer(body: "first") }
            let port = first.port
            let (sights, seen) = AsyncStream<Seen>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
            let scenario = LoadScenario(name: "look") { client in
                do {
                    seen.yield(.answer(try await client.get("/", as: "look").text))
                } catch let error as LoadError {
                    if error.failure == .refused { seen.yield(.refusal) }
                    throw error
                }
            }
            var configuration = LoadRun.Configuration(
                target: try first.target,
                work: .scenarios([scenario]),
                arrivals: .constant(ratePerSecond: 200)
            )
            configuration.maxArrivals = 1_000_000
            let run = try LoadRun(configuration)
            let report = try await withThrowingTaskGroup(of: LoadReport.self) { group in
                group.addTask { try await run.run() }
                var answers = 0
                var second: TestServer?
                for await sight in sights {
                    switch sight {
                    case .answer("first"):
                        answers += 1
                        if answers == 30 { try await first.stop() }
                    case .refusal where second == nil:
                        second = try await TestServer.start(port: port) { _ in .answer(body: "second") }
                    case .answer("second"): answers += 1
                    case .answer, .refusal: break
                    }
                    if second != nil, answers >= 60 { break }
                }
                group.cancelAll()
                let report = try #require(try await group.next())
                try await second?.stop()
                return report
            }
            #expect((report.total.failures["refused"] ?? 0) > 0)
            #expect((report.total.statuses["200"] ?? 0) >= 60)
            #expect(
                report.total.count == report.total.failures.values.reduce(0, +) + (report.total.statuses["200"] ?? 0)
            )
        }
    }
}
