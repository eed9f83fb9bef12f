import Foundation

/// Logarithms, in one place.
enum Logarithm {
    static func base10(_ value: Double) -> Double { log10(value) }
}

extension SVGPlot.Axis {
    /// Seconds from 0 on.
    static func seconds(_ end: Double) -> SVGPlot.Axis {
        let end = max(end, 1)
        let step = round(end / 10, among: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400])
        let ticks = stride(from: 0, through: end, by: step).map { ($0, Figures.number($0)) }
        return SVGPlot.Axis(label: "seconds since the start", range: 0...end, ticks: ticks)
    }

    /// Counts from 0 up to at least `most`.
    static func counts(_ label: String, most: Double) -> SVGPlot.Axis {
        let most = max(most * 1.05, 1)
        let magnitude = pow(10, (log10(most / 4)).rounded(.down))
        let step = round(most / 4 / magnitude, among: [1, 2, 5, 10]) * magnitude
        let ticks = stride(from: 0, through: most, by: step).map { value in
            (value, value >= 1 || value == 0 ? Figures.count(Int(value)) : Figures.number(value))
        }
        return SVGPlot.Axis(label: label, range: 0...most, ticks: ticks)
    }

    /// Times in microseconds on a logarithmic scale of whole decades that hold `range`.
    static func times(_ range: ClosedRange<Double>) -> SVGPlot.Axis {
        let lower = log10(max(range.lowerBound, 1)).rounded(.down)
        let upper = max(log10(max(range.upperBound, 1)).rounded(.up), lower + 1)
        let ticks = stride(from: lower, through: upper, by: 1).map { (pow(10, $0), decade($0)) }
        return SVGPlot.Axis(label: "latency", range: pow(10, lower)...pow(10, upper), isLogarithmic: true, ticks: ticks)
    }

    /// Percentiles by the number of requests of which one is slower: 1/(1 − p), logarithmic.
    static func percentiles(most: Double) -> SVGPlot.Axis {
        let upper = max(log10(max(most, 10)).rounded(.up), 1)
        var ticks: [(Double, String)] = [(1, "0%"), (2, "50%")]
        for decade in 1...Int(upper) {
            let nines =
                decade < 3 ? ["90%", "99%"][decade - 1] : "99." + String(repeating: "9", count: decade - 2) + "%"
            ticks.append((pow(10, Double(decade)), nines))
        }
        return SVGPlot.Axis(label: "percentile", range: 1...pow(10, upper), isLogarithmic: true, ticks: ticks)
    }

    private static func decade(_ exponent: Double) -> String {
        let value = pow(10, exponent)
        if exponent < 3 { return "\(Figures.number(value)) µs" }
        return exponent < 6 ? "\(Figures.number(value / 1e3)) ms" : "\(Figures.number(value / 1e6)) s"
    }

    private static func round(_ value: Double, among steps: [Double]) -> Double {
        steps.first { $0 >= value } ?? (value / 86400).rounded(.up) * 86400
    }
}
