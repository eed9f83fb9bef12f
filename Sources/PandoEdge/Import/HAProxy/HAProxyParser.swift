/// A section of haproxy.cfg with its lines.
struct HAProxySection: Sendable {
    let kind: String
    let name: String
    let place: ImportPlace
    var lines: [HAProxyLine] = []
    /// Those of the `defaults` that hold for it.
    var defaults: [HAProxyLine] = []

    /// Lines that begin with these words, the section's own, else those of its defaults.
    func all(_ words: String...) -> [HAProxyLine] {
        let own = lines.filter { $0.begins(with: words) }
        return own.isEmpty ? defaults.filter { $0.begins(with: words) } : own
    }

    func one(_ words: String...) -> HAProxyLine? {
        lines.last { $0.begins(with: words) } ?? defaults.last { $0.begins(with: words) }
    }

    /// HAProxy itself takes tcp where nothing is said.
    var isHTTP: Bool { one("mode")?.words.dropFirst().first == "http" }
}

/// A line of haproxy.cfg in words.
struct HAProxyLine: Sendable, Equatable {
    let words: [String]
    let place: ImportPlace

    var text: String { words.joined(separator: " ") }

    func begins(with words: [String]) -> Bool { self.words.starts(with: words) }

    /// What stands behind a word.
    func value(after word: String) -> String? {
        words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }
}

/// Takes haproxy.cfg apart: sections, lines, words, quotes, comments.
enum HAProxyParser {
    private static let kinds: Set<String> = [
        "global", "defaults", "frontend", "backend", "listen", "userlist", "peers", "resolvers", "cache", "program",
        "mailers",
        "http-errors", "ring", "fcgi-app", "log-forward", "crt-store",
    ]

    /// - Throws: ``EdgeConfigurationError`` with the line of what is not HAProxy's.
    static func parse(_ text: String, file: String) throws(EdgeConfigurationError) -> [HAProxySection] {
        var sections: [HAProxySection] = []
        var defaults: [String: [HAProxyLine]] = [:]
        var last: [HAProxyLine] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let place = ImportPlace(file: file, line: index + 1)
            let words = try Self.words(Array(line.utf8), place)
            guard let first = words.first else { continue }
            if kinds.contains(first) {
                var section = HAProxySection(kind: first, name: words.count > 1 ? words[1] : "", place: place)
                if ["frontend", "backend", "listen"].contains(first) {
                    let from = words.firstIndex(of: "from").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
                    section.defaults = from.map { defaults[$0] ?? [] } ?? last
                    if words.count == 1 { throw place.error("a \(first) needs a name", "write '\(first) NAME'") }
                    // The old form has the address behind the name.
                    if words.count > 2, words[2] != "from" {
                        section.lines.append(HAProxyLine(words: ["bind"] + words.dropFirst(2), place: place))
                    }
                }
                if first == "defaults" { last = [] }
                sections.append(section)
                continue
            }
            guard !sections.isEmpty else {
                throw place.error(
                    "'\(first)' stands before any section",
                    "begin with 'global', 'defaults' or 'frontend NAME'"
                )
            }
            let entry = HAProxyLine(words: words, place: place)
            sections[sections.count - 1].lines.append(entry)
            if sections[sections.count - 1].kind == "defaults" {
                last.append(entry)
                defaults[sections[sections.count - 1].name] = last
            }
        }
        return sections
    }

    private static func words(_ bytes: [UInt8], _ place: ImportPlace) throws(EdgeConfigurationError) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var (isWord, quote, index) = (false, UInt8(0), 0)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\\") where quote != UInt8(ascii: "'") && index < bytes.count:
                word.append(bytes[index])
                index += 1
                isWord = true
            case quote where quote != 0: quote = 0
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if quote == 0 { (quote, isWord) = (byte, true) } else { word.append(byte) }
            case UInt8(ascii: "#") where quote == 0 && !isWord: return words
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                if quote != 0 {
                    word.append(byte)
                } else if isWord {
                    words.append(String(decoding: word, as: UTF8.self))
                    (word, isWord) = ([], false)
                }
            default:
                word.append(byte)
                isWord = true
            }
        }
        guard quote == 0 else { throw place.error("a quote of this line is not closed", "close it") }
        return isWord ? words + [String(decoding: word, as: UTF8.self)] : words
    }
}
