import NIOCore

/// The users of a lane: a fixed number of child tasks that take arrivals and run them through scenarios.
///
/// The actor's executor is the lane's event loop, and scenario code runs on its caller's executor: from arrival to
/// answer no step changes threads.
actor VirtualUsers {
    /// What one user is to one scenario.
    private struct Role {
        var client: LoadClient
        var state: any Sendable
    }

    private struct NoState: Sendable {}

    private let executor: any SerialExecutor
    private let lane: NIOLoopBound<Lane>
    private let scenarios: [LoadScenario]
    private let count: Int
    private let context: LoadClient.Context
    private let target: LoadTarget
    private let pausesAfterFailure: Bool
    private var roles: [[Role?]]  // by user and scenario; nil where every pass is a new user

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Nil if the work is not scenarios.
    init?(_ plan: LanePlan, lane: NIOLoopBound<Lane>) {
        guard case .scenarios(let scenarios) = plan.configuration.work else { return nil }
        executor = lane.eventLoop.executor
        self.lane = lane
        self.scenarios = scenarios
        count = plan.users
        context = LoadClient.Context(
            lane: lane,
            head: plan.head,
            seed: plan.configuration.seed,
            journal: plan.configuration.verifier?.journal
        )
        target = plan.configuration.target
        pausesAfterFailure = plan.closedClients != nil
        roles = Array(repeating: Array(repeating: nil, count: scenarios.count), count: count)
    }

    /// Prepares the users of the scenarios that ask for it; nothing is counted meanwhile.
    ///
    /// - Throws: `preparationFailed` with the first error.
    func prepare() async throws {
        lane.value.statistics.isRecording = false
        guard scenarios.contains(where: { $0.prepare != nil }) else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 0..<count { group.addTask { try await self.prepare(user) } }
            try await group.waitForAll()
        }
    }

    private func prepare(_ user: Int) async throws {
        for (index, scenario) in scenarios.enumerated() {
            guard let prepare = scenario.prepare else { continue }
            do {
                roles[user][index] = try await Preparation().run { [context] in
                    let client = LoadClient(context, user: user)
                    return Role(client: client, state: try await prepare(client))
                }
            } catch let error as CancellationError {
                throw error
            } catch let error as LoadError where error.failure == .refused {
                throw LoadError(
                    .preparationFailed,
                    "\(target): connection refused; nothing was measured",
                    failure: .refused
                )
            } catch {
                throw LoadError(
                    .preparationFailed,
                    "\(target): scenario \(scenario.name): user \(user) could not be prepared; nothing was measured",
                    underlying: error
                )
            }
        }
    }

    /// Runs the users until there are no more arrivals.
    ///
    /// - Parameter expired: when it completes, the time to drain is over and users who still run are cancelled.
    func run(cancelledBy expired: EventLoopFuture<Void>?) async {
        await withTaskGroup(of: Bool.self) { group in
            for user in 0..<count {
                group.addTask {
                    await self.work(user)
                    return true
                }
            }
            group.addTask {
                try? await expired?.get()  // is never failed; completes at the latest when the lane closes
                return false
            }
            var running = count
            while running > 0, let isUser = await group.next() {
                if isUser { running -= 1 } else { group.cancelAll() }
            }
            lane.value.finish()
        }
    }

    private func work(_ user: Int) async {
        while let pass = await lane.value.nextPass() {
            let scenario = scenarios[pass.scenario]
            let role = roles[user][pass.scenario] ?? Role(client: LoadClient(context, user: user), state: NoState())
            role.client.begin(pass)
            do {
                try await scenario.body(role.client, role.state)
                lane.value.statistics.scenarios[pass.scenario].recordCompletion(arrived: pass.arrived, at: .now)
            } catch {
                lane.value.statistics.scenarios[pass.scenario].recordFailure(Self.message(error))
                if pausesAfterFailure { await pause(role.client) }
            }
        }
    }

    private static func message(_ error: any Error) -> String {
        error is CancellationError ? "the run ended before the pass" : "\(error)"
    }

    /// A user of a closed loop whose pass failed takes breath, or a target that is down would be asked without pause.
    private func pause(_ client: LoadClient) async {
        let milliseconds = client.random(in: 50...150)
        try? await Task.sleep(for: .milliseconds(milliseconds))  // cut short by cancellation, which ends the run
    }
}
