import PandoDatabase
import PandoTelemetry
import ServiceLifecycle
import Synchronization

extension Messaging {
    /// Consumes, delivers, runs schedules and sweeps until graceful shutdown or cancellation. To be called once.
    ///
    /// - Throws: ``MessagingError`` with code `invalidConfiguration`; `DatabaseError` where the database is closed,
    ///   damaged, or its schema is newer than this program.
    public func run() async throws {
        try configuration.validate()
        let (subscriptions, schedules) = state.withLock { state in
            precondition(!state.isRunning, "run() is called twice")
            state.isRunning = true
            return (state.subscriptions, state.schedules)
        }
        try await Self.migrate(database)
        let stop = StopSignal()
        let owner = Identifier()
        try await withGracefulShutdownHandler {
            try await register(subscriptions, owner)
            try await database.listening {
                PublishSignals.process.hear($0)
            } _: {
                try await withThrowingDiscardingTaskGroup { group in
                    for subscription in subscriptions {
                        group.addTask { try await self.run(subscription, owner, stop) }
                    }
                    group.addTask { try await self.runSchedules(schedules, stop) }
                    group.addTask { try await self.runSweeper(stop) }
                    group.addTask { try await self.runSampler(stop) }
                }
            }
        } onGracefulShutdown: {
            stop.stop()
        }
    }

    private func register(_ subscriptions: [Subscription], _ owner: Identifier) async throws {
        let now = time.now
        try await database.write(isolation: .readCommitted) { tx in
            for one in subscriptions {
                let queue = GroupQueue(topic: one.topic, group: one.group, owner: owner)
                try await queue.register(tx, start: one.configuration.start, now: now)
            }
        }
    }

    private func run(_ subscription: Subscription, _ owner: Identifier, _ stop: StopSignal) async throws {
        let loop = loop("\(subscription.topic)/\(subscription.group)", stop, every: configuration.pollInterval)
        let context = GroupContext(
            database: subscription.database,
            queue: GroupQueue(topic: subscription.topic, group: subscription.group, owner: owner),
            configuration: subscription.configuration,
            loop: loop,
            counters: GroupCounters(metrics, topic: subscription.topic, group: subscription.group),
            traces: traces
        )
        try await PublishSignals.process.listening(to: subscription.topic, with: loop.bell) {
            try await subscription.run(context)
        }
    }

    private func runSchedules(_ schedules: [Schedule], _ stop: StopSignal) async throws {
        guard !schedules.isEmpty else { return }
        let runs = metrics.counter(
            "pando_schedule_runs_total",
            help: "Times of schedules by what became of them.",
            labels: ["schedule", "outcome"]
        )
        let loop = loop("schedules", stop, every: configuration.pollInterval)
        try await ScheduleRunner(database: database, schedules: schedules, loop: loop, runs: runs).run()
    }

    private func runSweeper(_ stop: StopSignal) async throws {
        try await Sweeper(
            database: database,
            loop: loop("sweeper", stop, every: configuration.sweepInterval),
            retention: configuration.retention,
            inboxRetention: configuration.inboxRetention
        ).run()
    }

    private func runSampler(_ stop: StopSignal) async throws {
        try await loop("sampler", stop, every: configuration.sampleInterval).run {
            gauges.update(try await statistics(), now: time.now)
            return .idle(until: nil)
        }
    }

    private func loop(_ name: String, _ stop: StopSignal, every interval: Duration) -> WorkLoop {
        WorkLoop(
            name: name,
            bell: stop.makeBell(),
            stop: stop,
            time: time,
            pollInterval: interval,
            logger: logger,
            isTold: { [database] in database.isToldOf($0) }
        )
    }
}
