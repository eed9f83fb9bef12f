import Synchronization

/// The requests of a server: how many it has, and how many of those it has not answered yet. The rest are answers on their way and
/// connections that stay open.
struct RequestPlaces: ~Copyable, Sendable {
    /// All in the lower half, the unanswered ones in the upper.
    private let word = Atomic<UInt64>(0)
    private static let unanswered: UInt64 = 1 << 32

    @inline(__always)
    var counts: (active: Int, unanswered: Int) {
        let word = word.load(ordering: .relaxed)
        return (Int(word & 0xFFFF_FFFF), Int(word >> 32))
    }

    /// Takes a place where fewer than a limit are taken. Never lets one too many in, and refuses only at the limit.
    @inline(__always)
    func enter(atMost limit: Int) -> Bool {
        if limit == .max {
            word.wrappingAdd(Self.unanswered | 1, ordering: .relaxed)
            return true
        }
        var old = word.load(ordering: .relaxed)
        while Int(old & 0xFFFF_FFFF) < limit {
            let new = old + (Self.unanswered | 1)
            let (exchanged, original) = word.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return true }
            old = original
        }
        return false
    }

    /// Counts a request as answered: once for each, before it leaves.
    @inline(__always)
    func answered() {
        let before = word.wrappingSubtract(Self.unanswered, ordering: .relaxed).oldValue
        assert(before >= Self.unanswered, "more requests reported than picked")
    }

    /// Gives the place of a request back that was answered.
    @inline(__always)
    func leave() {
        let before = word.wrappingSubtract(1, ordering: .relaxed).oldValue
        assert(before & 0xFFFF_FFFF > 0, "more requests released than picked")
    }
}
