import Synchronization

/// A number of events that each second allows, counted without a lock.
///
/// The second and the count share one word, so that a new second starts the count again in one exchange.
final class TraceSampler: Sendable {
    private static let countBits: UInt64 = 24
    private let budgetPerSecond: UInt64
    private let word = Atomic<UInt64>(0)

    /// A budget of at most 16 million a second.
    init(budgetPerSecond: Int) {
        self.budgetPerSecond = min(UInt64(max(0, budgetPerSecond)), (1 << Self.countBits) - 1)
    }

    /// Whether the second of `now` (monotonic nanoseconds) has budget left; takes one of it if so.
    ///
    /// Once the budget is spent it costs one relaxed load.
    func take(at now: UInt64) -> Bool {
        guard budgetPerSecond > 0 else { return false }
        let second = now / 1_000_000_000 + 1
        var current = word.load(ordering: .relaxed)
        while true {
            let isSameSecond = current >> Self.countBits == second
            let count = isSameSecond ? current & ((1 << Self.countBits) - 1) : 0
            guard count < budgetPerSecond else { return false }
            let desired = second << Self.countBits | (count + 1)
            let result = word.weakCompareExchange(expected: current, desired: desired, ordering: .relaxed)
            if result.exchanged { return true }
            current = result.original
        }
    }
}
