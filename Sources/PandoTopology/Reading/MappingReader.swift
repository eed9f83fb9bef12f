package import Yams

/// Collects what is wrong while a file is read, and where each key was.
package final class ReadingLog {
    package let file: String
    package private(set) var issues: [TopologyIssue] = []
    package private(set) var marks: [String: (line: Int, column: Int)] = [:]

    package init(file: String, issues: [TopologyIssue]) {
        self.file = file
        self.issues = issues
    }

    package func note(_ path: String, _ mark: Mark?) {
        if let mark { marks[path] = (mark.line, mark.column) }
    }

    package func report(_ mark: Mark?, _ path: String, _ problem: String, _ remedy: String) {
        issues.append(
            TopologyIssue(
                .schema,
                file: file,
                line: mark?.line ?? 0,
                column: mark?.column ?? 0,
                keyPath: path,
                problem: problem,
                remedy: remedy
            )
        )
    }

    /// Puts an issue of a key path at the place of that key, or of the nearest key around it.
    func placed(_ issue: TopologyIssue) -> TopologyIssue {
        var issue = issue
        issue.file = file
        if let place = place(of: issue.keyPath) { (issue.line, issue.column) = place }
        return issue
    }

    /// Where a key is, or the nearest key around it; nil where the file has none of them.
    package func place(of keyPath: String) -> (line: Int, column: Int)? {
        var path = keyPath
        while true {
            if let mark = marks[path] { return mark }
            guard !path.isEmpty else { return nil }
            path = path.lastIndex { $0 == "." || $0 == "[" }.map { String(path[..<$0]) } ?? ""
        }
    }
}

/// Reads the known keys of one mapping; keys that nobody asked for are issues.
///
/// Each accessor returns nil where the key is absent or wrong; what is wrong is in the log.
package struct MappingReader {
    package let path: String
    package let log: ReadingLog
    package let mark: Mark?
    private let values: [String: (key: Node, value: Node)]

    /// Reports every key of `mapping` that is not in `known`.
    ///
    /// - Parameter hints: what to do about keys that people write here, and that belong elsewhere.
    package init(
        _ mapping: Node.Mapping,
        path: String,
        known: [String],
        hints: [String: String] = [:],
        log: ReadingLog
    ) {
        self.path = path
        self.log = log
        self.mark = mapping.mark
        var values: [String: (key: Node, value: Node)] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                log.report(key.mark, path, "a key that is a list or a mapping", "use a plain word")
                continue
            }
            if name.unicodeScalars.first == SourceDocument.repeatedMark { continue }
            let keyPath = path.isEmpty ? name : "\(path).\(name)"
            log.note(keyPath, value.mark ?? key.mark)
            if known.contains(name) {
                values[name] = (key, value)
            } else {
                let hint = hints[name] ?? Suggestion.hint(for: name, among: known)
                log.report(key.mark, keyPath, "unknown key", hint)
            }
        }
        self.values = values
    }

    package func has(_ key: String) -> Bool { values[key] != nil }

    package func keyPath(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// What stands at a key, without a complaint.
    package func value(_ key: String) -> Node? { values[key]?.value }

    /// The node of a key that has a value.
    package func node(_ key: String, expecting what: String) -> Node? {
        guard let (keyNode, value) = values[key] else { return nil }
        if let scalar = value.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
            log.report(keyNode.mark, keyPath(key), "no value", "write \(what), or remove the key")
            return nil
        }
        return value
    }

    /// A scalar, whatever YAML would make of it.
    package func string(_ key: String, expecting what: String, limit: Int = 255) -> String? {
        guard let node = node(key, expecting: what) else { return nil }
        guard let text = node.scalar?.string else {
            report(key, node, "found \(MappingReader.kind(of: node))", "write \(what)")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.count <= limit else {
            report(key, node, text.isEmpty ? "empty" : "longer than \(limit) characters", "write \(what)")
            return nil
        }
        return text
    }

    package func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        let what = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = string(key, expecting: what) else { return nil }
        guard values[key]?.value.scalar?.style == .plain, let number = Int(text) else {
            report(key, values[key]?.value, "'\(text)' is not a whole number", "write \(what), without quotes")
            return nil
        }
        guard range.contains(number) else {
            report(key, values[key]?.value, "\(number) is out of range", "write \(what)")
            return nil
        }
        return number
    }

    package func bool(_ key: String) -> Bool? {
        guard let text = string(key, expecting: "true or false") else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report(key, values[key]?.value, "'\(text)' is neither true nor false", "write true or false")
            return nil
        }
    }

    package func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ noun: String) -> Value?
    where Value.RawValue == String {
        let known = Value.allCases.map(\.rawValue)
        guard let text = string(key, expecting: "one of: \(known.joined(separator: ", "))") else { return nil }
        return choice(text, at: values[key]?.value, keyPath(key), noun)
    }

    package func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String,
        at node: Node?,
        _ path: String,
        _ noun: String
    )
        -> Value? where Value.RawValue == String
    {
        // Its other name.
        if let value = Value(rawValue: text == "postgresql" ? "postgres" : text) { return value }
        let hint = Suggestion.hint(for: text, among: Value.allCases.map(\.rawValue))
        log.report(node?.mark, path, "'\(text)' is not a \(noun)", hint)
        return nil
    }

    package func address(
        _ key: String,
        remedy: String = "write an address such as 127.0.0.1:8080 or [::1]:8080"
    ) -> Address? {
        guard let text = string(key, expecting: "an address such as 127.0.0.1:8080") else { return nil }
        if let problem = Address.problem(with: text) {
            report(key, values[key]?.value, problem, remedy)
            return nil
        }
        return Address(text)
    }

    package func report(_ key: String, _ node: Node?, _ problem: String, _ remedy: String) {
        log.report(node?.mark ?? values[key]?.key.mark ?? mark, keyPath(key), problem, remedy)
    }

    package static func kind(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): "the text '\(scalar.string.prefix(40))'"
        case .mapping: "a mapping (key: value)"
        case .sequence(let sequence): sequence.isEmpty ? "an empty list" : "a list"
        case .alias: "an alias"
        }
    }
}
