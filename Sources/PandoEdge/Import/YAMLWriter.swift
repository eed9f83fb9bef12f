/// Writes an edge's file as a person would: one line where it fits, a key a line where it does not.
struct YAMLWriter {
    private static let width = 110
    private(set) var text = ""

    /// A line of words about the file.
    mutating func comment(_ words: String, indent: Int = 0) {
        guard !words.isEmpty else { return }
        // A line break in a name of a file would end the comment.
        let line = words.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined()
        text += String(repeating: " ", count: indent) + "# " + line + "\n"
    }

    /// The keys of a mapping, each on lines of its own.
    mutating func write(_ mapping: YAMLMapping, indent: Int = 0) {
        for (key, value) in mapping.ordered {
            if case .mapping(let inner) = value { comment(inner.comment, indent: indent) }
            let head = String(repeating: " ", count: indent) + YAMLDraft.mapping(YAMLMapping.one(key)).flow.key + ":"
            write(value, after: head, indent: indent)
        }
    }

    private mutating func write(_ value: YAMLDraft, after head: String, indent: Int) {
        let isTop = indent == 0
        switch value {
        case .mapping(let mapping) where isTop || !fits(head, value):
            text += head + "\n"
            write(mapping, indent: indent + 2)
        case .list(let items) where isTop || !fits(head, value):
            text += head + "\n"
            for item in items { write(item: item, indent: indent + 2) }
        default:
            text += "\(head) \(value.flow)\n"
        }
    }

    private mutating func write(item: YAMLDraft, indent: Int) {
        let head = String(repeating: " ", count: indent) + "-"
        guard case .mapping(let mapping) = item else {
            text += "\(head) \(item.flow)\n"
            return
        }
        comment(mapping.comment, indent: indent)
        if fits(head, item) {
            text += "\(head) \(item.flow)\n"
            return
        }
        var inner = YAMLWriter()
        inner.write(mapping, indent: indent + 2)
        // The first key stands beside the dash.
        text += head + " " + inner.text.dropFirst(indent + 2)
    }

    private func fits(_ head: String, _ value: YAMLDraft) -> Bool {
        head.count + 1 + value.flow.count <= Self.width
    }
}

extension YAMLMapping {
    /// A mapping of one key without a value, to write the key as YAML wants it.
    fileprivate static func one(_ key: String) -> YAMLMapping {
        var mapping = YAMLMapping()
        mapping[key] = .word("")
        return mapping
    }
}

extension String {
    /// The key of `{key: }`.
    fileprivate var key: String { String(dropFirst().dropLast(3)) }
}
