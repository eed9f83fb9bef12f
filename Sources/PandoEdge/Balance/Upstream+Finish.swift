import Synchronization

extension Upstream {
    /// Ends what a pick began: takes in what became of the request, and gives its place back.
    ///
    /// - Parameter latency: Nanoseconds from sending the request to the head of its answer, or until it failed.
    @inline(__always)
    package func finished(_ server: Server, _ outcome: ServerOutcome, latency: UInt64, at now: UInt64) {
        report(server, outcome, latency: latency, at: now)
        release(server)
    }

    /// Takes in what became of a request: exactly once for each pick, as soon as it is known, and before ``release(_:)``.
    package func report(_ server: Server, _ outcome: ServerOutcome, latency: UInt64, at now: UInt64) {
        let state = server.state
        state.places.answered()
        state.requests.wrappingAdd(1, ordering: .relaxed)
        let hasFailed: Bool
        switch outcome {
        case .abandoned: return
        case .good: hasFailed = false
        case .serverError: hasFailed = settings.outliers?.countsServerErrors ?? true
        case .unreachable, .timedOut: hasFailed = true
        }
        if settings.hedge != nil, outcome == .good { shared.latencies.record(latency) }
        if settings.outliers != nil { state.window.add(failed: hasFailed, latency: latency) }
        shared.answers.wrappingAdd(1, ordering: .relaxed)
        if hasFailed {
            failed(state, latency, at: now)
        } else {
            state.latency.observe(latency, at: averagesTime(now), decay)
            if state.errorsInARow.load(ordering: .relaxed) != 0 { state.errorsInARow.store(0, ordering: .relaxed) }
        }
    }

    @inline(never)
    private func failed(_ state: ServerState, _ latency: UInt64, at now: UInt64) {
        state.failures.wrappingAdd(1, ordering: .relaxed)
        state.latency.observeFailure(latency, at: averagesTime(now), decay)
        let errors = state.errorsInARow.wrappingAdd(1, ordering: .relaxed).newValue
        guard let outliers = settings.outliers, outliers.errorsInARow > 0, errors >= outliers.errorsInARow else {
            return
        }
        shared.comparison.withLock { _ in eject(state, outliers, at: now) }
    }

    /// Gives the place back that a pick took: once for each, when the exchange has ended.
    @inline(__always)
    package func release(_ server: Server) {
        server.state.places.leave()
        shared.active.leave()
        line.callNext()
    }

    // MARK: Retries and hedges

    /// Asks for leave to send a request once more, or to a second server: false where the budget is used up or too many are under way.
    /// Where it is true, ``finishRetry()`` follows when the repeated request has ended.
    package func startRetry(at now: UInt64) -> Bool {
        guard shared.retries.enter(atMost: settings.limits.retries) else { return false }
        if shared.budget.take(settings.retries, at: now) { return true }
        shared.retries.leave()
        return false
    }

    /// Counts a request that might be sent a second time beside a slow first.
    package func countHedgeable(at now: UInt64) { shared.hedges.count(at: now) }

    /// As ``startRetry(at:)``, for a second try beside a slow first, which has a budget of its own.
    package func startHedge(at now: UInt64) -> Bool {
        guard shared.retries.enter(atMost: settings.limits.retries) else { return false }
        if shared.hedges.take(settings.hedges, at: now) { return true }
        shared.retries.leave()
        return false
    }

    /// Ends what ``startRetry(at:)`` or ``startHedge(at:)`` began.
    package func finishRetry() { shared.retries.leave() }

    /// How many nanoseconds after the first a request may be sent to a second server; nil where hedging is off or too little is known.
    /// Ask ``startRetry(at:)`` before sending.
    package func hedgeDelay(at now: UInt64) -> UInt64? {
        guard let hedge = settings.hedge else { return nil }
        let delay = shared.latencies.value(hedge.percentile, minimum: hedge.minimumRequests, at: now)
        return delay.map { max($0, hedge.minimumDelay.wholeNanoseconds) }
    }

    // MARK: Connections

    /// Takes a place for a new connection to a server: false where the server or the upstream has as many as it may.
    package func connect(to server: Server) -> Bool {
        guard shared.connections.enter(atMost: settings.limits.connections) else { return false }
        if server.state.connections.enter(atMost: server.settings.maximumConnections) { return true }
        shared.connections.leave()
        return false
    }

    /// Gives the place of a connection back.
    package func disconnected(from server: Server) {
        server.state.connections.leave()
        shared.connections.leave()
    }
}
