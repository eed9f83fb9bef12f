/// What a run sends.
@nonexhaustive
public enum LoadWork: Sendable {
    /// Fixed requests, mixed by their weights. Each arrival is one request, written on the event loop with no task and no
    /// allocation of its own.
    case requests([LoadRequest])
    /// Scenarios, mixed by their weights. Each arrival is one user's pass through one scenario.
    case scenarios([LoadScenario])
    /// The requests of an access log, in its order. `GET`, `HEAD` and `OPTIONS` are sent; a log has no bodies, so arrivals
    /// with other methods or broken requests are counted as skipped. Use it with ``LoadArrivals/replay(_:speedUp:)`` of the
    /// same log; with other arrivals the requests start over when they run out.
    case recorded(AccessLog)

    /// Whether users have to be prepared before the clock starts.
    package var preparesUsers: Bool {
        switch self {
        case .scenarios(let scenarios): scenarios.contains { $0.prepare != nil }
        case .requests, .recorded: false
        }
    }

    /// Refuses what cannot work.
    func validate() throws(LoadError) {
        func check(_ count: Int, _ weights: [Int], _ what: String) throws(LoadError) {
            guard (1...1000).contains(count) else {
                throw LoadError(.invalidConfiguration, "work: \(count) \(what); give 1 to 1000")
            }
            for weight in weights where !(1...1_000_000).contains(weight) {
                throw LoadError(.invalidConfiguration, "work: the weight \(weight) is not between 1 and 1000000")
            }
        }
        switch self {
        case .requests(let requests): try check(requests.count, requests.map(\.weight), "requests")
        case .scenarios(let scenarios): try check(scenarios.count, scenarios.map(\.weight), "scenarios")
        case .recorded(let log):
            guard log.count > 0 else {
                throw LoadError(.invalidConfiguration, "work: the log \(log.name) has no requests")
            }
        }
    }
}

/// Chooses an index in proportion to weights.
struct WeightedChoice {
    private let bounds: [Int]  // running totals
    private let total: Int

    init(_ weights: [Int]) {
        var sum = 0
        bounds = weights.map { weight in
            sum += weight
            return sum
        }
        total = sum
    }

    func next(using random: inout SeededGenerator) -> Int {
        if bounds.count == 1 { return 0 }
        let point = Int.random(in: 0..<total, using: &random)
        return bounds.firstIndex { point < $0 } ?? 0
    }
}
