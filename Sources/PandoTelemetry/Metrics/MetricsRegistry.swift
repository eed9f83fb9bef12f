import Synchronization

/// The metrics of one process: counters, gauges and histograms by name, read for scrapers and for the dashboard.
///
/// One registry is made where the process is put together and handed to what measures; there is no global one.
/// Counting never takes a lock: a handle (``Counter``, ``Gauge``, ``Histogram``) is made once and kept.
///
/// ```swift
/// let requests = registry.counter("pando_http_requests_total", help: "Requests answered.", labels: ["method"])
/// let gets = requests.with("GET")
/// gets.increment()
/// ```
///
/// Registering a name again with the same shape gives the same family; with another kind or other labels it traps.
/// A family holds a bounded number of series: see ``init(maximumSeriesPerFamily:)``.
public final class MetricsRegistry: Sendable {
    /// What a scrape-time callback gives: label values in their order, and a value.
    public typealias Sample = (labels: [String], value: Double)

    /// What a scrape-time callback measures.
    public enum CollectedKind: Sendable {
        /// A value that goes up and down.
        case gauge
        /// A sum that only grows.
        case counter
    }

    private struct Entry {
        var descriptor: MetricDescriptor
        var table: any ReadableSeries
        var callbacks: [@Sendable () -> [Sample]] = []
    }

    private let maximumSeriesPerFamily: Int
    private let entries = Mutex<[String: Entry]>([:])

    /// A registry without metrics.
    ///
    /// - Parameter maximumSeriesPerFamily: How many combinations of label values a family holds. Further ones share
    ///   the series `other`, and `pando_metrics_series_overflow_total{metric}` counts how often that happened.
    public init(maximumSeriesPerFamily: Int = 1000) {
        precondition(maximumSeriesPerFamily > 0, "a family needs at least one series")
        self.maximumSeriesPerFamily = maximumSeriesPerFamily
    }

    /// The counters of a name.
    ///
    /// - Parameters:
    ///   - name: Ends in `_total`; it is added where it is missing.
    ///   - help: What it counts, in one sentence.
    ///   - labels: The names of its labels. Their values must be few: a route's template, never a path.
    public func counter(_ name: String, help: String, labels: [String] = []) -> CounterFamily {
        let descriptor = MetricDescriptor(
            name: MetricName.counterFamily(name),
            help: help,
            kind: .counter,
            labels: .fixed(labels)
        )
        let table = table(descriptor) { CounterCell() }
        if labels.isEmpty { _ = table.cell([]) }
        return CounterFamily(table: table)
    }

    /// The gauges of a name.
    ///
    /// - Parameters:
    ///   - name: Ends in the unit, such as `_bytes`, or in nothing for a count of things.
    ///   - help: What it measures, in one sentence.
    ///   - labels: The names of its labels.
    public func gauge(_ name: String, help: String, labels: [String] = []) -> GaugeFamily {
        let table = table(MetricDescriptor(name: name, help: help, kind: .gauge, labels: .fixed(labels))) {
            GaugeCell()
        }
        if labels.isEmpty { _ = table.cell([]) }
        return GaugeFamily(table: table)
    }

    /// The histograms of a name.
    ///
    /// - Parameters:
    ///   - name: Ends in the unit: `_seconds` for times.
    ///   - help: What it measures, in one sentence.
    ///   - labels: The names of its labels.
    ///   - buckets: Upper bounds, ascending and finite. They count only when the name is first registered.
    public func histogram(
        _ name: String,
        help: String,
        labels: [String] = [],
        buckets: [Double] = Histogram.defaultSecondsBuckets
    ) -> HistogramFamily {
        let ascending = zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 } && buckets.allSatisfy(\.isFinite)
        precondition(ascending && !buckets.isEmpty, "buckets of '\(name)' must be finite and ascending: \(buckets)")
        let table = table(MetricDescriptor(name: name, help: help, kind: .histogram, labels: .fixed(labels))) {
            HistogramCell(bounds: buckets)
        }
        if labels.isEmpty { _ = table.cell([]) }
        return HistogramFamily(table: table)
    }

    /// Adds a callback that is asked for values whenever the registry is read.
    ///
    /// For what is known already and need not be counted, such as the length of a queue. Several callbacks may share a
    /// name; where they give the same labels, the last one counts. At most ``init(maximumSeriesPerFamily:)`` samples of
    /// a name are kept.
    ///
    /// - Parameters:
    ///   - name: As for ``counter(_:help:labels:)`` and ``gauge(_:help:labels:)``.
    ///   - help: What it measures, in one sentence.
    ///   - kind: Gauge or counter.
    ///   - labels: The names of its labels.
    ///   - sample: Gives the present values. It must not block: a scrape waits for it.
    public func collect(
        _ name: String,
        help: String,
        kind: CollectedKind,
        labels: [String] = [],
        _ sample: @escaping @Sendable () -> [Sample]
    ) {
        let descriptor: MetricDescriptor
        switch kind {
        case .gauge:
            descriptor = MetricDescriptor(name: name, help: help, kind: .gauge, labels: .fixed(labels))
            _ = table(descriptor) { GaugeCell() }
        case .counter:
            descriptor = MetricDescriptor(
                name: MetricName.counterFamily(name),
                help: help,
                kind: .counter,
                labels: .fixed(labels)
            )
            _ = table(descriptor) { CounterCell() }
        }
        entries.withLock { $0[descriptor.name]?.callbacks.append(sample) }
    }

    /// Every metric as it stands, by name. Callbacks run on the caller, outside any lock.
    public func snapshot() -> [MetricSnapshot] {
        entries.withLock { Array($0.values) }
            .sorted { $0.descriptor.name < $1.descriptor.name }
            .map(read)
    }

    /// One metric as it stands; only its own callbacks run.
    ///
    /// - Parameter name: The family's name; a counter's with or without `_total`.
    /// - Returns: nil if no such metric is registered.
    public func snapshot(of name: String) -> MetricSnapshot? {
        entries.withLock { $0[name] ?? $0[MetricName.counterFamily(name)] }.map(read)
    }

    private func read(_ entry: Entry) -> MetricSnapshot {
        let descriptor = entry.descriptor
        var series = entry.table.read()
        if !entry.callbacks.isEmpty {
            var positions: [[MetricLabel]: Int] = [:]
            for (index, one) in series.enumerated() { positions[one.labels] = index }
            for sample in entry.callbacks.lazy.flatMap({ $0() }) {
                let one = SeriesSnapshot(labels: descriptor.pairs(sample.labels), value: .number(sample.value))
                if let position = positions[one.labels] {
                    series[position] = one
                } else if series.count < maximumSeriesPerFamily {
                    positions[one.labels] = series.count
                    series.append(one)
                }
            }
        }
        return MetricSnapshot(name: descriptor.name, help: descriptor.help, kind: descriptor.kind, series: series)
    }

    /// The table of a metric, made at its first registration.
    private func table<Cell>(
        _ descriptor: MetricDescriptor,
        _ makeCell: @escaping @Sendable () -> Cell
    ) -> SeriesTable<Cell> {
        guard let table = tableIfSameShape(descriptor, makeCell) else {
            preconditionFailure("metric '\(descriptor.name)' is registered already with another kind or other labels")
        }
        return table
    }

    /// The table of a metric, or nil if its name belongs to a metric of another shape.
    func tableIfSameShape<Cell>(
        _ descriptor: MetricDescriptor,
        _ makeCell: @escaping @Sendable () -> Cell
    ) -> SeriesTable<Cell>? {
        descriptor.checkNames()
        return entries.withLock { entries in
            if let entry = entries[descriptor.name] {
                guard entry.descriptor.hasShape(of: descriptor) else { return nil }
                return entry.table as? SeriesTable<Cell>
            }
            let name = descriptor.name
            let table = SeriesTable(
                descriptor,
                maximumSeries: maximumSeriesPerFamily,
                overflowed: { [weak self] in self?.countOverflow(of: name) },
                makeCell: makeCell
            )
            entries[name] = Entry(descriptor: descriptor, table: table)
            return table
        }
    }

    private func countOverflow(of metric: String) {
        let name = "pando_metrics_series_overflow"
        guard metric != name else { return }
        counter(name, help: "Label combinations past a metric's bound, counted as 'other'.", labels: ["metric"])
            .with(metric).increment()
    }
}
