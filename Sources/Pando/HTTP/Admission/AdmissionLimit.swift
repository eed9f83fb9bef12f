/// How many requests may be in hand at a time, learned from how long they take.
///
/// A gradient limit in the manner of Netflix's Gradient2 (concurrency-limits) and Envoy's adaptive concurrency filter:
/// each window compares the time that requests took with the time that they take on an idle service and scales the limit
/// by the ratio. Three changes make it fit one process with many routes:
///
/// - The idle time is kept for each route and the window compares sums, so a change of the mix (cheap reads one moment,
///   bookings the next) does not look like congestion.
/// - The idle time is the mean of requests that ended with few others in hand; of others only those that were faster still
///   count, and little. Gradient2's moving average drifts up under a long overload until it calls the overload normal;
///   Envoy has to stop the traffic now and then to measure. Here the limit itself falls to where requests count as
///   undisturbed, and a service that is slower than it was learns there that it is.
/// - A queueing time of ``Configuration/allowedQueueingSeconds`` is always fine (CoDel, RFC 8289, calls it the target):
///   a ratio alone would shed bursts of requests that take 100 µs, and writes that wait for the commit of their batch.
///
/// Only a limit that is in use moves: an idle service learns nothing about its capacity. Pure: time and latencies come in.
struct AdmissionLimit {
    /// The constants.
    struct Configuration: Sendable, Hashable {
        /// The limit never falls below this; also the load at which latencies count as undisturbed.
        var minimum = 8
        /// The limit before anything was measured.
        var initial = 128
        /// The limit never rises above this.
        var maximum = 4096
        /// The time over which latencies are summed up.
        var windowSeconds = 0.1
        /// The samples that a window needs.
        var minimumSamples = 20
        /// How many times the idle time is still normal.
        var tolerance = 2.0
        /// Queueing that is normal whatever the idle time.
        var allowedQueueingSeconds = 0.02
    }

    private let configuration: Configuration
    private var exactLimit: Double
    private var idleSeconds: [Double] = []
    private var windowEnd = 0.0
    private var expected = 0.0
    private var actual = 0.0
    private var samples = 0
    private var peakInHand = 0
    /// Requests in hand.
    private(set) var inHand = 0

    init(_ configuration: Configuration) {
        self.configuration = configuration
        exactLimit = Double(configuration.initial)
    }

    /// The limit in force.
    var limit: Int { Int(exactLimit) }

    /// Whether one more request may begin.
    var hasRoom: Bool { inHand < limit }

    /// A request begins.
    mutating func begin() {
        inHand += 1
        peakInHand = max(peakInHand, inHand)
    }

    /// A request ends, whatever its outcome.
    mutating func end() {
        inHand -= 1
    }

    /// A new kind of request; its number goes with its samples.
    mutating func addKind() -> Int {
        idleSeconds.append(0)
        return idleSeconds.count - 1
    }

    /// A request was answered.
    ///
    /// - Parameters:
    ///   - kind: from ``addKind()``.
    ///   - seconds: from its arrival to its answer.
    ///   - now: the time, in seconds of any monotonic clock.
    mutating func sample(kind: Int, seconds: Double, now: Double) {
        learnIdleTime(kind, seconds)
        let idle = idleSeconds[kind]
        expected += max(configuration.tolerance * idle, idle + configuration.allowedQueueingSeconds)
        actual += seconds
        samples += 1
        if now >= windowEnd { closeWindow(now) }
    }

    private mutating func learnIdleTime(_ kind: Int, _ seconds: Double) {
        let idle = idleSeconds[kind]
        if idle == 0 {
            idleSeconds[kind] = seconds
        } else if inHand <= configuration.minimum {
            idleSeconds[kind] = idle + (seconds - idle) * 0.05
        } else if seconds < idle {
            idleSeconds[kind] = idle + (seconds - idle) * 0.005
        }
    }

    private mutating func closeWindow(_ now: Double) {
        guard samples >= configuration.minimumSamples else {
            // A quiet service: begin again rather than judge by what is long past.
            if now >= windowEnd + 50 * configuration.windowSeconds { resetWindow(now) }
            return
        }
        if Double(peakInHand) >= exactLimit / 2 {
            let gradient = max(0.5, min(1, expected / actual))
            if gradient < 1 {
                // Half of the way: one bad window is not yet congestion.
                exactLimit *= (1 + gradient) / 2
            } else {
                // Room to grow into: the root keeps small limits nimble and large ones calm (Gradient2's queue size).
                exactLimit += exactLimit.squareRoot()
            }
            exactLimit = max(Double(configuration.minimum), min(Double(configuration.maximum), exactLimit))
        }
        resetWindow(now)
    }

    private mutating func resetWindow(_ now: Double) {
        windowEnd = now + configuration.windowSeconds
        expected = 0
        actual = 0
        samples = 0
        peakInHand = inHand
    }
}
