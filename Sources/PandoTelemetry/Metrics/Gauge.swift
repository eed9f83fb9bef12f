/// A value that goes up and down. Safe from any thread; setting is one relaxed atomic store.
public struct Gauge: Sendable {
    let cell: GaugeCell

    /// Replaces the value.
    public func set(_ value: Double) { cell.value.store(value) }

    /// Adds to the value, or takes from it.
    public func add(_ amount: Double) { cell.value.add(amount) }
}

/// The gauges of one name, one for each combination of label values.
public struct GaugeFamily: Sendable {
    let table: SeriesTable<GaugeCell>

    /// The gauge of these label values. Takes a lock: call it once and keep the result.
    ///
    /// - Parameter values: As many as the family has labels, in their order. A new combination past the registry's
    ///   bound gets the shared series `other`.
    public func with(_ values: String...) -> Gauge { Gauge(cell: table.cell(values)) }
}

/// The value of a gauge.
final class GaugeCell: MetricCell {
    let value = AtomicDouble()

    func read() -> MetricValue { .number(value.load()) }
}
