/// The attempts of a request at the servers of an upstream: the choice of a server, the wait for one, and whether another one is asked.
extension Exchange {
    /// What the upstream's limits are for this route.
    final var timeouts: WaitLimits? { route?.timeouts ?? plan?.timeouts }

    /// Sends the request to a server of an upstream.
    ///
    /// - Parameters:
    ///   - retries: How often it is tried again; nil for what the configuration says.
    ///   - others: Servers that are not asked.
    final func dispatch(to plan: UpstreamPlan, retries: Int? = nil, avoiding others: ServerSet = ServerSet()) {
        self.plan = plan
        bound = plan.sticky?.server(of: request, plan.upstream)
        retriesLeft = retries ?? (route?.retries ?? plan.retries).attempts
        tried = others
        lastFailure = nil
        isReplayable = true
        needsNewConnection = false
        connect()
    }

    /// Asks a server once more.
    final func askAgain() {
        if let plan { dispatch(to: plan) }
    }

    /// Asks the server that is chosen, or waits for one that has room.
    final func connect() {
        guard let plan else { return }
        if plan.upstream.line.isBehind(rank), wait == nil, mayWait { return awaitServer(plan) }
        let hash = plan.hashKey.map { RequestKey.hash($0, self) }
        switch plan.upstream.pick(at: worker.now, hash: hash, sticky: bound, tried: tried, using: &worker.random) {
        case .server(let server):
            endWait(isServed: true)
            picked = server
            isReported = false
            sent = worker.now
            record.server = server
            record.attempts += 1
            record.serverTime = 0
            if plan.hedgeDelay < .max { setHedge(plan) }
            worker.connections(to: plan).serve(self, server: server)
        case .tried:
            endWait(isServed: false)
            giveUp(502, "every server has been tried")
        case .down:
            endWait(isServed: false)
            record.rejection = .noServer
            giveUp(503, "no server of the upstream \(plan.name) is up")
        case .full, .limited:
            if mayWait { return awaitServer(plan) }
            record.rejection = .capacity
            giveUp(503, "the servers of the upstream \(plan.name) have as much as they can bear")
        }
    }

    /// A repeated request has waited long enough, and without a client there is nobody to wait for.
    private var mayWait: Bool { hasClient && tried.isEmpty }

    private func awaitServer(_ plan: UpstreamPlan) {
        let (line, limits) = (plan.upstream.line, plan.waiting)
        wait(in: line, atMost: limits.places, for: limits.time, isForServer: true) { connect() }
    }

    private func giveUp(_ status: Int, _ reason: String) {
        fail(lastFailure?.status ?? status, lastFailure?.reason ?? reason)
    }

    // MARK: Failures

    /// An attempt has come to nothing.
    final func attemptFailed(_ failure: AttemptFailure) {
        server = nil
        if let race, race.hasFailed(self, failure) { return }
        if isResponseBegun {
            release()
            record.end = .server
            turn?.broke(failure.status)
            return abortResponse()
        }
        if failure.isStale, isReplayable, request.method.isIdempotent, !needsNewConnection {
            // The server had ended the connection, which says nothing of how it is (RFC 9112 §9.3.1).
            release()
            needsNewConnection = true
            return connect()
        }
        report(failure.outcome)
        guard mayTryAgain(failure.cause) else {
            release()
            return fail(failure.status, failure.reason)
        }
        lastFailure = (failure.status, failure.reason)
        tryAgain()
    }

    final func mayTryAgain(_ reason: EdgeConfiguration.Retries.Reason) -> Bool {
        guard let plan, retriesLeft > 0, isReplayable, !isResponseBegun else { return false }
        let retries = route?.retries ?? plan.retries
        // A request that was never sent can be sent to another server whatever it is.
        guard retries.on.contains(reason) else { return false }
        return reason == .connect || retries.nonIdempotent || request.method.isIdempotent
            || request.has(.idempotencyKey)
    }

    /// Whether there is anybody else to ask. Where there is not, an error of the server's own says more than ours would.
    final var hasOtherServer: Bool {
        guard let plan, let picked else { return false }
        var asked = tried
        asked.insert(picked.index)
        return plan.upstream.hasOther(than: asked)
    }

    final func tryAgain() {
        if let picked { tried.insert(picked.index) }
        release()
        retriesLeft -= 1
        guard let plan, plan.upstream.startRetry(at: worker.now) else {
            return giveUp(503, "too many requests are being repeated")
        }
        isRetry = true
        connect()
    }

    // MARK: What the balancer is told

    final func report(_ outcome: ServerOutcome) {
        guard let plan, let picked, !isReported else { return }
        isReported = true
        plan.upstream.report(picked, outcome, latency: worker.now - min(sent, worker.now), at: worker.now)
    }

    /// Gives the server's place back.
    final func release() {
        if let plan, let picked {
            report(.abandoned)
            self.picked = nil
            plan.upstream.release(picked)
        }
        // Also where no server was found for it.
        if isRetry { plan?.upstream.finishRetry() }
        isRetry = false
    }
}
