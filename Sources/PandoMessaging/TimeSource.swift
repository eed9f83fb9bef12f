public import PandoDatabase

/// The wall clock that messaging goes by: when delayed messages, retries, leases and schedules are due.
///
/// It is a wall clock since these times are shared between processes and survive restarts. Its jumps delay or hasten
/// what is due, and never lose or repeat an effect: order comes from the database's log, and exclusion from its
/// transactions.
public protocol TimeSource: Sendable {
    /// The present.
    var now: Instant { get }

    /// Returns at an instant, or at once where it has passed.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    func sleep(until instant: Instant) async throws
}

/// The system's wall clock.
public struct SystemTime: TimeSource {
    /// Makes a time source.
    public init() {}

    /// The system's time.
    public var now: Instant { .now }

    /// Sleeps for as long as the clock shows now that it will take.
    public func sleep(until instant: Instant) async throws {
        try await Task.sleep(for: instant - now, tolerance: .milliseconds(1))
    }
}
