/// One metric as it stood when it was read: what exposition writes and what the dashboard plots.
public struct MetricSnapshot: Sendable {
    /// The family's name; a counter's has no `_total`.
    public var name: String
    /// What it measures, in one sentence.
    public var help: String
    /// How its samples behave.
    public var kind: MetricKind
    /// Its series, in the order of their labels.
    public var series: [SeriesSnapshot]
}

/// One series of a metric: a set of label values and what was measured under it.
public struct SeriesSnapshot: Sendable {
    /// The labels, in the order in which they were declared.
    public var labels: [MetricLabel]
    /// The measurement.
    public var value: MetricValue

    /// The value of the label `name`, or nil.
    public subscript(label name: String) -> String? {
        labels.first { $0.name == name }?.value
    }
}

/// A label of a series.
public struct MetricLabel: Sendable, Hashable {
    /// The label's name.
    public var name: String
    /// Its value, any text.
    public var value: String
}

/// What a series measured.
public enum MetricValue: Sendable {
    /// A counter's sum or a gauge's value.
    case number(Double)
    /// A histogram's buckets.
    case histogram(HistogramSnapshot)

    /// The number, or a histogram's count of observations.
    public var number: Double {
        switch self {
        case .number(let number): number
        case .histogram(let histogram): Double(histogram.count)
        }
    }
}
