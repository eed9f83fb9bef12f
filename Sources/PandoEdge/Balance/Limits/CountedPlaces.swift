import Synchronization

/// How many are inside, for a limit that is given when one enters: a generation of the configuration may change it while they are.
struct CountedPlaces: ~Copyable, Sendable {
    private let inside = Atomic<Int>(0)

    @inline(__always)
    var count: Int { inside.load(ordering: .relaxed) }

    /// Enters where fewer than a limit are inside. Never lets one too many in, and refuses only at the limit.
    @inline(__always)
    func enter(atMost limit: Int) -> Bool {
        if limit == .max {
            inside.wrappingAdd(1, ordering: .relaxed)
            return true
        }
        var count = inside.load(ordering: .relaxed)
        while count < limit {
            let (exchanged, original) = inside.weakCompareExchange(
                expected: count,
                desired: count + 1,
                ordering: .relaxed
            )
            if exchanged { return true }
            count = original
        }
        return false
    }

    /// Leaves the place that ``enter(atMost:)`` gave. In one order with the look for who waits that follows: on most processors it costs
    /// no more than a relaxed one.
    @inline(__always)
    func leave() {
        let before = inside.wrappingSubtract(1, ordering: .sequentiallyConsistent).oldValue
        assert(before > 0, "more left than entered")
    }
}
