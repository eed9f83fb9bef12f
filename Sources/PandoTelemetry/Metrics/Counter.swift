import Synchronization

/// A sum that only grows. Safe from any thread; an increment is one relaxed atomic addition.
///
/// Make the handle once, where the code that counts is set up, and keep it.
public struct Counter: Sendable {
    let cell: CounterCell

    /// Adds to the sum.
    ///
    /// - Parameter amount: How much; zero or more. A negative amount is ignored: a counter never falls.
    public func increment(by amount: Int = 1) {
        guard amount >= 0 else { return }
        cell.whole.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Adds a fraction, for sums of seconds. Costs a compare-and-exchange.
    public func increment(by amount: Double) {
        guard amount >= 0 else { return }
        cell.fraction.add(amount)
    }
}

/// The counters of one name, one for each combination of label values.
public struct CounterFamily: Sendable {
    let table: SeriesTable<CounterCell>

    /// The counter of these label values. Takes a lock: call it once and keep the result.
    ///
    /// - Parameter values: As many as the family has labels, in their order. A new combination past the registry's
    ///   bound gets the shared series `other`.
    public func with(_ values: String...) -> Counter { Counter(cell: table.cell(values)) }
}

/// The sum of a counter: whole steps and fractions apart, so that a step stays one addition.
final class CounterCell: MetricCell {
    let whole = Atomic<Int>(0)
    let fraction = AtomicDouble()

    func read() -> MetricValue {
        .number(Double(whole.load(ordering: .relaxed)) + fraction.load())
    }

    /// Back to zero; scrapers see it as a restart.
    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.store(0)
    }
}
