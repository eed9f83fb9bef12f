public import Logging
import PandoDatabase
public import PandoTelemetry
public import ServiceLifecycle
import Synchronization

/// Keeps the read models of an app up: follows the events, and rebuilds what has changed behind what readers see.
///
/// Several processes may keep the same models; each batch takes effect once all the same.
///
/// | metric | what it tells |
/// |---|---|
/// | `pando_projection_events_total{projection}` | events and documents that took effect |
/// | `pando_projection_lag_events{projection}` | positions between the checkpoint and the end of the events |
/// | `pando_projection_failed{projection}` | 1 while a projection is stopped at an event, else 0 |
public final class Projections: Service {
    /// How the work is divided and repeated.
    public struct Configuration: Sendable {
        /// Most events or documents of one transaction, at least 1.
        public var batch = 256
        /// How often to look for events that nobody has told of: those of other processes ring here on engines that can tell,
        /// by a hint that may be lost.
        public var poll = Duration.seconds(1)
        /// The pause after a first failure; each further one is twice as long. Not shorter than ``poll`` in effect.
        public var firstRetry = Duration.seconds(1)
        /// The longest pause between attempts.
        public var longestRetry = Duration.seconds(60)

        /// The configuration that suits most.
        public init() {}
    }

    private let models: [KeptModel]
    private let store: EventStore
    private let logger: Logger
    private let configuration: Configuration
    private let metrics: ProjectionMetrics
    /// Rung when there may be something to build.
    private let builds = CommitSignal()
    private let failing = Mutex<[String: String]>([:])

    /// Takes the models in hand; ``prepare()`` makes them readable, ``run()`` keeps them up.
    /// - Parameters:
    ///   - models: all of the app. Two of one name are a programmer's mistake and stop the program.
    ///   - store: where the events are.
    ///   - metrics: where the metrics go.
    ///   - logger: takes failures of projections, which are tried again.
    ///   - configuration: sizes and intervals.
    public init(
        _ models: [ReadModel],
        store: EventStore,
        metrics: MetricsRegistry,
        logger: Logger,
        configuration: Configuration = Configuration()
    ) {
        precondition(configuration.batch >= 1, "a batch holds at least one event")
        precondition(Set(models.map(\.name)).count == models.count, "two projections or indexes have the same name")
        self.models = models.map { KeptModel($0, store) }
        self.store = store
        self.logger = logger
        self.configuration = configuration
        self.metrics = ProjectionMetrics(metrics)
    }

    /// Makes every model readable: adds those that are new and fills them from all events that there are. A model that
    /// changed stays readable as it was, where the shape of its tables allows, until ``run()`` has built it anew.
    ///
    /// To be called when the schema is migrated and before the first reader. Doing it again changes nothing.
    /// - Throws: ``EventsError`` with `newerProjection` or `invalidDeclaration`; what a projection throws at an event.
    public func prepare() async throws {
        for model in models where try await !model.prepare() {
            logger.debug("building a read model", metadata: ["projection.name": "\(model.name)"])
            try await build(model) { _ in }
        }
    }

    /// Builds a model anew behind the live one and swaps the two, while events go on and readers read.
    ///
    /// One that is being built already is finished instead. Works with and without ``run()``, here or in another
    /// process.
    /// - Parameters:
    ///   - name: of the projection or the index.
    ///   - progress: is told how many events or documents have been taken so far, after each batch.
    /// - Throws: ``EventsError`` with `unknownProjection`, or `invalidDeclaration` for an index without a source; what
    ///   the projection throws at an event. The live model is as it was then.
    public func rebuild(_ name: String, progress: @Sendable (Int) -> Void = { _ in }) async throws {
        guard let model = models.first(where: { $0.name == name }) else {
            throw EventsError(
                .unknownProjection(name),
                "there is no projection or index \"\(name)\"; there are: \(models.map(\.name).joined(separator: ", "))"
            )
        }
        _ = try await model.prepare()
        try await model.beginRebuild()
        try await build(model, progress)
    }

    /// The names of the models, in the order in which they were given.
    public var names: [String] { models.map(\.name) }

    /// Those of ``names`` that ``rebuild(_:progress:)`` can build: all but the indexes without a source.
    public var rebuildable: [String] { models.filter(\.feed.canBuild).map(\.name) }

    /// Applies all events that there are by now, to every model. For tests, tools and verification; ``run()`` does it
    /// by itself.
    /// - Throws: what a projection throws at an event.
    public func catchUp() async throws {
        for model in models where model.feed.follows {
            let lane = lane(model, .live)
            var scanned = 0
            try await explaining(model) {
                while try await !step(lane, &scanned).isIdle {}
            }
        }
    }

    /// How all generations stand, as every process can see it.
    public func status() async throws -> [ProjectionStatus] {
        var statuses: [ProjectionStatus] = []
        for model in models { statuses += try await model.status() }
        return statuses
    }

    /// What stops which model in this process at this moment, by name; empty when all is well. Quick: for health
    /// checks.
    public var failures: [String: String] { failing.withLock { $0 } }

    /// Follows the events and builds what has to be built, until the task is cancelled or the service is to stop.
    ///
    /// A projection that throws at an event stays before it, says so in ``failures``, ``status()`` and the metrics, and
    /// is tried again with growing pauses. The others go on.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let database = self.models.first?.database else { return await self.tick() }
            await database.listening(self.hear) { await self.followAll() }
        }
    }

    private func followAll() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tick() }
            for model in self.models where model.feed.follows {
                group.addTask { await self.follow(self.lane(model, .live), self.store.signal) }
            }
            for model in self.models where model.feed.canBuild {
                group.addTask { await self.follow(self.lane(model, .building), self.builds) }
            }
        }
    }

    /// Looks for events that another process has announced, or may have.
    private func hear(_ announcement: String?) {
        if announcement == nil || announcement == EventStore.announcement { store.signal.ring() }
    }

    /// Rings both bells now and then: for events of processes that were not heard of, and for retries.
    private func tick() async {
        // Throws only when cancelled, which ends the service.
        while (try? await Task.sleep(for: configuration.poll)) != nil {
            store.signal.ring()
            builds.ring()
        }
    }

    private func follow(_ lane: ProjectionLane, _ signal: CommitSignal) async {
        let pause = RetryPause(first: configuration.firstRetry, longest: configuration.longestRetry)
        var scanned = 0
        var attempts = 0
        var retryAt: ContinuousClock.Instant?
        for await _ in signal.rings() {
            if let retryAt, ContinuousClock.now < retryAt { continue }
            do {
                while try await !step(lane, &scanned).isIdle {}
                attempts = 0
                retryAt = nil
            } catch {
                if Task.isCancelled { return }
                attempts += 1
                retryAt = .now + pause.after(attempts, random: .random(in: 0...1))
                await note(error, lane, attempts)
            }
        }
    }

    private func lane(_ model: KeptModel, _ state: ProjectionRecord.State) -> ProjectionLane {
        ProjectionLane(model: model, state: state, batch: configuration.batch)
    }

    private func build(_ model: KeptModel, _ progress: @Sendable (Int) -> Void) async throws {
        let lane = lane(model, .building)
        var total = 0
        var scanned = 0
        while true {
            try Task.checkCancellation()
            switch try await explaining(model, { try await step(lane, &scanned) }) {
            case .idle, .unsettled: return
            case .moved(let count, _): total += count
            case .swapped(let count): total += count
            }
            progress(total)
        }
    }

    /// Gives a failure at an event the form that callers know.
    private func explaining<R>(_ model: KeptModel, _ work: () async throws -> R) async throws -> R {
        do {
            return try await work()
        } catch let failure as FeedFailure {
            throw EventsError(
                .projectionFailed(model.name),
                "\(model.name) stopped at \(failure.place)",
                underlying: failure.underlying
            )
        }
    }

    /// One step, with what it means for the metrics.
    private func step(_ lane: ProjectionLane, _ scanned: inout Int) async throws -> ProjectionLane.Outcome {
        let outcome = try await lane.step(scanned: scanned)
        switch outcome {
        case .idle(let through):
            scanned = through
            if lane.state == .live { metrics.lag.with(lane.model.name).set(0) }
        case .moved(let count, let lag):
            metrics.events.with(lane.model.name).increment(by: count)
            if lane.state == .live { metrics.lag.with(lane.model.name).set(Double(lag)) }
        case .unsettled:
            try await LogNumbers.waitForOthers()
            return .moved(count: 0, lag: 0)
        case .swapped(let count):
            metrics.events.with(lane.model.name).increment(by: count)
            try await lane.model.finishSwap()
        }
        clearFailure(lane)
        return outcome
    }

    private func clearFailure(_ lane: ProjectionLane) {
        let wasFailing = failing.withLock { $0.removeValue(forKey: lane.label) != nil }
        if wasFailing { metrics.failed.with(lane.label).set(0) }
    }

    /// Makes a failure visible: here, in the metrics, and in the database for other processes.
    private func note(_ error: any Error, _ lane: ProjectionLane, _ attempts: Int) async {
        let text = "\(error)"
        failing.withLock { $0[lane.label] = text }
        metrics.failed.with(lane.label).set(1)
        do {
            try await lane.recordFailure(error)
        } catch let unrecorded {
            logger.info(
                "cannot record why a projection stopped",
                metadata: ["projection.name": "\(lane.label)", "error.message": "\(unrecorded)"]
            )
        }
        logger.info(
            "a projection stopped and will be tried again",
            metadata: [
                "projection.name": "\(lane.label)", "projection.attempts": "\(attempts)", "error.message": "\(text)",
            ]
        )
    }
}
