public import CoreMetrics

/// Lets libraries that measure through swift-metrics report into a ``MetricsRegistry``.
///
/// ```swift
/// MetricsSystem.bootstrap(RegistryMetricsFactory(registry))
/// ```
///
/// Labels become metric names by replacing what a name may not hold with underscores; timers and their names are in
/// seconds. A name that a metric of another kind holds already is counted in
/// `pando_metrics_name_conflicts_total{metric}` and its handler measures nothing that is shown. Destroying a handler
/// keeps its series: their number is bounded.
public struct RegistryMetricsFactory: MetricsFactory {
    private let registry: MetricsRegistry

    /// A factory whose metrics appear in `registry`.
    public init(_ registry: MetricsRegistry) {
        self.registry = registry
    }

    /// See `MetricsFactory`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        RegistryCounterHandler(counter(label, dimensions))
    }

    /// See `MetricsFactory`.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        RegistryFloatingPointCounterHandler(counter(label, dimensions))
    }

    /// See `MetricsFactory`.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        RegistryGaugeHandler(gauge(label, dimensions))
    }

    /// See `MetricsFactory`. An aggregating recorder is a histogram of powers of two, another one a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return RegistryGaugeHandler(gauge(label, dimensions)) }
        return RegistryRecorderHandler(
            cell(.histogram, MetricName.sanitized(label), dimensions) {
                HistogramCell(bounds: Histogram.defaultCountBuckets)
            }
        )
    }

    /// See `MetricsFactory`. The name gets `_seconds` where it is missing.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = MetricName.sanitized(label)
        let inSeconds = name.hasSuffix("_seconds") ? name : name + "_seconds"
        return RegistryTimerHandler(
            cell(.histogram, inSeconds, dimensions) { HistogramCell(bounds: Histogram.defaultSecondsBuckets) }
        )
    }

    /// Keeps the series.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Keeps the series.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Keeps the series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Keeps the series.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Keeps the series.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterCell {
        cell(.counter, MetricName.counterFamily(MetricName.sanitized(label)), dimensions) { CounterCell() }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeCell {
        cell(.gauge, MetricName.sanitized(label), dimensions) { GaugeCell() }
    }

    private func cell<Cell: MetricCell>(
        _ kind: MetricKind,
        _ name: String,
        _ dimensions: [(String, String)],
        _ makeCell: @escaping @Sendable () -> Cell
    ) -> Cell {
        let descriptor = MetricDescriptor(
            name: name,
            help: "Reported by a library through swift-metrics.",
            kind: kind,
            labels: .perSeries
        )
        guard let table = registry.tableIfSameShape(descriptor, makeCell) else {
            registry.counter(
                "pando_metrics_name_conflicts_total",
                help: "Metrics of libraries left out because their name is taken.",
                labels: ["metric"]
            ).with(name).increment()
            return makeCell()
        }
        return table.cell(key(dimensions))
    }

    /// Names and values in turn, by name, each name once; `le` belongs to histograms' buckets.
    private func key(_ dimensions: [(String, String)]) -> [String] {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            let label = MetricName.sanitizedLabel(name)
            values[label == "le" ? "label_le" : label] = value
        }
        return values.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    }
}

private final class RegistryCounterHandler: CounterHandler {
    private let cell: CounterCell

    init(_ cell: CounterCell) { self.cell = cell }

    func increment(by amount: Int64) { Counter(cell: cell).increment(by: Int(clamping: amount)) }
    func reset() { cell.reset() }
}

private final class RegistryFloatingPointCounterHandler: FloatingPointCounterHandler {
    private let cell: CounterCell

    init(_ cell: CounterCell) { self.cell = cell }

    func increment(by amount: Double) { Counter(cell: cell).increment(by: amount) }
    func reset() { cell.reset() }
}

private final class RegistryGaugeHandler: MeterHandler, RecorderHandler {
    private let cell: GaugeCell

    init(_ cell: GaugeCell) { self.cell = cell }

    func set(_ value: Int64) { cell.value.store(Double(value)) }
    func set(_ value: Double) { cell.value.store(value) }
    func increment(by amount: Double) { cell.value.add(amount) }
    func decrement(by amount: Double) { cell.value.add(-amount) }
    func record(_ value: Int64) { cell.value.store(Double(value)) }
    func record(_ value: Double) { cell.value.store(value) }
}

private final class RegistryRecorderHandler: RecorderHandler {
    private let cell: HistogramCell

    init(_ cell: HistogramCell) { self.cell = cell }

    func record(_ value: Int64) { cell.record(Double(value)) }
    func record(_ value: Double) { cell.record(value) }
}

private final class RegistryTimerHandler: TimerHandler {
    private let cell: HistogramCell

    init(_ cell: HistogramCell) { self.cell = cell }

    func recordNanoseconds(_ duration: Int64) { cell.record(Double(duration) * 1e-9) }
}
