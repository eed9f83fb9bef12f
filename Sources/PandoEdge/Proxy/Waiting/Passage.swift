/// A request's way past the limits of concurrency of its route and its gateway.
final class Passage {
    private let gates: [Admission]
    private let site: Site
    private let route: RoutePlan
    /// How many of them it has a place at.
    private var entered = 0

    init(_ route: RoutePlan, _ site: Site) {
        self.route = route
        self.site = site
        gates = route.admissions
    }

    /// What has no place for it; nil where it is past all of them.
    private var gate: Admission? { entered < gates.count ? gates[entered] : nil }

    /// Goes as far as there are places, and does what the route says behind the last.
    func goOn(_ exchange: Exchange) {
        while let gate {
            let isBehind = exchange.wait == nil && gate.line.isBehind(exchange.rank)
            guard !isBehind, gate.enter() else {
                return exchange.wait(in: gate.line, atMost: gate.configured.queue, for: gate.queueTime) {
                    self.goOn(exchange)
                }
            }
            entered += 1
            exchange.endWait(isServed: true)
        }
        site.carryOut(exchange, route)
    }

    /// Gives all places back.
    ///
    /// - Parameter latency: Nanoseconds until a server began to answer; 0 where none did, which says nothing of how many can be served.
    func end(latency: UInt64, _ outcome: ServerOutcome, at now: UInt64) {
        for gate in gates[..<entered] { gate.leave(latency: latency, outcome, at: now) }
        entered = 0
    }
}
