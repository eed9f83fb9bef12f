/// A small line plot as SVG. Colours are CSS variables of the page, so that it follows light and dark.
struct SVGPlot {
    /// A line; x ascending.
    struct Line {
        var label: String
        /// A CSS colour, for example `var(--a)`.
        var colour: String
        var points: [(x: Double, y: Double)]
    }

    /// A scale from values to pixels.
    struct Axis {
        var label: String
        var range: ClosedRange<Double>
        var isLogarithmic = false
        var ticks: [(value: Double, text: String)]

        /// Where a value lies between the ends, from 0 to 1.
        func place(_ value: Double) -> Double {
            guard isLogarithmic else {
                return (value - range.lowerBound) / max(range.upperBound - range.lowerBound, .leastNonzeroMagnitude)
            }
            let lower = Logarithm.base10(range.lowerBound)
            let upper = Logarithm.base10(range.upperBound)
            return (Logarithm.base10(max(value, range.lowerBound)) - lower) / max(upper - lower, .leastNonzeroMagnitude)
        }
    }

    var title: String
    var x: Axis
    var y: Axis
    var lines: [Line]

    private static let width = 900.0
    private static let height = 300.0
    private static let left = 70.0
    private static let right = 26.0
    private static let top = 34.0
    private static let bottom = 44.0

    private func pixelX(_ value: Double) -> Double {
        Self.left + min(max(x.place(value), 0), 1) * (Self.width - Self.left - Self.right)
    }

    private func pixelY(_ value: Double) -> Double {
        Self.height - Self.bottom - min(max(y.place(value), 0), 1) * (Self.height - Self.top - Self.bottom)
    }

    /// The plot as an `svg` element that scales with the page.
    var svg: String {
        var svg = "<div class=\"wide\">"
        svg += "<svg viewBox=\"0 0 900 300\" role=\"img\" aria-label=\"\(HTML.escaped(title))\">\n"
        svg += grid
        for line in lines { svg += path(line) }
        return svg + legend + "</svg></div>\n"
    }

    private var grid: String {
        var svg = ""
        let bottom = Self.height - Self.bottom
        for tick in y.ticks {
            let level = Figures.fixed(pixelY(tick.value), 1)
            svg +=
                "<line class=\"grid\" x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(level)\" y2=\"\(level)\"/>"
            svg +=
                "<text x=\"\(Self.left - 8)\" y=\"\(level)\" dy=\"4\" text-anchor=\"end\">\(HTML.escaped(tick.text))</text>\n"
        }
        for tick in x.ticks {
            let place = Figures.fixed(pixelX(tick.value), 1)
            svg += "<line class=\"grid\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Self.top)\" y2=\"\(bottom)\"/>"
            svg +=
                "<text x=\"\(place)\" y=\"\(bottom + 17)\" text-anchor=\"middle\">\(HTML.escaped(tick.text))</text>\n"
        }
        let middle = Figures.fixed((Self.left + Self.width - Self.right) / 2, 1)
        svg += "<text x=\"\(middle)\" y=\"\(Self.height - 6)\" text-anchor=\"middle\">\(HTML.escaped(x.label))</text>\n"
        return svg + "<text x=\"\(Self.left - 8)\" y=\"14\" text-anchor=\"end\">\(HTML.escaped(y.label))</text>\n"
    }

    private func path(_ line: Line) -> String {
        guard let first = line.points.first else { return "" }
        if line.points.count == 1 {
            let (x, y) = (Figures.fixed(pixelX(first.x), 1), Figures.fixed(pixelY(first.y), 1))
            return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3\" fill=\"\(line.colour)\"/>\n"
        }
        let path = line.points.map { "\(Figures.fixed(pixelX($0.x), 1)) \(Figures.fixed(pixelY($0.y), 1))" }
        return "<path d=\"M\(path.joined(separator: "L"))\" stroke=\"\(line.colour)\"/>\n"
    }

    private var legend: String {
        var svg = ""
        var place = Self.left + 6
        for line in lines {
            svg += "<rect x=\"\(place)\" y=\"5\" width=\"12\" height=\"12\" rx=\"2\" fill=\"\(line.colour)\"/>"
            svg += "<text x=\"\(place + 17)\" y=\"15\">\(HTML.escaped(line.label))</text>\n"
            place += 17 + Double(line.label.count) * 7.5 + 18
        }
        return svg
    }
}
