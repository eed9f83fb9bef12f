/// A limit of concurrency that finds its own value: it grows while latency stays what it was, and shrinks as latency grows, because what
/// comes on top of what a server can do at a time only waits there.
///
/// The algorithm is Gradient2 of Netflix's concurrency-limits (`Gradient2Limit.java`;
/// "Performance under load", Netflix technology blog, 2018): the gradient is a slow average of latency, with some tolerance, over that of the
/// last window. Envoy's adaptive concurrency differs in that it measures the latency of an idle server by starving it from time to time.
struct GradientLimit: Sendable, Equatable {
    private(set) var limit: Double
    /// The slow average of latency.
    private var usual = 0.0
    private var windows = 0

    init(_ settings: AdaptiveLimit.Settings) { limit = Double(settings.initial) }

    /// Takes a window of requests in.
    ///
    /// - Parameters:
    ///   - latency: Their mean latency.
    ///   - active: The most that were under way at a time.
    ///   - isOverloaded: Whether some did not end in time, or were refused by the server.
    mutating func update(latency: Double, active: Int, isOverloaded: Bool, _ settings: AdaptiveLimit.Settings) {
        learn(latency, settings)
        var gradient = min(1, max(0.5, settings.tolerance * usual / latency))
        if isOverloaded { gradient = min(gradient, 0.9) }
        // Where the limit is not what holds requests back, their latency says nothing about it.
        guard isOverloaded || Double(active) * 2 >= limit else { return }
        // What may wait on top grows as the root of the limit, as Envoy's headroom does: a large limit would else take minutes to find.
        let headroom = isOverloaded ? 0 : max(Double(settings.queue), limit.squareRoot())
        let next = limit * gradient + headroom
        limit = limit * (1 - settings.smoothing) + next * settings.smoothing
        limit = min(Double(settings.maximum), max(Double(settings.minimum), limit))
    }

    private mutating func learn(_ latency: Double, _ settings: AdaptiveLimit.Settings) {
        windows += 1
        // The plain mean at first; later windows count as in an exponential average over so many.
        let share = windows <= 10 ? 1 / Double(windows) : 2 / Double(settings.memory + 1)
        usual += (latency - usual) * share
        // After a long overload the average is too high by far: it comes down quicker than by averaging.
        if usual > latency * 2 { usual *= 0.95 }
    }
}
