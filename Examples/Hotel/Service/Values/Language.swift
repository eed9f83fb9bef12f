/// A language that the site and the mails speak.
enum Language: String, Codable, Sendable, CaseIterable {
    case english = "en"
    case korean = "ko"

    /// The language's name for itself, for the switch in the page's head.
    var name: String {
        switch self {
        case .english: "English"
        case .korean: "한국어"
        }
    }

    /// The best of an `Accept-Language` field (RFC 9110 §12.5.4): the supported language with the highest weight,
    /// the earlier one between equals, English when none is wanted.
    static func preferred(_ acceptLanguage: String?) -> Language {
        var best: (language: Language, weight: Double)?
        for range in (acceptLanguage ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmed }
            guard let tag = parts.first, let language = Language(rawValue: tag.prefix(2).lowercased()) else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language ?? .english
    }
}

/// A text in each language of the site.
struct Localized: Codable, Hashable, Sendable {
    let en: String
    let ko: String

    init(en: String, ko: String) {
        self.en = en
        self.ko = ko
    }

    subscript(_ language: Language) -> String {
        switch language {
        case .english: en
        case .korean: ko
        }
    }
}

extension StringProtocol {
    /// The text without the white space at its ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Whether the text has a syllable of the Korean script.
    var isKorean: Bool { unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) } }
}
