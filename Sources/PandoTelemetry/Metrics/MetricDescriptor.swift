/// What a metric measures: how its samples behave and how they are written.
public enum MetricKind: String, Sendable, Hashable, Codable {
    /// A sum that only grows; its sample is named `…_total`.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Counts of observations by bucket, with their sum.
    case histogram
}

/// The fixed part of a metric: its name, its meaning and its shape.
struct MetricDescriptor: Sendable, Equatable {
    /// The names of a family's labels.
    enum Labels: Sendable, Equatable {
        /// Every series has exactly these labels.
        case fixed([String])
        /// Every series brings its own; only metrics of other libraries do (``RegistryMetricsFactory``).
        case perSeries
    }

    /// The family's name; a counter's has no `_total`.
    var name: String
    var help: String
    var kind: MetricKind
    var labels: Labels

    /// Whether two registrations of one name mean the same metric. The help text may differ; the first one stays.
    func hasShape(of other: MetricDescriptor) -> Bool {
        name == other.name && kind == other.kind && labels == other.labels
    }

    /// Traps on names that no scraper would accept: a mistake of the programmer, found when the metric is made.
    func checkNames() {
        precondition(MetricName.isValid(name), "metric name '\(name)' is not [a-zA-Z_:][a-zA-Z0-9_:]*")
        guard case .fixed(let labels) = labels else { return }
        for label in labels {
            precondition(MetricName.isValidLabel(label), "label '\(label)' of metric '\(name)' is not a valid name")
            precondition(kind != .histogram || label != "le", "a histogram's label 'le' belongs to its buckets")
        }
        precondition(Set(labels).count == labels.count, "metric '\(name)' names a label twice")
    }
}
