/// Reads both text formats as strictly as their definitions, so that a test fails on what a scraper would refuse.
struct OpenMetricsParser {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family {
        var name: String
        var type: String
        var unit: String?
        var help: String?
        var samples: [Sample] = []
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var families: [Family] = []
    private let isOpenMetrics: Bool

    /// Parses a whole exposition.
    init(_ text: String, openMetrics: Bool) throws {
        isOpenMetrics = openMetrics
        guard text.hasSuffix("\n") else { throw Failure(description: "no line end at the end") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if openMetrics {
            guard lines.popLast() == "# EOF" else { throw Failure(description: "no # EOF") }
        }
        for line in lines { try parse(line) }
        try checkFamilies()
    }

    private mutating func parse(_ line: Substring) throws {
        guard line.hasPrefix("# ") else { return try parseSample(line) }
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw Failure(description: "metadata: \(line)") }
        let name = String(parts[2])
        if parts[1] == "TYPE" {
            guard !families.contains(where: { $0.name == name }) else { throw Failure(description: "twice: \(name)") }
            guard ["counter", "gauge", "histogram"].contains(parts[3]) else { throw Failure(description: "\(line)") }
            return families.append(Family(name: name, type: String(parts[3])))
        }
        guard let last = families.indices.last, families[last].name == name, families[last].samples.isEmpty else {
            throw Failure(description: "metadata out of place: \(line)")
        }
        switch parts[1] {
        case "UNIT" where isOpenMetrics && name.hasSuffix("_" + parts[3]): families[last].unit = String(parts[3])
        case "HELP": families[last].help = try unescape(parts[3], quotes: isOpenMetrics)
        case _: throw Failure(description: "metadata: \(line)")
        }
    }

    private mutating func parseSample(_ line: Substring) throws {
        var rest = line
        let name = String(rest.prefix { $0 == "_" || $0 == ":" || $0.isASCII && ($0.isLetter || $0.isNumber) })
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" { (labels, rest) = try parseLabels(rest.dropFirst()) }
        guard rest.first == " ", let value = number(rest.dropFirst()) else { throw Failure(description: "\(line)") }
        let sample = Sample(name: name, labels: labels, value: value)
        guard let last = families.indices.last, belongs(name, to: families[last]) else {
            throw Failure(description: "sample outside its family: \(line)")
        }
        let isRepeated = families[last].samples.contains { $0.name == name && $0.labels == labels }
        guard !isRepeated else { throw Failure(description: "sample twice: \(line)") }
        families[last].samples.append(sample)
    }

    private func belongs(_ sample: String, to family: Family) -> Bool {
        switch family.type {
        case "counter": sample == (isOpenMetrics ? family.name + "_total" : family.name)
        case "histogram": ["_bucket", "_sum", "_count"].contains { sample == family.name + $0 }
        case _: sample == family.name
        }
    }

    private func parseLabels(_ text: Substring) throws -> ([String: String], Substring) {
        var rest = text
        var labels: [String: String] = [:]
        while true {
            let name = rest.prefix { $0 != "=" }
            rest = rest.dropFirst(name.count)
            guard rest.hasPrefix("=\"") else { throw Failure(description: "label: \(text)") }
            rest = rest.dropFirst(2)
            var raw = ""
            while let character = rest.unicodeScalars.first, character != "\"" {
                let length = character == "\\" ? 2 : 1
                raw.unicodeScalars.append(contentsOf: rest.unicodeScalars.prefix(length))
                rest = Substring(rest.unicodeScalars.dropFirst(length))
            }
            guard labels.updateValue(try unescape(raw[...], quotes: true), forKey: String(name)) == nil else {
                throw Failure(description: "label twice: \(text)")
            }
            rest = Substring(rest.unicodeScalars.dropFirst())
            if rest.first == "}" { return (labels, rest.dropFirst()) }
            guard rest.first == "," else { throw Failure(description: "labels: \(text)") }
            rest = rest.dropFirst()
        }
    }

    private func unescape(_ text: Substring, quotes: Bool) throws -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"):
                isEscaped = true
                continue
            case (false, "\"") where quotes: throw Failure(description: "bare quote: \(text)")
            case (false, _): result.append(scalar)
            case (true, "n"): result.append("\n")
            case (true, "\\"): result.append("\\")
            case (true, "\"") where quotes: result.append("\"")
            case (true, _): throw Failure(description: "escape: \(text)")
            }
            isEscaped = false
        }
        return String(result)
    }

    private func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        case _: text.allSatisfy { "0123456789.e+-".contains($0) } ? Double(text) : nil
        }
    }

    /// Buckets ascend and are cumulative, the last is +Inf and equals the count.
    private func checkFamilies() throws {
        for family in families where family.type == "histogram" {
            let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
            for (labels, samples) in groups {
                let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
                let bounds = buckets.compactMap { $0.labels["le"].flatMap { number($0[...]) } }
                let counts = buckets.map(\.value)
                let count = samples.first { $0.name.hasSuffix("_count") }?.value
                let isSound =
                    bounds.count == counts.count && bounds == bounds.sorted() && counts == counts.sorted()
                    && bounds.last == .infinity && counts.last == count
                    && samples.contains { $0.name.hasSuffix("_sum") }
                guard isSound else { throw Failure(description: "histogram \(family.name) \(labels)") }
            }
        }
    }
}
