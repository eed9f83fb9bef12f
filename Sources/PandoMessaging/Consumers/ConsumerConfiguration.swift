/// How one group consumes one topic.
public struct ConsumerConfiguration: Sendable {
    /// Where a group begins that the topic has not seen before.
    public enum Start: Sendable, Hashable {
        /// At the oldest message that is kept, so that nothing published before the group's first start is missed.
        case earliest
        /// After the newest message.
        case latest
    }

    /// Messages taken at once: the most whose effects, or leases, share one transaction. 1 to 1,000.
    public var batchSize = 128
    /// How long the handlers of one `consume` batch may hold the transaction before the rest is left to the next, a fifth of it
    /// while others wait to write: it bounds what they wait for. 1 ms to 1 s. A `consumeBatch` handler is one unit and is not
    /// cut.
    public var batchTime: Duration = .milliseconds(5)
    /// `deliver` handlers that run at the same time in one process. 1 to 1,024. Effects in a database with a single
    /// writer do not gain from it, so `consume` runs one batch of a group at a time.
    public var concurrency = 8
    /// How long a delivery belongs to a consumer before another may have it. 100 ms to 12 h. Only after a crash, or when
    /// a `deliver` handler takes longer and does not extend it, does it run out.
    public var lease: Duration = .seconds(30)
    /// What happens after a failure.
    public var retry = RetryPolicy()
    /// Where a new group begins.
    public var start: Start = .earliest
    /// Messages that may wait aside for the turn of their keys, behind one that is retried or takes long, before the
    /// group takes nothing more from the topic. 1 to 100,000. Delayed messages and pending retries do not count.
    public var asideLimit = 1000
    /// What the group needs from the engine; see ``MessagingCapabilities``.
    public var requires: Set<MessagingCapabilities.Feature> = []

    /// The defaults.
    public init() {}

    /// Checks every value.
    ///
    /// - Throws: ``MessagingError`` with code `invalidConfiguration`, naming the consumer, the value and its range.
    func validate(for consumer: String) throws {
        let problem: String? =
            if !(1...1000).contains(batchSize) {
                "batchSize is \(batchSize), not 1 to 1000"
            } else if !(.milliseconds(1) ... .seconds(1)).contains(batchTime) {
                "batchTime is \(batchTime), not 1 ms to 1 s"
            } else if !(1...1024).contains(concurrency) {
                "concurrency is \(concurrency), not 1 to 1024"
            } else if !(.milliseconds(100) ... .seconds(12 * 3600)).contains(lease) {
                "lease is \(lease), not 100 ms to 12 h"
            } else if !(1...100_000).contains(asideLimit) {
                "asideLimit is \(asideLimit), not 1 to 100000"
            } else {
                retry.problem
            }
        if let problem { throw MessagingError(.invalidConfiguration, "consumer \(consumer): \(problem)") }
    }
}
