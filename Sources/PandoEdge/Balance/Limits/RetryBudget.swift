/// How many repeated requests an upstream may get: a share of the first ones, and some in any case, over a sliding window. Keeps an upstream
/// that fails under its load from getting three times the load for it. As in Finagle (`RetryBudget`); hedged requests count as well.
final class RetryBudget: Sendable {
    private let requests: SlidingCount<10>
    private let retries: SlidingCount<10>
    private let window: Double

    /// Counts over a window of so many nanoseconds.
    init(window nanoseconds: UInt64) {
        requests = SlidingCount<10>(over: nanoseconds)
        retries = SlidingCount<10>(over: nanoseconds)
        window = Double(nanoseconds) / 1e9
    }

    /// Counts a first request.
    @inline(__always)
    func count(at now: UInt64) { requests.add(1, at: now) }

    /// Takes one retry out of the budget where there is one left. Threads that ask at the same time may be refused the last one; never is
    /// one too many given.
    func take(_ settings: RetrySettings, at now: UInt64) -> Bool {
        retries.add(1, at: now)
        let allowed = settings.minimumPerSecond * window + settings.share * Double(requests.sum(at: now))
        if Double(retries.sum(at: now)) <= allowed { return true }
        retries.add(-1, at: now)
        return false
    }
}

/// The size of a retry budget.
package struct RetrySettings: Sendable, Equatable {
    /// Retries for each first request.
    package var share: Double
    /// Retries a second that are allowed however few first requests there are.
    package var minimumPerSecond: Double

    /// Sets the size.
    package init(share: Double = 0.2, minimumPerSecond: Double = 10) {
        self.share = share
        self.minimumPerSecond = minimumPerSecond
    }
}
