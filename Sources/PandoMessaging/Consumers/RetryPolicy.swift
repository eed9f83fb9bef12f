/// When a failed message is tried again, and when it is given up.
///
/// The wait before attempt *n + 1* is `initialDelay × multiplier^(n − 1)`, at most ``maximumDelay``, less a random part
/// of up to ``jitter`` of it, so that messages that failed together do not come back together.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts before the message goes to the dead letters, the first included. 1 to 1,000.
    public var maximumAttempts: Int
    /// The wait after the first failure. 1 ms to 1 day.
    public var initialDelay: Duration
    /// The longest wait. From ``initialDelay`` to 30 days.
    public var maximumDelay: Duration
    /// How much longer each wait is than the one before. 1 to 10.
    public var multiplier: Double
    /// The part of a wait that is random. 0 (none) to 1 (anything from nothing to the whole wait).
    public var jitter: Double

    /// Makes a policy. The defaults give a message 12 attempts in about 13 to 17 minutes.
    public init(
        maximumAttempts: Int = 12,
        initialDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(600),
        multiplier: Double = 2,
        jitter: Double = 0.25
    ) {
        self.maximumAttempts = maximumAttempts
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.multiplier = multiplier
        self.jitter = jitter
    }

    /// The wait after the failure of an attempt.
    ///
    /// - Parameters:
    ///   - attempt: The number of the attempt that failed, from 1.
    ///   - random: A number from 0 up to 1; what the jitter takes is this part of it.
    /// - Returns: More than zero, at most ``maximumDelay``.
    public func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        let limit = maximumDelay / .seconds(1)
        var wait = initialDelay / .seconds(1)
        var step = 1
        while step < attempt, wait < limit, multiplier > 1 {
            wait *= multiplier
            step += 1
        }
        let jittered = min(wait, limit) * (1 - jitter * min(max(random, 0), 1))
        return max(.seconds(jittered), .milliseconds(1))
    }

    /// What is out of range, in words; nil where everything is in range.
    var problem: String? {
        if !(1...1000).contains(maximumAttempts) { return "retry.maximumAttempts is \(maximumAttempts), not 1 to 1000" }
        if !(.milliseconds(1) ... .seconds(86_400)).contains(initialDelay) {
            return "retry.initialDelay is \(initialDelay), not 1 ms to 1 day"
        }
        if !(initialDelay ... .seconds(30 * 86_400)).contains(maximumDelay) {
            return "retry.maximumDelay is \(maximumDelay), not initialDelay to 30 days"
        }
        if !(1...10).contains(multiplier) { return "retry.multiplier is \(multiplier), not 1 to 10" }
        if !(0...1).contains(jitter) { return "retry.jitter is \(jitter), not 0 to 1" }
        return nil
    }
}
