import Synchronization

/// A floating-point number that threads share, held as its bit pattern.
struct AtomicDouble: ~Copyable, Sendable {
    private let bits: Atomic<UInt64>

    init(_ value: Double = 0) {
        bits = Atomic(value.bitPattern)
    }

    func load() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// One compare-and-exchange without contention; each retry means that another thread got through.
    func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: current) + amount
            let result = bits.weakCompareExchange(expected: current, desired: sum.bitPattern, ordering: .relaxed)
            if result.exchanged { return }
            current = result.original
        }
    }
}
