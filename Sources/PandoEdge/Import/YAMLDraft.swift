/// A value of an edge's file that is being written.
indirect enum YAMLDraft: Sendable, Equatable {
    /// A word or a number of the file's own, written as it is.
    case word(String)
    /// A text that came from elsewhere, in quotes where YAML could read something else into it.
    case text(String)
    case list([YAMLDraft])
    case mapping(YAMLMapping)

    static func number(_ value: Int) -> YAMLDraft { .word("\(value)") }

    static func texts(_ values: [String]) -> YAMLDraft {
        values.count == 1 ? .text(values[0]) : .list(values.map(YAMLDraft.text))
    }

    /// In one line.
    var flow: String {
        switch self {
        case .word(let word): word
        case .text(let text): YAMLDraft.quoted(text)
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let mapping):
            "{" + mapping.ordered.map { "\(YAMLDraft.quoted($0.key)): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }

    /// Plain where nothing but letters, digits and a few signs are in it, and no reader takes it for something else.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "/_.-*%".utf8.contains(byte)
            }
        }
        let begins = text.utf8.first.map { !".-*%_".utf8.contains($0) } ?? false
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        if isPlain, begins, !words.contains(text.lowercased()), Double(text) == nil { return text }
        return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        default:
            let isPrintable = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            let digits = String(scalar.value, radix: 16, uppercase: true)
            if !isPrintable { return "\\x" + String(repeating: "0", count: 2 - digits.utf8.count) + digits }
            if [0x2028, 0x2029, 0xFEFF].contains(scalar.value) { return "\\u" + digits }
            return String(Character(scalar))
        }
    }
}

/// A mapping of an edge's file, written in the order of the documentation.
struct YAMLMapping: Sendable, Equatable {
    /// Which keys it has; nil where they are names.
    let section: EdgeSection?
    private(set) var entries: [(key: String, value: YAMLDraft)] = []
    /// Where it came from.
    var comment = ""

    init(_ section: EdgeSection? = nil) { self.section = section }

    var isEmpty: Bool { entries.isEmpty }

    subscript(key: String) -> YAMLDraft? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Changes the mapping of a key, which is made where there is none and left out where it stays empty.
    mutating func change(_ key: String, _ section: EdgeSection?, _ body: (inout YAMLMapping) -> Void) {
        var inner = YAMLMapping(section)
        if case .mapping(let old)? = self[key] { inner = old }
        body(&inner)
        self[key] = inner.isEmpty ? nil : .mapping(inner)
    }

    var ordered: [(key: String, value: YAMLDraft)] {
        guard let keys = section?.keys else { return entries }
        func place(_ key: String) -> Int { keys.firstIndex(of: key) ?? keys.count }
        return entries.enumerated().sorted { (place($0.element.key), $0.offset) < (place($1.element.key), $1.offset) }
            .map(\.element)
    }

    static func == (one: YAMLMapping, other: YAMLMapping) -> Bool {
        one.section == other.section && one.entries.elementsEqual(other.entries) { $0 == $1 }
    }
}
