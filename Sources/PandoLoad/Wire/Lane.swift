import NIOCore

/// One event loop's share of a run: its arrivals, its connections, its users' requests and what it counts.
///
/// Confined to its event loop; other code reaches it through ``LaneHandle``. Arrivals are started in batches whenever the
/// loop looks at the clock: when an answer comes, and from one timer that is set for the next arrival.
final class Lane: NIOScheduledCallbackHandler {
    /// The shortest time between two timers: the most by which the generator is late on purpose.
    static let timerResolution: Nanoseconds = 50_000
    /// Arrivals started in one go before the loop serves its connections again.
    private static let batch = 128

    enum Work {
        case raw(RawWork)
        case users(UserQueue, WeightedChoice)
    }

    enum Phase: Equatable {
        /// Before the first arrival: users are prepared.
        case preparing
        case running
        /// No more arrivals; what is under way may finish until then.
        case draining(until: Nanoseconds)
        /// Nothing of the run is under way; requests may still be sent to verify.
        case done
    }

    let loop: any EventLoop
    let head: RequestHead
    let work: Work
    let plan: LanePlan
    var statistics: LaneStatistics
    var random: SeededGenerator
    var sequence: ArrivalSequence
    var phase = Phase.preparing
    /// Stopped before the first arrival: there will be none.
    var isStopped = false
    var start: Nanoseconds = 0
    var end: Nanoseconds = .max
    /// When the arrivals ended.
    var arrivalsEnded: Nanoseconds = 0
    /// Fixed requests under way.
    var outstanding = 0
    /// Closed loop: clients that wait for the target to come back.
    var parked = 0
    /// Completes when nothing is under way any more, or when users must be cancelled.
    let drained: EventLoopPromise<Void>
    private(set) var pool: ConnectionPool?  // nil only within init and after the run

    private var nextArrival: Arrival?
    private var isCutByEnd = false
    private var isPumping = false
    private var timer: Nanoseconds = .max  // when the timer that is set will fire

    init(_ plan: LanePlan, loop: any EventLoop) throws(LoadError) {
        self.loop = loop
        self.plan = plan
        head = plan.head
        var statistics = LaneStatistics()
        switch plan.configuration.work {
        case .requests(let requests): work = .raw(try RawWork(requests, head: head, statistics: &statistics))
        case .recorded(let log): work = .raw(try RawWork(log, head: head, statistics: &statistics))
        case .scenarios(let scenarios):
            statistics = LaneStatistics(scenarios: scenarios.map(\.name))
            work = .users(UserQueue(maxWaiting: plan.limits.maxWaiting), WeightedChoice(scenarios.map(\.weight)))
        }
        self.statistics = statistics
        random = SeededGenerator(seed: plan.configuration.seed, stream: 100 + UInt64(plan.index))
        sequence = plan.arrivals
        drained = loop.makePromise()
        pool = ConnectionPool(
            loop: loop,
            address: plan.address,
            limits: plan.limits,
            random: SeededGenerator(seed: plan.configuration.seed, stream: 200 + UInt64(plan.index))
        ) { [unowned self] exchange, end, now in self.ended(exchange, end, now) }
    }

    /// Starts the arrivals: the first at `start`, none at or after `end`.
    func begin(at start: Nanoseconds, until end: Nanoseconds) {
        self.start = start
        self.end = end
        phase = .running
        statistics.isRecording = true
        if isStopped { return endArrivals(.now) }
        if plan.closedClients == nil {
            advance()
        } else if case .raw = work {
            parked = plan.closedClients ?? 0
        }
        setTimer(start)
    }

    private func advance() {
        nextArrival = sequence.next()
        if let arrival = nextArrival, start + arrival.offset >= end {
            nextArrival = nil
            isCutByEnd = true
        }
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        timer = .max
        pump(.now)
    }

    /// Starts all arrivals that are due, a batch at a time, and sets the timer for the next one.
    func pump(_ now: Nanoseconds) {
        guard phase == .running, !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        if plan.closedClients != nil { return wakeClients(now) }
        var started = 0
        while let arrival = nextArrival, start + arrival.offset <= now, started < Self.batch {
            arrive(arrival, now)
            started += 1
            advance()
        }
        if let arrival = nextArrival {
            let due = start + arrival.offset
            setTimer(due <= now ? now : max(due, now + Self.timerResolution))
        } else if isCutByEnd, now < end {
            setTimer(end)
        } else {
            endArrivals(now)
        }
    }

    private func arrive(_ arrival: Arrival, _ now: Nanoseconds) {
        let intended = start + arrival.offset
        statistics.recordArrival(intended: intended, at: now)
        switch work {
        case .raw(let requests):
            guard let exchange = requests.exchange(index: arrival.index, intended: intended, using: &random) else {
                statistics.skipped += 1
                return
            }
            outstanding += 1
            pool?.dispatch(exchange, at: now)
        case .users(let queue, let weights):
            let pass = Pass(scenario: weights.next(using: &random), index: arrival.index, arrived: intended)
            if !queue.offer(pass) { statistics.recordDroppedUser(scenario: pass.scenario) }
        }
    }

    func setTimer(_ instant: Nanoseconds) {
        guard instant < timer else { return }
        timer = instant
        // It throws only while the loop shuts down, and the loop outlives the run.
        _ = try? loop.assumeIsolated().scheduleCallback(at: .uptimeNanoseconds(instant), handler: self)
    }

    /// Sends a user's request.
    func send(_ exchange: Exchange, at now: Nanoseconds) {
        guard let pool else {
            exchange.reply?.resume(throwing: LoadError(.noResponse, "the run is over", failure: .unfinished))
            return
        }
        pool.dispatch(exchange, at: now)
    }

    private func ended(_ exchange: Exchange, _ end: ExchangeEnd, _ now: Nanoseconds) {
        statistics.record(end, of: exchange, at: now)
        if let reply = exchange.reply {
            resume(reply, exchange, end)
        } else {
            outstanding -= 1
            if plan.closedClients != nil { startAgain(now) }
            finishIfDone()
        }
        if nextArrival != nil { pump(now) }
    }

    private func resume(
        _ reply: CheckedContinuation<LoadResponse, any Error>,
        _ exchange: Exchange,
        _ end: ExchangeEnd
    ) {
        let name = statistics.requests[exchange.row].name
        switch end {
        case .answered(_, var response?):
            response.name = name
            reply.resume(returning: response)
        case .answered(_, nil): preconditionFailure("an awaited answer was not captured")
        case .failed(let failure):
            reply.resume(throwing: LoadError(.noResponse, "\(name): \(failure.rawValue)", failure: failure))
        }
    }

    /// Closes all connections for good.
    func close() -> EventLoopFuture<Void> {
        drained.succeed(())
        guard let pool else { return loop.makeSucceededVoidFuture() }
        return pool.close().assumeIsolated().map { self.pool = nil }.nonisolated()
    }
}
