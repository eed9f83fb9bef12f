/// How many requests of a route, or of a gateway, may be under way at one time, and who of the others waits.
final class Admission: Sendable {
    let configured: EdgeConfiguration.Concurrency
    let line = WaitingLine()
    let queueTime: UInt64
    private let places = CountedPlaces()
    /// Finds the number out; nil where it is fixed.
    private let adaptive: AdaptiveLimit?
    private let fixed: Int

    init(_ configured: EdgeConfiguration.Concurrency) {
        self.configured = configured
        queueTime = configured.queueTimeout.wholeNanoseconds
        switch configured.bound {
        case .fixed(let number): (fixed, adaptive) = (number, nil)
        case .adaptive(let bounds):
            let initial = min(max(20, bounds.lowerBound), bounds.upperBound)
            fixed = .max
            adaptive = AdaptiveLimit(
                .init(initial: initial, minimum: bounds.lowerBound, maximum: bounds.upperBound)
            )
        }
    }

    /// Requests that have a place.
    var active: Int { adaptive?.active ?? places.count }
    /// How many may have one now.
    var limit: Int { adaptive?.limit ?? fixed }

    /// Takes a place; false where all are taken.
    func enter() -> Bool { adaptive?.enter() ?? places.enter(atMost: fixed) }

    /// Gives the place back, and calls who waits for it.
    ///
    /// - Parameter latency: Nanoseconds until the servers began to answer.
    func leave(latency: UInt64, _ outcome: ServerOutcome, at now: UInt64) {
        if let adaptive { adaptive.leave(latency: latency, outcome, at: now) } else { places.leave() }
        line.callNext()
    }
}
