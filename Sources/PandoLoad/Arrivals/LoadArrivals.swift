/// When requests (or users of scenarios) are meant to start.
///
/// All but ``closed(clients:)`` are open loop: an arrival does not wait for the answer to an earlier one, as users of a
/// real service do not wait for each other.
@nonexhaustive
public enum LoadArrivals: Sendable {
    /// Evenly spaced arrivals.
    case constant(ratePerSecond: Double)
    /// Independent arrivals: gaps are exponentially distributed (seeded), which is what many unrelated users make.
    case poisson(ratePerSecond: Double)
    /// The arrivals of an access log, in a time shorter by the factor `speedUp`. The log tells whole seconds; within its
    /// second an arrival gets a uniformly distributed place (seeded).
    case replay(AccessLog, speedUp: Double = 1)
    /// A number of arrivals for each second, times `scale`, uniformly distributed within the second (seeded).
    case series(RateSeries, scale: Double = 1)
    /// A number of clients that each start again as soon as they have their answer. It finds the throughput at
    /// saturation; its latencies omit what open-loop users would have suffered and are labelled so in the report.
    case closed(clients: Int)

    /// Whether arrivals wait for answers.
    public var isClosed: Bool {
        if case .closed = self { true } else { false }
    }

    /// Whether the arrivals end by themselves.
    public var isFinite: Bool {
        switch self {
        case .replay, .series: true
        case .constant, .poisson, .closed: false
        }
    }

    /// One line for the report.
    public var summary: String {
        switch self {
        case .constant(let rate): "constant, \(Figures.number(rate))/s"
        case .poisson(let rate): "Poisson, \(Figures.number(rate))/s"
        case .replay(let log, let speedUp): "replay of \(log.name), \(Figures.number(speedUp)) times its speed"
        case .series(let series, let scale): "series \(series.name), times \(Figures.number(scale))"
        case .closed(let clients): "closed loop, \(clients) clients (latencies suffer coordinated omission)"
        }
    }

    /// Refuses what cannot work, naming the value.
    func validate() throws(LoadError) {
        func positive(_ value: Double, _ name: String, atMost bound: Double) throws(LoadError) {
            guard value > 0, value <= bound else {
                throw LoadError(
                    .invalidConfiguration,
                    "arrivals: \(name) is \(value); it must be above 0 and at most \(Figures.number(bound))"
                )
            }
        }
        switch self {
        case .constant(let rate), .poisson(let rate): try positive(rate, "ratePerSecond", atMost: 10_000_000)
        case .replay(_, let speedUp): try positive(speedUp, "speedUp", atMost: 1_000_000_000)
        case .series(let series, let scale):
            try positive(scale, "scale", atMost: 1_000_000_000)
            let most = (series.arrivalsBySecond.max() ?? 0) * scale
            guard most <= RateSeries.maxArrivalsPerSecond else {
                throw LoadError(
                    .invalidConfiguration,
                    "arrivals: scale \(Figures.number(scale)) makes \(Figures.number(most)) arrivals of a second;"
                        + " it must be at most \(Figures.number(RateSeries.maxArrivalsPerSecond))"
                )
            }
        case .closed(let clients):
            guard (1...100_000).contains(clients) else {
                throw LoadError(.invalidConfiguration, "arrivals: \(clients) clients; it must be 1 to 100000")
            }
        }
    }
}
