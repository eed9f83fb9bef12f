/// Closed loop: a number of clients that each start again when they have their answer.
extension Lane {
    /// Lets the clients go that wait for the start or for the target to come back.
    func wakeClients(_ now: Nanoseconds) {
        guard now < end else { return endArrivals(now) }
        let waking = parked
        parked = 0
        for _ in 0..<waking { startAgain(now) }
        if end < .max { setTimer(end) }
    }

    /// A client sends its next request, or waits while the target is left alone.
    func startAgain(_ now: Nanoseconds) {
        guard phase == .running, now < end, case .raw(let requests) = work, let pool else { return }
        if pool.quietUntil > now {
            parked += 1
            return setTimer(pool.quietUntil)
        }
        while let arrival = sequence.next() {
            statistics.recordArrival(intended: now, at: now)
            if let exchange = requests.exchange(index: arrival.index, intended: now, using: &random) {
                outstanding += 1
                return pool.dispatch(exchange, at: now)
            }
            statistics.skipped += 1
        }
        endArrivals(now)  // the limit on arrivals is reached
    }

    /// The next pass for a user who is free; nil when the run is over.
    func nextPass() async -> Pass? {
        guard case .users(let queue, let weights) = work else { return nil }
        guard plan.closedClients != nil else { return await queue.next() }
        let now = Nanoseconds.now
        guard phase == .running, now < end else { return nil }
        guard let arrival = sequence.next() else {
            endArrivals(now)
            return nil
        }
        statistics.recordArrival(intended: now, at: now)
        return Pass(scenario: weights.next(using: &random), index: arrival.index, arrived: now)
    }
}
