/// The servers at which a connection is tried, until one of them takes it.
///
/// Until then not a byte has been sent, so that another try is safe whatever the bytes are. A server's place is held to the end of
/// the connection: the balancer counts connections here where it counts requests elsewhere.
struct RelayAttempts {
    let plan: UpstreamPlan
    /// How many there were.
    private(set) var count = 0
    /// The one that has the connection, or is asked for it.
    private(set) var server: Server?
    private var tried = ServerSet()
    private var retriesLeft: Int
    private var began: UInt64 = 0
    private var isRetry = false
    private var isReported = false

    init(_ plan: UpstreamPlan) {
        self.plan = plan
        retriesLeft = plan.retries.on.contains(.connect) ? plan.retries.attempts : 0
    }

    /// Takes a place at a server; why there is none, where there is none.
    mutating func begin(_ hash: UInt64?, on worker: Worker) -> Pick {
        let pick = plan.upstream.pick(at: worker.now, hash: hash, tried: tried, using: &worker.random)
        guard case .server(let picked) = pick else { return pick }
        server = picked
        count += 1
        began = worker.now
        isReported = false
        return pick
    }

    /// The server has taken the connection.
    mutating func succeeded(at now: UInt64) { report(.good, at: now) }

    /// The server has not taken the connection; whether another may be asked.
    mutating func failed(_ outcome: ServerOutcome, at now: UInt64) -> Bool {
        report(outcome, at: now)
        if let server { tried.insert(server.index) }
        release(at: now)
        guard retriesLeft > 0, plan.upstream.startRetry(at: now) else { return false }
        retriesLeft -= 1
        isRetry = true
        return true
    }

    /// Gives back what is held; the connection has ended.
    mutating func release(at now: UInt64) {
        if let server {
            report(.abandoned, at: now)
            self.server = nil
            plan.upstream.release(server)
        }
        if isRetry { plan.upstream.finishRetry() }
        isRetry = false
    }

    private mutating func report(_ outcome: ServerOutcome, at now: UInt64) {
        guard let server, !isReported else { return }
        isReported = true
        plan.upstream.report(server, outcome, latency: now - min(began, now), at: now)
    }
}
