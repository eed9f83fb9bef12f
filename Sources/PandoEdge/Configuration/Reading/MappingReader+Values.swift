import PandoTopology
import Yams

/// A part of a list or of a mapping, with the place where it stands.
struct EdgeItem {
    let node: Node
    let path: String

    /// A scalar's text.
    var text: String? { node.scalar?.string }
}

extension MappingReader {
    // MARK: Values

    func duration(_ key: String, _ range: ClosedRange<Duration>) -> Duration? {
        let bounds = "from \(Units.text(range.lowerBound)) to \(Units.text(range.upperBound))"
        let what = "a time \(bounds), such as 500ms, 30s, 5m, 1h or 7d"
        guard let text = string(key, expecting: what), let node = node(key, expecting: what) else { return nil }
        guard let value = Units.duration(text) else {
            let problem = Int(text) == nil ? "'\(text)' is not a time" : "'\(text)' has no unit of time"
            report(key, node, problem, "write \(what)")
            return nil
        }
        guard range.contains(value) else {
            report(key, node, "\(text) is out of range", "write \(what)")
            return nil
        }
        return value
    }

    func bytes(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        let bounds = "from \(Units.text(bytes: range.lowerBound)) to \(Units.text(bytes: range.upperBound))"
        let what = "a size \(bounds), such as 4096, 64KiB, 10MiB or 1GiB"
        guard let text = string(key, expecting: what), let node = node(key, expecting: what) else { return nil }
        guard let value = Units.bytes(text) else {
            report(key, node, "'\(text)' is not a size", "write \(what)")
            return nil
        }
        guard range.contains(value) else {
            report(key, node, "\(text) is out of range", "write \(what)")
            return nil
        }
        return value
    }

    func decimal(_ key: String, _ range: ClosedRange<Double>) -> Double? {
        let what = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = string(key, expecting: what), let node = node(key, expecting: what) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            report(key, node, "'\(text)' is not such a number", "write \(what)")
            return nil
        }
        return value
    }

    /// Whether the value is the word `off` or `false`.
    func isOff(_ key: String) -> Bool { ["off", "false"].contains(scalar(key) ?? "") }

    /// Whether the value is the word `on` or `true`.
    func isOn(_ key: String) -> Bool { ["on", "true"].contains(scalar(key) ?? "") }

    /// The text of a scalar; nil, without a complaint, where there is something else.
    func scalar(_ key: String) -> String? {
        guard let scalar = value(key)?.scalar else { return nil }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string) ? nil : scalar.string
    }

    // MARK: Into a field that has a default

    func set(_ field: inout Duration, _ key: String, _ range: ClosedRange<Duration>) {
        if let value = duration(key, range) { field = value }
    }

    /// `off` is nil.
    func set(_ field: inout Duration?, _ key: String, _ range: ClosedRange<Duration>) {
        if isOff(key) { return field = nil }
        if let value = duration(key, range) { field = value }
    }

    func set(_ field: inout Int, _ key: String, _ range: ClosedRange<Int>) {
        if let value = int(key, in: range) { field = value }
    }

    /// `off` is nil.
    func set(_ field: inout Int?, _ key: String, _ range: ClosedRange<Int>) {
        if isOff(key) { return field = nil }
        if let value = int(key, in: range) { field = value }
    }

    func setBytes(_ field: inout Int, _ key: String, _ range: ClosedRange<Int>) {
        if let value = bytes(key, range) { field = value }
    }

    /// `off` is nil.
    func setBytes(_ field: inout Int?, _ key: String, _ range: ClosedRange<Int>) {
        if isOff(key) { return field = nil }
        if let value = bytes(key, range) { field = value }
    }

    func set(_ field: inout Bool, _ key: String) {
        if let value = bool(key) { field = value }
    }

    func set<Value: RawRepresentable & CaseIterable>(_ field: inout Value, _ key: String, _ noun: String)
    where Value.RawValue == String {
        if let value: Value = choice(key, noun) { field = value }
    }

    // MARK: Lists and mappings

    /// The parts of a list, or one value alone.
    func items(_ key: String, expecting what: String, limit: Int = 10_000) -> [EdgeItem]? {
        guard let value = node(key, expecting: what) else { return nil }
        guard let sequence = value.sequence else { return [EdgeItem(node: value, path: keyPath(key))] }
        if sequence.count > limit {
            report(key, value, "\(sequence.count) entries, the limit is \(limit)", "write fewer")
        }
        return sequence.prefix(limit).enumerated().map { index, item in
            let path = "\(keyPath(key))[\(index)]"
            log.note(path, item.mark)
            return EdgeItem(node: item, path: path)
        }
    }

    /// The texts of a list, or one text alone.
    func texts(_ key: String, expecting what: String, limit: Int = 2_048) -> [String]? {
        items(key, expecting: "\(what), or a list of them")?.compactMap { item in
            guard let text = item.text, !text.isEmpty, text.unicodeScalars.count <= limit else {
                let found = item.text.map { $0.isEmpty ? "an empty text" : "a text that is too long" }
                log.report(
                    item.node.mark,
                    item.path,
                    "found \(found ?? MappingReader.kind(of: item.node))",
                    "write \(what)"
                )
                return nil
            }
            return text
        }
    }

    /// A mapping of known keys.
    func section(_ key: String, _ section: EdgeSection) -> MappingReader? {
        guard let value = node(key, expecting: "a mapping") else { return nil }
        return MappingReader.section(EdgeItem(node: value, path: keyPath(key)), section, log: log)
    }

    static func section(_ item: EdgeItem, _ section: EdgeSection, log: ReadingLog) -> MappingReader? {
        guard let mapping = item.node.mapping else {
            let keys = section.keys.joined(separator: ", ")
            log.report(item.node.mark, item.path, "found \(kind(of: item.node))", "write a mapping of: \(keys)")
            return nil
        }
        return MappingReader(mapping, path: item.path, known: section.keys, log: log)
    }

    /// A mapping whose keys are names that the file gives.
    func entries(_ key: String, expecting what: String) -> [(name: String, item: EdgeItem)] {
        guard let value = node(key, expecting: what) else { return [] }
        guard let mapping = value.mapping else {
            report(key, value, "found \(MappingReader.kind(of: value))", "write \(what)")
            return []
        }
        return mapping.compactMap { name, value in
            guard let text = name.scalar?.string, text.unicodeScalars.first?.value != 0xE000 else { return nil }
            let path = "\(keyPath(key)).\(text)"
            log.note(path, value.mark ?? name.mark)
            return (text, EdgeItem(node: value, path: path))
        }
    }

    /// Says that a key has to be there.
    func missing(_ key: String, _ remedy: String) {
        log.report(mark, keyPath(key), "is missing", remedy)
    }
}
