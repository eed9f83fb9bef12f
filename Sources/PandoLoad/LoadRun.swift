import Foundation
import NIOCore
import NIOPosix

/// One load run: puts the configured load on the target and reports what came of it.
public struct LoadRun: Sendable {
    /// What the run does.
    public let configuration: Configuration

    /// Makes a run.
    ///
    /// - Throws: `invalidConfiguration` or `invalidRequest`, naming the setting and its bounds. Nothing is sent.
    public init(_ configuration: Configuration) throws(LoadError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Runs the load, verifies if there is a verifier, and reports.
    ///
    /// Requests that fail do not make it throw: they are in the report, and a target that goes away and comes back is an
    /// ordinary course of events. Cancelling the task ends the arrivals, gives what is under way a second, skips the
    /// verification and still returns a report, marked as interrupted; cancelled before, it may throw `CancellationError`.
    /// - Throws: `invalidConfiguration` if the target's host is unknown or the process may not open enough descriptors,
    ///   `invalidRequest` for a fixed request that cannot be written, `preparationFailed` if a user could not be prepared,
    ///   `invalidInput` if the journal's file cannot be written, `CancellationError`.
    public func run() async throws -> LoadReport {
        try DescriptorLimit.reserve(configuration.maxConnections + 64)
        try await configuration.verifier?.journal.open()
        let address = try await configuration.target.resolve()
        let plans = try LanePlan.divide(configuration, address: address)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: plans.count)
        do {
            let report = try await run(plans, on: group)
            try await group.shutdownGracefully()
            return report
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private func run(_ plans: [LanePlan], on group: MultiThreadedEventLoopGroup) async throws -> LoadReport {
        var lanes: [LaneHandle] = []
        do {
            for (plan, loop) in zip(plans, group.makeIterator()) {
                lanes.append(try await LaneHandle.make(plan, on: loop))
            }
            let report = try await run(lanes, plans)
            for lane in lanes { try await lane.close() }
            return report
        } catch {
            for lane in lanes { try await lane.close() }
            throw error
        }
    }

    private func run(_ lanes: [LaneHandle], _ plans: [LanePlan]) async throws -> LoadReport {
        let console = LoadConsole(configuration.progress)
        let preparation = ContinuousClock.now
        try await prepare(lanes)
        let prepared = preparation.duration(to: .now)
        let startedAt = Date()
        let processorBefore = ProcessorTime.ofProcess
        let start = Nanoseconds.now + 10_000_000
        let series = try await withTaskCancellationHandler {
            try await drive(lanes, from: start, console)
        } onCancel: {
            for lane in lanes { lane.stop(drain: .seconds(1)) }
        }
        let finished = Nanoseconds.now
        let processor = ProcessorTime.ofProcess - processorBefore
        var results: [LaneHandle.Result] = []
        for lane in lanes { results.append(try await lane.finishRecording()) }
        console.end()
        let verification = await verify(lanes[0], plans[0], console)
        return LoadReport(
            configuration,
            results,
            series.intervals,
            LoadReport.Times(
                startedAt: startedAt,
                start: start,
                finished: finished,
                preparation: prepared.secondsValue,
                processor: processor
            ),
            isInterrupted: Task.isCancelled,
            verification: verification
        )
    }

    private func prepare(_ lanes: [LaneHandle]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { try await lane.users?.prepare() } }
            try await group.waitForAll()
        }
    }

    /// Runs the lanes, and the ticker beside them.
    private func drive(_ lanes: [LaneHandle], from start: Nanoseconds, _ console: LoadConsole) async throws
        -> TimeSeries
    {
        let end = configuration.duration.map { start + $0.nanoseconds } ?? .max
        var ticker = LoadTicker(lanes: lanes, start: start, journal: configuration.verifier?.journal, console: console)
        try await withThrowingTaskGroup(of: LoadTicker?.self) { group in
            group.addTask { [ticker] in
                var ticker = ticker
                try await ticker.run()
                return ticker
            }
            await withDiscardingTaskGroup { running in
                for lane in lanes { running.addTask { await lane.run(from: start, until: end) } }
            }
            group.cancelAll()
            for try await ended in group { ticker = ended ?? ticker }
        }
        try await ticker.tick()  // what is left since the last full second
        return ticker.series
    }

    private func verify(_ lane: LaneHandle, _ plan: LanePlan, _ console: LoadConsole) async -> LoadVerification? {
        guard let verifier = configuration.verifier, !Task.isCancelled else { return nil }
        let context = LoadClient.Context(lane: lane.bound, head: plan.head, seed: configuration.seed, journal: nil)
        return await verifier.verify(client: LoadClient(context, user: -1)) { console.note($0) }
    }
}
