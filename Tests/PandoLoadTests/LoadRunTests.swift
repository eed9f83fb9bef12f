import PandoLoad
import Synchronization
import Testing

extension RunTests {
    @Suite struct LoadRunTests {
        private static func configuration(
            _ server: TestServer,
            _ work: LoadWork,
            _ arrivals: LoadArrivals,
            count: Int
        ) throws -> LoadRun.Configuration {
            var configuration = LoadRun.Configuration(target: try server.target, work: work, arrivals: arrivals)
            configuration.maxArrivals = count
            return configuration
        }

        @Test(.timeLimit(.minutes(1)), arguments: [1, 2])
        func sendsEachArrivalOnce(eventLoops: Int) async throws {
            try await TestServer.with({ _ in .answer(body: "hello") }) { server in
                let requests = [
                    LoadRequest("GET", "/a", weight: 3), LoadRequest("HEAD", "/b"),
                    LoadRequest("POST", "/c?x=1", body: [1]),
                ]
                var configuration = try Self.configuration(
                    server,
                    .requests(requests),
                    .poisson(ratePerSecond: 5000),
                    count: 2001
                )
                configuration.eventLoops = eventLoops
                configuration.seed = 42
                let report = try await LoadRun(configuration).run()
                #expect(server.requests == 2001)
                #expect(report.total.count == 2001)
                #expect(report.total.statuses == ["200": 2001])
                #expect(report.total.errors == 0)
                #expect(Set(report.requests.map(\.name)) == ["GET /a", "HEAD /b", "POST /c"])
                #expect(report.arrivals.intended == 2001)
                #expect(report.arrivals.completed == 2001)
                #expect(report.series.reduce(0) { $0 + $1.answered } == 2001)
                #expect(report.passed)
                #expect(report.generator.seed == 42)
            }
        }

        @Test(.timeLimit(.minutes(1))) func durationEndsTheArrivals() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                var configuration = LoadRun.Configuration(
                    target: try server.target,
                    work: .requests([LoadRequest("GET", "/")]),
                    arrivals: .constant(ratePerSecond: 400)
                )
                configuration.duration = .milliseconds(500)
                let report = try await LoadRun(configuration).run()
                #expect(report.arrivals.intended == 200)
                #expect(report.total.count == 200)
                #expect(report.arrivals.intendedPerSecond > 300 && report.arrivals.intendedPerSecond <= 400)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aClosedLoopKeepsItsClientsBusyUntilTheLimit() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let work = LoadWork.requests([LoadRequest("GET", "/")])
                let report = try await LoadRun(Self.configuration(server, work, .closed(clients: 8), count: 1000)).run()
                #expect(report.total.statuses == ["200": 1000])
                #expect(report.generator.connectionsOpened == 8)
            }
        }

        @Test(.timeLimit(.minutes(1))) func errorStatusesAreErrorsUnlessAccepted() async throws {
            try await TestServer.with({ .answer(status: $0.path == "/sold" ? 409 : $0.number % 2 == 0 ? 200 : 500) }) {
                server in
                let sold = LoadRequest("GET", "/sold", accepting: [409])
                let accepted = try await LoadRun(
                    Self.configuration(server, .requests([sold]), .constant(ratePerSecond: 2000), count: 100)
                ).run()
                #expect(accepted.total.errors == 0)
                #expect(accepted.total.statuses == ["409": 100])
                let broken = try await LoadRun(
                    Self.configuration(
                        server,
                        .requests([LoadRequest("GET", "/")]),
                        .constant(ratePerSecond: 2000),
                        count: 100
                    )
                ).run()
                #expect(broken.total.errors == 50)
                #expect(broken.total.statuses == ["200": 50, "500": 50])
                #expect(broken.passed)  // what is acceptable is the caller's to decide
            }
        }

        @Test(.timeLimit(.minutes(1))) func aRunOfErrorsOnlyHasFailed() async throws {
            try await TestServer.with({ .answer(status: $0.path == "/look" ? 200 : 404) }) { server in
                let work = LoadWork.requests([LoadRequest("GET", "/nosuch")])
                let errors = try await LoadRun(Self.configuration(server, work, .closed(clients: 4), count: 50)).run()
                #expect(errors.problems == ["no request was answered as expected: 404 ×50"])
                #expect(errors.text.contains("Result      FAILED: no request was answered as expected: 404 ×50"))
                let scenario = LoadScenario(name: "book") { client in
                    try await client.get("/look").requireSuccess()
                    try await client.get("/book").requireSuccess()
                }
                let passes = try await LoadRun(
                    Self.configuration(server, .scenarios([scenario]), .constant(ratePerSecond: 1000), count: 20)
                ).run()
                #expect(passes.total.errors == 20)
                #expect(passes.problems == ["no pass of a scenario came to its end"])
            }
        }

        @Test(.timeLimit(.minutes(1))) func whatDoesNotFitTheBacklogIsDroppedAndTold() async throws {
            try await TestServer.with({ _ in .silence }) { server in
                var configuration = try Self.configuration(
                    server,
                    .requests([LoadRequest("GET", "/")]),
                    .constant(ratePerSecond: 10_000),
                    count: 100
                )
                configuration.maxConnections = 2
                configuration.maxBacklog = 10
                configuration.requestTimeout = .seconds(30)
                configuration.drainTimeout = .milliseconds(200)
                let report = try await LoadRun(configuration).run()
                // Two are sent if the connections are there in time; ten wait.
                let unfinished = try #require(report.total.failures["unfinished"])
                #expect((10...12).contains(unfinished))
                #expect(report.total.unknown == unfinished)
                #expect(report.total.failures["dropped"] == 100 - unfinished)
                #expect(report.arrivals.dropped == 100 - unfinished)
                #expect(report.warnings.contains { $0.contains("% of arrivals) were dropped at a bound") })
                #expect(report.problems == ["no request was answered"])
                #expect(report.exitCode == 1)
            }
        }

        @Test(.timeLimit(.minutes(1))) func scenariosKeepCookiesAndCountByName() async throws {
            let sessions = Mutex(0)
            let body: TestServer.Body = { request in
                switch request.path {
                case "/session":
                    let number = sessions.withLock { count in
                        count += 1
                        return count
                    }
                    return .answer(
                        status: 201,
                        headers: ["set-cookie": "session=s\(number); HttpOnly"],
                        body: "{\"id\":\(number)}"
                    )
                default:
                    let cookie = request.header("cookie") ?? "none"
                    return .answer(status: cookie == "none" ? 401 : 200, body: cookie)
                }
            }
            struct Session: Decodable, Sendable { var id: Int }
            let signedIn = LoadScenario(name: "signed in", weight: 3) { client in
                try await client.post("/session", json: ["user": "x"], as: "sign in").requireSuccess().json(
                    as: Session.self
                )
            } body: { client, session in
                let answer = try await client.get("/me/\(client.pass)", as: "me").requireSuccess()
                #expect(answer.text == "session=s\(session.id)")
            }
            let stranger = LoadScenario(name: "stranger") { client in
                try await client.get("/me/\(client.pass)", as: "me").requireSuccess()
            }
            try await TestServer.with(body) { server in
                var configuration = try Self.configuration(
                    server,
                    .scenarios([signedIn, stranger]),
                    .poisson(ratePerSecond: 1000),
                    count: 400
                )
                configuration.maxUsers = 5
                let report = try await LoadRun(configuration).run()
                #expect(sessions.withLock { $0 } == 5)
                #expect(report.requests.map(\.name) == ["me"])  // the preparation is not counted
                #expect(report.total.count == 400)
                #expect(report.scenarios.map(\.name) == ["signed in", "stranger"])
                #expect(report.scenarios.reduce(0) { $0 + $1.completed + $1.failed } == 400)
                #expect(report.scenarios[0].failed == 0)
                #expect(report.scenarios[1].completed == 0)
                #expect(
                    report.scenarios[1].failures == ["me: status 401, wanted 200 to 299": report.scenarios[1].failed]
                )
                #expect(report.total.statuses["401"] == report.scenarios[1].failed)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aUserWhoCannotBePreparedEndsTheRunBeforeItStarts() async throws {
            try await TestServer.with({ _ in .answer(status: 500) }) { server in
                let scenario = LoadScenario(name: "in") { client in
                    try await client.post("/session").requireSuccess()
                } body: { _, _ in
                }
                let configuration = try Self.configuration(
                    server,
                    .scenarios([scenario]),
                    .constant(ratePerSecond: 10),
                    count: 1
                )
                await #expect { try await LoadRun(configuration).run() } throws: {
                    ($0 as? LoadError)?.code == .preparationFailed && "\($0)".contains("POST /session: status 500")
                }
            }
        }

        @Test(.timeLimit(.minutes(1))) func aTargetThatIsNotThereIsNamedWhenUsersArePrepared() async throws {
            let server = try await TestServer.start { _ in .answer() }
            let target = try server.target
            try await server.stop()
            let scenario = LoadScenario(name: "in") { client in
                try await client.post("/session").requireSuccess()
            } body: { _, _ in
            }
            var configuration = LoadRun.Configuration(
                target: target,
                work: .scenarios([scenario]),
                arrivals: .constant(ratePerSecond: 10)
            )
            configuration.maxArrivals = 1
            await #expect { try await LoadRun(configuration).run() } throws: {
                "\($0)" == "\(target): connection refused; nothing was measured"
            }
        }

        @Test(.timeLimit(.minutes(1))) func closedUsersRunOneAfterAnother() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let scenario = LoadScenario(name: "two") { client in
                    async let one = client.get("/1", as: "one")
                    async let two = client.get("/2", as: "two")
                    _ = try await (one, two)
                }
                let report = try await LoadRun(
                    Self.configuration(server, .scenarios([scenario]), .closed(clients: 3), count: 300)
                ).run()
                #expect(report.scenarios[0].completed == 300)
                #expect(report.total.statuses == ["200": 600])
            }
        }

        @Test(.timeLimit(.minutes(1))) func cancellingStillReports() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let (ticks, told) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                var configuration = try Self.configuration(
                    server,
                    .requests([LoadRequest("GET", "/")]),
                    .constant(ratePerSecond: 100),
                    count: 1_000_000
                )
                configuration.progress = .call { _ in told.yield() }
                let run = try LoadRun(configuration)
                let report = try await withThrowingTaskGroup(of: LoadReport.self) { group in
                    group.addTask { try await run.run() }
                    for await _ in ticks { break }  // the first second is over
                    group.cancelAll()
                    return try #require(try await group.next())
                }
                #expect(report.isInterrupted)
                #expect(report.total.count >= 50)
                #expect(report.problems.contains("the run was interrupted"))
            }
        }

        @Test(.timeLimit(.minutes(1))) func cancellingBeforeTheFirstArrivalSendsNothing() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let (prepared, preparing) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                let scenario = LoadScenario(name: "in") { _ in
                    preparing.yield()
                    while !Task.isCancelled { await Task.yield() }
                } body: { client, _ in
                    _ = try await client.get("/")
                }
                let run = try LoadRun(
                    Self.configuration(server, .scenarios([scenario]), .constant(ratePerSecond: 100), count: 1_000_000)
                )
                let report = try await withThrowingTaskGroup(of: LoadReport.self) { group in
                    group.addTask { try await run.run() }
                    for await _ in prepared { break }
                    group.cancelAll()
                    return try #require(try await group.next())
                }
                #expect(report.isInterrupted)
                #expect(report.arrivals.intended == 0)
                #expect(server.requests == 0)
            }
        }

        @Test func cancellingBeforeTheTargetIsKnownIsNoMistakeOfTheTarget() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let work = LoadWork.requests([LoadRequest("GET", "/")])
                let run = try LoadRun(Self.configuration(server, work, .constant(ratePerSecond: 1), count: 1))
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await run.run()
                }
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }

        @Test(.timeLimit(.minutes(1))) func theProgressLineTellsTheLastSecond() async throws {
            try await TestServer.with({ _ in .answer() }) { server in
                let lines = Mutex<[String]>([])
                var configuration = try Self.configuration(
                    server,
                    .requests([LoadRequest("GET", "/")]),
                    .constant(ratePerSecond: 100),
                    count: 150
                )
                configuration.progress = .call { progress in lines.withLock { $0.append(progress.line) } }
                _ = try await LoadRun(configuration).run()
                let first = try #require(lines.withLock { $0 }.first)
                #expect(first.contains("/s  p50 ") && first.contains("errors 0") && first.contains("dropped 0"))
            }
        }

        @Test func settingsThatCannotWorkAreNamed() throws {
            let target = try LoadTarget(host: "127.0.0.1", port: 1)
            func refusal(_ change: (inout LoadRun.Configuration) -> Void) -> String {
                var configuration = LoadRun.Configuration(
                    target: target,
                    work: .requests([LoadRequest("GET", "/")]),
                    arrivals: .constant(ratePerSecond: 1)
                )
                configuration.maxArrivals = 1
                change(&configuration)
                do {
                    _ = try LoadRun(configuration)
                    return "accepted"
                } catch {
                    return "\(error)"
                }
            }
            #expect(refusal { _ in } == "accepted")
            #expect(refusal { $0.maxArrivals = nil }.contains("set duration or maxArrivals"))
            #expect(refusal { $0.maxConnections = 0 } == "maxConnections is 0; it must be 1 to 100000")
            #expect(refusal { $0.arrivals = .constant(ratePerSecond: 0) }.contains("ratePerSecond is 0.0"))
            #expect(refusal { $0.arrivals = .poisson(ratePerSecond: .nan) }.contains("ratePerSecond"))
            let series = try RateSeries([1, 20])
            #expect(
                refusal { $0.arrivals = .series(series, scale: 1e6) }
                    == "arrivals: scale 1000000 makes 20000000 arrivals of a second; it must be at most 10000000"
            )
            #expect(refusal { $0.duration = .zero }.contains("duration is 0.0 seconds"))
            #expect(refusal { $0.work = .requests([]) }.contains("0 requests"))
            #expect(refusal { $0.work = .requests([LoadRequest("GET", "/", weight: 0)]) }.contains("the weight 0"))
        }
    }
}
