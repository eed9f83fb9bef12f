import PandoTopology

extension EdgeConfiguration {
    func check(_ upstream: Upstream, _ issues: inout IssueList) {
        let path = "upstreams.\(upstream.name)"
        checkServers(upstream, path, &issues)
        checkHealth(upstream, path, &issues)
        checkTime(upstream.timeouts, path, &issues)
        checkRetries(upstream.retries, upstream, path, &issues)
        checkUpstreamTLS(upstream, path, &issues)
        if case .sticky(let sticky) = upstream.balance {
            issues.checkSecret(sticky.secret, "\(path).balance.sticky.secret", minimumBytes: 16)
        }
        if upstream.hedge != nil, upstream.servers.count < 2 {
            let problem = "there is no other server to hedge with"
            issues.warn("\(path).hedge", problem, "add a server, or remove the key")
        }
        if let hedge = upstream.hedge, hedge.budgetPercent > 20 {
            let problem = "up to \(hedge.budgetPercent)% more requests, most of them while servers are slow"
            issues.warn("\(path).hedge.budgetPercent", problem, "write 5")
        }
    }

    private func checkServers(_ upstream: Upstream, _ path: String, _ issues: inout IssueList) {
        if upstream.servers.isEmpty {
            issues.error("\(path).servers", "the upstream has no server", "add one, such as \"127.0.0.1:3001\"")
        } else if upstream.servers.allSatisfy(\.backup) {
            let problem = "every server is a backup"
            issues.error("\(path).servers", problem, "remove 'backup' from those that serve")
        }
        for (index, server) in upstream.servers.enumerated() {
            let own = "\(path).servers[\(index)]"
            if let other = upstream.servers[..<index].firstIndex(where: { $0.endpoint == server.endpoint }) {
                let problem = "\(server.endpoint) is in it twice"
                issues.error(own, problem, "use 'weight' for a larger share", other: "\(path).servers[\(other)]")
            }
            if let listener = circle(from: upstream.name, through: server) {
                let problem = "the edge itself listens on \(server.endpoint), so that requests would go round"
                issues.error(own, problem, "name the server's own address", other: "listeners[\(listener)]")
            }
        }
    }

    private func checkHealth(_ upstream: Upstream, _ path: String, _ issues: inout IssueList) {
        guard let health = upstream.health else {
            if upstream.servers.count > 1 {
                let problem = "no health check: a dead server is found out by requests that fail"
                issues.warn(path, problem, "add 'health: /healthz'")
            }
            return
        }
        if health.timeout >= health.interval {
            let times = "\(Units.text(health.timeout)) of \(Units.text(health.interval))"
            let problem = "the timeout is not shorter than the interval (\(times)), so that probes would pile up"
            issues.error("\(path).health.timeout", problem, "make it shorter, or the interval longer")
        }
        if health.path == nil, health.status != [200...299] || health.host != nil {
            issues.error("\(path).health", "a probe by tcp has no status and no host", "name a path, or remove them")
        }
        if health.port != nil, health.endpoint != nil {
            issues.error("\(path).health.port", "a port beside an address of the probe", "keep one of them")
        }
        if health.failClosed, upstream.panicThreshold > 0 {
            let problem = "with failClosed no server is used that is not healthy, so panicThreshold does nothing"
            issues.warn("\(path).health.failClosed", problem, "write 'panicThreshold: 0', to say so")
        }
    }

    /// Timeouts of an upstream or of a route.
    func checkTime(_ timeouts: Timeouts, _ path: String, _ issues: inout IssueList) {
        let own = "\(path).timeouts"
        guard let total = timeouts.total else {
            let problem = "a response may take for ever"
            return issues.warn("\(own).total", problem, "write a time; 'idle' does not end one that trickles")
        }
        if let perTry = timeouts.perTry, perTry > total {
            let problem = "one try may take longer than all of them (\(Units.text(total)))"
            issues.error("\(own).perTry", problem, "make it shorter")
        }
        if timeouts.connect > total {
            let problem = "a connection may take longer than the whole request (\(Units.text(total)))"
            issues.error("\(own).connect", problem, "make it shorter")
        }
    }

    /// Retries of an upstream or of a route.
    func checkRetries(_ retries: Retries, _ upstream: Upstream?, _ path: String, _ issues: inout IssueList) {
        let own = "\(path).retries"
        guard retries.attempts > 0 else { return }
        if retries.nonIdempotent {
            let problem = "a POST whose answer was lost is done twice"
            issues.warn("\(own).nonIdempotent", problem, "remove it; clients send Idempotency-Key")
        }
        if retries.budgetPercent > 50 {
            let factor = 1 + min(Double(retries.attempts), Double(retries.budgetPercent) / 100)
            let problem = "while servers fail they get up to \(factor) times their load"
            issues.warn("\(own).budgetPercent", problem, "write 20")
        }
        if retries.budgetPercent == 0 {
            let problem = "the budget allows no retry but the first few a second"
            issues.warn("\(own).budgetPercent", problem, "write 20, or 'retries: off'")
        }
        if retries.on.isEmpty {
            issues.error("\(own).on", "nothing is tried again", "name a reason, or write 'retries: off'")
        }
        if retries.on.contains(.timeout), let upstream, upstream.timeouts.perTry == nil {
            let problem = "no try ends by timeout before the request does"
            issues.warn("\(own).on", problem, "add 'timeouts: {perTry: …}', or remove 'timeout'")
        }
    }

    private func checkUpstreamTLS(_ upstream: Upstream, _ path: String, _ issues: inout IssueList) {
        guard let tls = upstream.tls else { return }
        if !tls.verify {
            let problem = "any machine in between can answer for the servers"
            issues.warn("\(path).tls.verify", problem, "name who signs their certificates with 'authorities'")
            if tls.authorities != nil {
                issues.error("\(path).tls.authorities", "nothing is verified by them", "write 'verify: true'")
            }
        }
        if let authorities = tls.authorities {
            issues.checkPEM(authorities, "\(path).tls.authorities", block: "CERTIFICATE")
        }
        if let pair = tls.certificate { issues.checkCertificate(pair, "\(path).tls") }
        if tls.verify, tls.name == nil, upstream.servers.contains(where: { $0.endpoint.hasNoName }) {
            let problem = "a Unix socket has no name for the certificate"
            issues.error("\(path).tls.name", problem, "add 'name: app.example.com'")
        }
    }
}

extension EdgeConfiguration.Endpoint {
    fileprivate var hasNoName: Bool {
        if case .unix = self { true } else { false }
    }
}
