/// Reads a text line by line, before YAML does, for what a file of ours must not hold.
///
/// It knows quotes and comments, and no more of YAML than that.
struct SourceScanner {
    let file: String
    let lineLimit: Int
    private(set) var issues: [TopologyIssue] = []
    private var quote: Unicode.Scalar?
    private var isEscaped = false
    private var brackets = 0
    private var anchors: Set<String> = []

    init(file: String, lineLimit: Int) {
        self.file = file
        self.lineLimit = lineLimit
    }

    /// Reports the first 20 issues.
    mutating func scan(_ text: String) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        anchors = Set(lines.flatMap { SourceScanner.references("&", in: $0).map(\.name) })
        for (index, line) in lines.enumerated() where issues.count < 20 {
            scan(line, number: index + 1)
        }
    }

    private mutating func scan(_ line: [Unicode.Scalar], number: Int) {
        guard line.count <= lineLimit else {
            return report(number, lineLimit, "the line is longer than \(lineLimit) characters", "break it")
        }
        // Quotes and comments are not considered here: an alias that hides from this check could grow without bound.
        if let alias = SourceScanner.references("*", in: line).first(where: { anchors.contains($0.name) }) {
            return report(
                number,
                alias.column,
                "the alias '*\(alias.name)'",
                "write the value out: aliases are not read here"
            )
        }
        if let tab = line.prefix(while: { $0 == " " || $0 == "\t" }).firstIndex(of: "\t"), quote == nil {
            return report(number, tab + 1, "a tab in the indentation", "indent with spaces")
        }
        for (index, scalar) in line.enumerated() {
            if scalar.properties.generalCategory == .control, scalar != "\t", scalar != "\r" {
                let code = String(scalar.value, radix: 16, uppercase: true)
                return report(number, index + 1, "the control character U+\(code)", "remove it")
            }
            let previous = index > 0 ? line[index - 1] : " "
            if quote == nil, scalar == "#", previous == " " || previous == "\t" { return }
            follow(scalar, after: previous)
            if brackets > SourceText.bracketsLimit {
                brackets = 0
                return report(
                    number,
                    index + 1,
                    "more than \(SourceText.bracketsLimit) brackets are open",
                    "close them"
                )
            }
        }
    }

    private mutating func follow(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar) {
        if let open = quote {
            if scalar == open, !isEscaped { quote = nil }
            isEscaped = open == "\"" && scalar == "\\" && !isEscaped
            return
        }
        switch scalar {
        case "\"", "'": if " \t[{,:".unicodeScalars.contains(previous) { quote = scalar }
        case "[", "{": brackets += 1
        case "]", "}": brackets = max(0, brackets - 1)
        default: break
        }
    }

    /// Words that follow `sign` directly: the names of anchors (`&`) or aliases (`*`).
    private static func references(_ sign: Unicode.Scalar, in line: [Unicode.Scalar]) -> [(name: String, column: Int)] {
        line.indices.filter { line[$0] == sign }.compactMap { index in
            let word = line[(index + 1)...].prefix {
                $0.value < 128 && ($0.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains($0))
            }
            guard !word.isEmpty else { return nil }
            return (String(String.UnicodeScalarView(word)), index + 1)
        }
    }

    private mutating func report(_ line: Int, _ column: Int, _ problem: String, _ remedy: String) {
        issues.append(TopologyIssue(.syntax, file: file, line: line, column: column, problem: problem, remedy: remedy))
    }
}
