import NIOCore

/// How a lane comes to its end, and what it tells about itself.
extension Lane {
    /// No more arrivals, from now on.
    func endArrivals(_ now: Nanoseconds) {
        guard phase == .running else { return }
        phase = .draining(until: now + plan.drainTimeout)
        arrivalsEnded = min(now, end)
        if case .users(let queue, _) = work { queue.finish() }
        finishIfDone()
    }

    /// Ends the arrivals, as an interruption does, and lets what is under way take at most `drain`.
    func stop(drain: Nanoseconds) {
        if phase == .preparing { isStopped = true }
        let now = Nanoseconds.now
        endArrivals(now)
        if case .draining(let until) = phase { phase = .draining(until: min(until, now + drain)) }
    }

    func finishIfDone() {
        guard case .draining = phase, outstanding == 0, case .raw = work else { return }
        finish()
    }

    /// Nothing of the run is under way any more.
    func finish() {
        phase = .done
        drained.succeed(())
    }

    /// Looks for what has waited too long; called every tenth of a second, which is the precision of all time outs.
    func sweep() {
        let now = Nanoseconds.now
        pool?.sweep(now)
        // An open loop ends when its last arrival was started, however late the generator is.
        if plan.closedClients != nil, phase == .running, end <= now { endArrivals(now) }
        guard case .draining(let until) = phase, until <= now else { return }
        if case .users(let queue, _) = work {
            for pass in queue.abandon() { statistics.recordDroppedUser(scenario: pass.scenario) }
        }
        pool?.failAll(now)
        finish()
    }

    /// Takes the counts since the last call.
    func takeInterval() -> IntervalStatistics {
        var interval = statistics.interval
        statistics.interval.reset()
        interval.inFlight = pool?.inFlight ?? 0
        interval.waiting = pool?.waitingCount ?? 0
        if case .users(let queue, _) = work { interval.waiting += queue.waitingCount }
        return interval
    }
}
