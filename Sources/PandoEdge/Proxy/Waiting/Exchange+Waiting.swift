/// Requests that wait for a place.
extension Exchange {
    /// How important it is; 0 is the most.
    final var rank: Int { route?.rank ?? EdgeConfiguration.Priority.normal.rank }

    /// Waits in a line; refused where that has as many as it may.
    ///
    /// - Parameter lookAgain: Looks for a place, which may have been given back meanwhile.
    final func wait(
        in line: WaitingLine,
        atMost limit: Int,
        for time: UInt64,
        isForServer: Bool = false,
        lookAgain: () -> Void
    ) {
        if let wait { return wait.stay() }
        let mayPass = !line.isBehind(rank)
        guard let wait = Wait(self, in: line, atMost: limit, isForServer: isForServer) else {
            return refuseWait(isForServer)
        }
        self.wait = wait
        worker.alarms.set(ownAlarm, in: time, at: worker.now)
        if mayPass { lookAgain() }
    }

    /// There may be a place now.
    final func goOnWaiting() {
        guard let wait else { return }
        if wait.isForServer { connect() } else { passage?.goOn(self) }
    }

    /// It has waited too long, or somebody more important has taken its place in the line.
    final func waitedInVain() {
        guard let wait else { return }
        let isForServer = wait.isForServer
        endWait(isServed: false)
        refuseWait(isForServer)
    }

    private func refuseWait(_ isForServer: Bool) {
        record.rejection = isForServer ? .capacity : .concurrency
        fail(503, isForServer ? "the servers have as much as they can bear" : "too many requests at one time")
    }

    /// Ends the wait, if there is one.
    final func endWait(isServed: Bool) {
        guard let wait else { return }
        self.wait = nil
        if let alarm { worker.alarms.end(alarm) }
        wait.end(isServed: isServed)
    }

    /// The time has come that its alarm was set to.
    final func alarmRang() {
        if wait != nil { waitedInVain() } else { hedge() }
    }

    final var ownAlarm: Alarms.Alarm {
        if let alarm { return alarm }
        let made = Alarms.Alarm(self)
        alarm = made
        return made
    }

    // MARK: Limits of concurrency

    /// Goes past the limits of its route, and then on with what the route says.
    final func pass(_ route: RoutePlan, _ site: Site) {
        let passage = Passage(route, site)
        self.passage = passage
        passage.goOn(self)
    }

    /// Gives its places past the limits back.
    final func endPassage() {
        guard let passage else { return }
        self.passage = nil
        let outcome: ServerOutcome =
            if record.serverTime == 0 {
                response.status == 504 ? .timedOut : .abandoned
            } else {
                .good
            }
        let latency = outcome == .timedOut ? worker.now - min(began, worker.now) : record.serverTime
        passage.end(latency: latency, outcome, at: worker.now)
    }
}

extension EdgeConfiguration.Priority {
    /// 0 is the most important.
    var rank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .normal: 2
        case .low: 3
        }
    }
}
