import PandoTelemetry

/// All metrics at one moment, and the questions that the dashboard asks of them.
struct MetricsReading: Sendable {
    /// Seconds of a clock that never goes back.
    let time: Double
    private let metrics: [String: MetricSnapshot]

    init(_ snapshots: [MetricSnapshot], time: Double) {
        self.time = time
        metrics = Dictionary(snapshots.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private init(time: Double, metrics: [String: MetricSnapshot]) {
        self.time = time
        self.metrics = metrics
    }

    /// The series of these metrics by the values of these labels: a small reading for each combination.
    func grouped(_ names: [String], by labels: [String]) -> [[String]: MetricsReading] {
        var groups: [[String]: [String: MetricSnapshot]] = [:]
        for metric in names.compactMap({ metrics[$0] }) {
            let bySeries = Dictionary(grouping: metric.series) { series in labels.map { series[label: $0] ?? "" } }
            for (key, series) in bySeries {
                var part = metric
                part.series = series
                groups[key, default: [:]][metric.name] = part
            }
        }
        return groups.mapValues { MetricsReading(time: time, metrics: $0) }
    }

    /// The series of a metric; a counter's name is without `_total`.
    func series(_ name: String) -> [SeriesSnapshot] { metrics[name]?.series ?? [] }

    /// The sum over the series that `isIncluded`, or nil if the metric is not there.
    func sum(_ name: String, where isIncluded: (SeriesSnapshot) -> Bool = { _ in true }) -> Double? {
        guard let metric = metrics[name] else { return nil }
        return metric.series.lazy.filter(isIncluded).reduce(0) { $0 + $1.value.number }
    }

    /// The greatest value of a metric, or nil if it has no series.
    func maximum(_ name: String) -> Double? { series(name).map(\.value.number).max() }

    /// The buckets of the series that `isIncluded`, together.
    func histogram(_ name: String, where isIncluded: (SeriesSnapshot) -> Bool = { _ in true }) -> HistogramSnapshot? {
        var merged: HistogramSnapshot?
        for series in series(name) where isIncluded(series) {
            guard case .histogram(let histogram) = series.value else { continue }
            merged = merged?.merging(histogram) ?? histogram
        }
        return merged
    }
}

/// What happened between two readings.
struct MetricsWindow: Sendable {
    let earlier: MetricsReading
    let later: MetricsReading

    var seconds: Double { max(later.time - earlier.time, 0.001) }

    /// The window for each combination of values of these labels that the later reading has.
    func grouped(_ names: [String], by labels: [String]) -> [[String]: MetricsWindow] {
        let before = earlier.grouped(names, by: labels)
        return later.grouped(names, by: labels).reduce(into: [:]) { groups, group in
            let start = before[group.key] ?? MetricsReading([], time: earlier.time)
            groups[group.key] = MetricsWindow(earlier: start, later: group.value)
        }
    }

    /// How much a counter grew a second, or nil if it is not there. One that was reset counts from zero.
    func rate(_ name: String, where isIncluded: (SeriesSnapshot) -> Bool = { _ in true }) -> Double? {
        guard let now = later.sum(name, where: isIncluded) else { return nil }
        let before = earlier.sum(name, where: isIncluded) ?? 0
        return (now >= before ? now - before : now) / seconds
    }

    /// What a histogram recorded in between, or nil if it is not there.
    func histogram(_ name: String, where isIncluded: (SeriesSnapshot) -> Bool = { _ in true }) -> HistogramSnapshot? {
        guard let now = later.histogram(name, where: isIncluded) else { return nil }
        return earlier.histogram(name, where: isIncluded).map(now.subtracting) ?? now
    }
}

extension SeriesSnapshot {
    /// Whether the label `status` is of that class: 5 for `500` and for `5xx`.
    func hasStatus(class digit: Character) -> Bool { self[label: "status"]?.first == digit }
}
