extension MetricsRegistry {
    /// Every metric as text for a scraper. Runs the callbacks on the caller.
    ///
    /// - Parameter format: Which text; see ``ExpositionFormat/negotiated(accept:)``.
    public func exposition(_ format: ExpositionFormat = .openMetrics) -> String {
        var writer = ExpositionWriter(format: format)
        for metric in snapshot() where !metric.series.isEmpty { writer.write(metric) }
        return writer.finish()
    }
}

/// Writes metrics as lines of text: OpenMetrics 1.0 section 4, Prometheus text format 0.0.4.
struct ExpositionWriter {
    let format: ExpositionFormat
    private var text = ""

    init(format: ExpositionFormat) {
        self.format = format
        text.reserveCapacity(16 * 1024)
    }

    mutating func write(_ metric: MetricSnapshot) {
        let sample = metric.kind == .counter ? metric.name + "_total" : metric.name
        let family = format == .openMetrics ? metric.name : sample
        text += "# TYPE \(family) \(metric.kind.rawValue)\n"
        if format == .openMetrics, let unit = MetricName.unit(of: metric.name) { text += "# UNIT \(family) \(unit)\n" }
        text += "# HELP \(family) "
        appendEscaped(metric.help, quotes: format == .openMetrics)
        text += "\n"
        for series in metric.series {
            switch series.value {
            case .number(let number): writeSample(sample, series.labels, number)
            case .histogram(let histogram): writeBuckets(metric.name, series.labels, histogram)
            }
        }
    }

    consuming func finish() -> String {
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private mutating func writeBuckets(_ name: String, _ labels: [MetricLabel], _ histogram: HistogramSnapshot) {
        var below = 0
        for (index, count) in histogram.counts.enumerated() {
            below += count
            let bound = index < histogram.bounds.count ? histogram.bounds[index] : .infinity
            // The canonical form of a bound has a fraction: OpenMetrics, "Canonical Numbers".
            let le = MetricLabel(name: "le", value: bound.isInfinite ? "+Inf" : bound.description)
            writeSample(name + "_bucket", labels + [le], Double(below))
        }
        writeSample(name + "_sum", labels, histogram.sum)
        writeSample(name + "_count", labels, Double(below))
    }

    private mutating func writeSample(_ name: String, _ labels: [MetricLabel], _ value: Double) {
        text += name
        var separator = "{"
        for label in labels {
            text += separator
            text += label.name
            text += "=\""
            appendEscaped(label.value, quotes: true)
            text += "\""
            separator = ","
        }
        if !labels.isEmpty { text += "}" }
        text += " "
        text += Self.number(value)
        text += "\n"
    }

    private mutating func appendEscaped(_ value: String, quotes: Bool) {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            case _: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// A number as both formats read it; whole ones in plain digits.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return value.description
    }
}
