/// How long a projection that failed waits before it tries again: twice as long each time, up to a limit, with jitter.
struct RetryPause: Sendable {
    let first: Duration
    let longest: Duration

    /// The pause after `attempts` failures in a row (at least 1). `random` is from 0 to 1; the pause is between half
    /// and all of the full length.
    func after(_ attempts: Int, random: Double) -> Duration {
        let full = min(longest, first * (1 << min(attempts - 1, 30)))
        return full * (0.5 + 0.5 * random)
    }
}
