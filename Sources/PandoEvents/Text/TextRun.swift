/// A stretch of folded text that is searched in one way.
enum TextRun: Equatable, Sendable {
    /// A word of a script that puts spaces between words: found whole or by its beginning.
    case word(String)
    /// Letters of a script that does not, or that glues endings to its words (Han, kana, Hangul): found by any part.
    case syllables([Unicode.Scalar])

    /// Longest word kept; the rest of a longer one is cut off.
    static let maximumWordLength = 64

    /// Splits text that ``TextFolding`` has folded. Everything that is neither letter, digit nor mark separates.
    static func runs(in folded: String) -> [TextRun] {
        var runs: [TextRun] = []
        var current: [Unicode.Scalar] = []
        var kind = Kind.separator
        func close() {
            switch kind {
            case .separator: break
            case .syllable: runs.append(.syllables(current))
            case .word: runs.append(.word(String(current.prefix(maximumWordLength))))
            }
            current.removeAll(keepingCapacity: true)
        }
        for scalar in folded.unicodeScalars {
            let next = Kind(scalar)
            if next != kind {
                close()
                kind = next
            }
            if next != .separator { current.append(scalar) }
        }
        close()
        return runs
    }

    private enum Kind {
        case separator
        case word
        case syllable

        init(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7A: self = .word
            case 0..<0x80: self = .separator
            case 0x30FB, 0x30A0: self = .separator  // the middle dot and the double hyphen of katakana
            case 0x1100...0x11FF, 0xA960...0xA97F, 0xAC00...0xD7FF: self = .syllable  // Hangul
            case 0x3005...0x3007, 0x3041...0x3096, 0x3099...0x309A, 0x309D...0x30FF, 0x31F0...0x31FF:
                self = .syllable  // kana, iteration mark, ideographic zero
            case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .syllable  // Han
            default: self = Kind.isLetterLike(scalar) ? .word : .separator
            }
        }

        private static func isLetterLike(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
                true
            default: false
            }
        }
    }
}

extension String {
    /// The string of these scalars, in order.
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
