/// A request that was sent to a second server, because the first is slow: the first good answer counts, and the other is not waited for.
final class Race {
    private unowned let first: Exchange
    private let second: SecondTry
    /// How the first has failed, while the second may still succeed.
    private var failure: AttemptFailure?

    fileprivate init(_ first: Exchange, _ second: SecondTry) {
        self.first = first
        self.second = second
    }

    /// Whether an answer may go to the client; false where its connection is to go.
    func mayAnswer(_ exchange: Exchange) -> Bool {
        // Those are answers of who stands before the application, and would be tried again.
        let isGood = exchange.response.status < 502
        if exchange === first {
            if isGood {
                end()
                return true
            }
            let status = exchange.response.status
            fail(first, .serverError)
            failure = AttemptFailure(
                cause: .init(rawValue: "\(status)") ?? .reset,
                status: status,
                reason: "the server answered \(status)",
                outcome: .serverError
            )
            return false
        }
        guard isGood || failure != nil else {
            end()
            return false
        }
        win()
        return first.responseBegan()
    }

    /// Whether a failure is no matter, as long as the other one may succeed.
    func hasFailed(_ exchange: Exchange, _ failure: AttemptFailure) -> Bool {
        if exchange === first {
            fail(first, failure.outcome)
            self.failure = failure
            return true
        }
        fail(second, failure.outcome)
        let earlier = self.failure
        end()
        if let earlier { first.attemptFailed(earlier) }
        return true
    }

    private func fail(_ exchange: Exchange, _ outcome: ServerOutcome) {
        if let picked = exchange.picked { first.tried.insert(picked.index) }
        exchange.server = nil
        exchange.report(outcome)
        exchange.release()
    }

    /// Gives the first what the second has got.
    private func win() {
        let loser = first.server
        first.server = nil
        // It would have taken at least as long; without this a server that is always too slow would never be known as slow.
        first.report(.good)
        first.release()
        loser?.abandon()
        first.response.copy(second.response)
        first.responseRules = second.responseRules
        (first.picked, second.picked) = (second.picked, nil)
        (first.isReported, first.sent, first.tried) = (second.isReported, second.sent, second.tried)
        (first.isRetry, second.isRetry) = (second.isRetry, false)
        (first.server, second.server) = (second.server, nil)
        first.server?.move(to: first)
        first.record.server = second.record.server
        end()
    }

    /// Ends the second try.
    func end() {
        first.race = nil
        second.end()
    }
}

/// The second try of a request beside a slow first.
final class SecondTry: ClientlessExchange {
    fileprivate init(_ first: Exchange) {
        super.init(like: first)
        began = first.began
        route = first.route
        record.requestID = first.record.requestID
        isRequestComplete = true
    }

    fileprivate func end() {
        race = nil
        clientGone()
        // It is a part of a request that is told of as a whole.
        began = 0
        reset()
    }
}

extension Exchange {
    /// Has a second try begin when the first takes too long, where doing it twice does no harm.
    final func setHedge(_ plan: UpstreamPlan) {
        guard hasClient, request.method.isSafe, rules.framing == .none, rules.upgrade.isEmpty, tried.isEmpty else {
            return
        }
        plan.upstream.countHedgeable(at: worker.now)
        worker.alarms.set(ownAlarm, in: plan.hedgeDelay, at: worker.now)
    }

    /// Asks a second server.
    final func hedge() {
        guard let plan, let picked, !isReported, !isResponseBegun, race == nil, !isRetry else { return }
        guard plan.upstream.startHedge(at: worker.now) else { return }
        let second = SecondTry(self)
        let race = Race(self, second)
        (self.race, second.race) = (race, race)
        second.isRetry = true
        var others = ServerSet()
        others.insert(picked.index)
        second.dispatch(to: plan, retries: 0, avoiding: others)
        if self.race === race { record.attempts += 1 }
    }
}
