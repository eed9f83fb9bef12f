import Synchronization

/// What one series of a metric counts in: an object of atomics that handles share.
protocol MetricCell: AnyObject, Sendable {
    func read() -> MetricValue
}

/// A table that can be read for exposition whatever its cells are.
protocol ReadableSeries: Sendable {
    func read() -> [SeriesSnapshot]
}

/// The series of one metric by label values, with a bound on how many there are.
///
/// Past the bound every new combination shares one series whose label values are all `other`, and `overflowed` is
/// called, so that a label taken from input cannot take the memory of the process or of its scraper.
final class SeriesTable<Cell: MetricCell>: ReadableSeries {
    let descriptor: MetricDescriptor
    private let maximumSeries: Int
    private let makeCell: @Sendable () -> Cell
    private let overflowed: @Sendable () -> Void
    private let cells = Mutex<[[String]: Cell]>([:])

    init(
        _ descriptor: MetricDescriptor,
        maximumSeries: Int,
        overflowed: @escaping @Sendable () -> Void,
        makeCell: @escaping @Sendable () -> Cell
    ) {
        self.descriptor = descriptor
        self.maximumSeries = maximumSeries
        self.overflowed = overflowed
        self.makeCell = makeCell
    }

    /// The cell of `key`: the label values in order, or names and values in turn where series bring their own labels.
    func cell(_ key: [String]) -> Cell {
        if case .fixed(let labels) = descriptor.labels {
            precondition(
                key.count == labels.count,
                "metric '\(descriptor.name)' has the labels \(labels), given were the values \(key)"
            )
        }
        let (cell, isOverflow) = cells.withLock { cells -> (Cell, Bool) in
            if let cell = cells[key] { return (cell, false) }
            let isOverflow = cells.count >= maximumSeries
            let key = isOverflow ? overflowKey : key
            if let cell = cells[key] { return (cell, isOverflow) }
            let cell = makeCell()
            cells[key] = cell
            return (cell, isOverflow)
        }
        if isOverflow { overflowed() }
        return cell
    }

    func read() -> [SeriesSnapshot] {
        cells.withLock { $0 }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { SeriesSnapshot(labels: descriptor.pairs($0.key), value: $0.value.read()) }
    }

    private var overflowKey: [String] {
        switch descriptor.labels {
        case .fixed(let labels): Array(repeating: "other", count: labels.count)
        case .perSeries: ["series", "other"]
        }
    }
}

extension MetricDescriptor {
    /// The labels of a series from its key in a ``SeriesTable``.
    func pairs(_ key: [String]) -> [MetricLabel] {
        switch labels {
        case .fixed(let names): zip(names, key).map { MetricLabel(name: $0, value: $1) }
        case .perSeries:
            stride(from: 0, to: key.count - 1, by: 2).map { MetricLabel(name: key[$0], value: key[$0 + 1]) }
        }
    }
}
