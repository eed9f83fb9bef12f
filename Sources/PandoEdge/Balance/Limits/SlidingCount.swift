import Synchronization

/// How many there were in the last seconds, counted by all threads without a lock: in slots, each with the number of the time span that it
/// counts in its upper half.
struct SlidingCount<let count: Int>: ~Copyable, Sendable {
    private static var slots: UInt64 { UInt64(count) }
    private let counts = InlineArray<count, Atomic<UInt64>> { _ in Atomic(0) }
    private let width: UInt64

    /// - Parameter nanoseconds: How far back it looks.
    init(over nanoseconds: UInt64) { width = max(1, nanoseconds / Self.slots) }

    /// Counts some, or takes some back that were counted before.
    @inline(__always)
    func add(_ number: Int, at now: UInt64) {
        // The first span is number 1, so that an empty slot belongs to none.
        let span = (now / width &+ 1) & 0xFFFF_FFFF
        let slot = Int(span % Self.slots)
        var old = counts[slot].load(ordering: .relaxed)
        while true {
            let counted = old >> 32 == span ? Int(old & 0xFFFF_FFFF) : 0
            let new = span << 32 | UInt64(max(0, min(0xFFFF_FFFF, counted + number)))
            let (exchanged, original) = counts[slot].weakCompareExchange(
                expected: old,
                desired: new,
                ordering: .relaxed
            )
            if exchanged { return }
            old = original
        }
    }

    /// How many were counted in the time before now: of the oldest slot all or nothing.
    func sum(at now: UInt64) -> Int {
        let span = (now / width &+ 1) & 0xFFFF_FFFF
        var sum = 0
        for slot in 0..<Int(Self.slots) {
            let count = counts[slot].load(ordering: .relaxed)
            if count != 0, span &- count >> 32 < Self.slots { sum += Int(count & 0xFFFF_FFFF) }
        }
        return sum
    }
}
