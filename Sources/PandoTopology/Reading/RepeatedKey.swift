import Yams

/// The second place where a key was written in one mapping, and the text with that place masked.
///
/// The YAML parser stops at a repeated key and names only one place. Masking the first scalar of the second key lets it
/// go on, so that everything else that is wrong is reported too.
struct RepeatedKey {
    let key: String
    let first: Mark
    let line: Int
    let column: Int
    let masked: String

    /// Looks below (or beside) the first place for a line of the same indentation that begins with the key.
    init?(_ key: String, after first: Mark, in text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        let wanted = Array(key.unicodeScalars)
        guard !wanted.isEmpty, first.line >= 1, first.line <= lines.count else { return nil }
        let places =
            RepeatedKey.places(of: wanted, in: lines[first.line - 1]).map { (first.line, $0) }.filter {
                $0.1 > first.column
            }
            + (first.line..<lines.count).flatMap { index in
                RepeatedKey.places(of: wanted, in: lines[index]).map { (index + 1, $0) }
            }
        let sameColumn = places.first { $0.0 > first.line && $0.1 == first.column }
        guard let place = places.first(where: { $0.0 == first.line }) ?? sameColumn else { return nil }
        lines[place.0 - 1][place.1 - 1] = SourceDocument.repeatedMark
        self.key = key
        self.first = first
        self.line = place.0
        self.column = place.1
        self.masked = lines.map { line in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: line)
            return String(text)
        }.joined(separator: "\n")
    }

    /// Columns (from 1) where the line has the key followed by a colon.
    private static func places(of key: [Unicode.Scalar], in line: [Unicode.Scalar]) -> [Int] {
        guard line.count > key.count else { return [] }
        return (0..<(line.count - key.count)).filter { start in
            let isWordStart = start == 0 || " {,-".unicodeScalars.contains(line[start - 1])
            return isWordStart && line[start + key.count] == ":" && Array(line[start..<(start + key.count)]) == key
        }.map { $0 + 1 }
    }

    func issue(file: String) -> TopologyIssue {
        TopologyIssue(
            .schema,
            file: file,
            line: line,
            column: column,
            keyPath: key,
            problem: "written a second time, first at line \(first.line)",
            remedy: "keep one of them"
        )
    }
}
