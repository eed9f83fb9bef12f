import NIOCore

/// A lane as seen from outside its event loop.
struct LaneHandle: Sendable {
    /// The lane; to be touched on its loop only, which is checked.
    let bound: NIOLoopBound<Lane>
    /// The users who run the scenarios; nil for fixed requests.
    let users: VirtualUsers?
    private let sweeping: RepeatedTask

    /// What a lane has to tell at the end.
    struct Result: Sendable {
        var statistics: LaneStatistics
        var arrivalsEnded: Nanoseconds
        var connectionsOpened: Int
        var connectFailures: Int
    }

    private static let sweepInterval = TimeAmount.milliseconds(100)

    /// Makes a lane on its loop.
    static func make(_ plan: LanePlan, on loop: any EventLoop) async throws -> LaneHandle {
        try await loop.submit {
            let bound = NIOLoopBound(try Lane(plan, loop: loop), eventLoop: loop)
            let interval = Self.sweepInterval
            let sweeping = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in bound.value.sweep()
            }
            return LaneHandle(bound: bound, users: VirtualUsers(plan, lane: bound), sweeping: sweeping)
        }.get()
    }

    /// Runs the lane until nothing is under way.
    func run(from start: Nanoseconds, until end: Nanoseconds) async {
        let drained = try? await bound.eventLoop.submit { [bound] in  // begin cannot fail
            bound.value.begin(at: start, until: end)
            return bound.value.drained.futureResult
        }.get()
        if let users {
            await users.run(cancelledBy: drained)
            try? await bound.eventLoop.submit { [bound] in bound.value.finish() }.get()  // cannot fail
        } else {
            try? await drained?.get()  // is never failed
        }
    }

    /// Ends the arrivals; see ``Lane/stop(drain:)``. May be called from anywhere.
    func stop(drain: Duration) {
        let nanoseconds = drain.nanoseconds
        bound.eventLoop.execute { [bound] in bound.value.stop(drain: nanoseconds) }
    }

    /// Takes the counts since the last call.
    func takeInterval() async throws -> IntervalStatistics {
        try await bound.eventLoop.submit { [bound] in bound.value.takeInterval() }.get()
    }

    /// Takes all counts and counts no more.
    func finishRecording() async throws -> Result {
        try await bound.eventLoop.submit { [bound] in
            let lane = bound.value
            lane.statistics.isRecording = false
            return Result(
                statistics: lane.statistics,
                arrivalsEnded: lane.arrivalsEnded,
                connectionsOpened: lane.pool?.opened ?? 0,
                connectFailures: lane.pool?.connectFailures ?? 0
            )
        }.get()
    }

    /// Closes the connections for good.
    func close() async throws {
        sweeping.cancel()
        try await bound.eventLoop.flatSubmit { [bound] in bound.value.close() }.get()
    }
}
