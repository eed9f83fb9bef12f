/// Index words that must follow each other; the last may be only the beginning of a word.
struct SearchPhrase: Hashable, Sendable {
    /// The words, in order; never empty.
    let words: [String]
    /// Whether the last word may go on.
    let isPrefix: Bool

    init(_ words: [String], isPrefix: Bool = false) {
        precondition(!words.isEmpty, "a phrase has at least one word")
        self.words = words
        self.isPrefix = isPrefix
    }

    /// The phrase that finds `letters` anywhere inside a run of syllables.
    init(letters: ArraySlice<Unicode.Scalar>) {
        let pairs = IndexText.pairs(of: letters)
        self.init(pairs.isEmpty ? [String(letters)] : pairs, isPrefix: pairs.isEmpty)
    }

    /// The phrases that find `letters` written with one space more than the person typed: `신라호텔` finds `신라 호텔`.
    ///
    /// A run ends in a lone letter (see ``IndexText``), which is what marks the place of the space. Words of two
    /// letters have no such reading, and of longer ones only the first ``longestSpaced`` letters are split.
    static func spacings(of letters: [Unicode.Scalar]) -> [SearchPhrase] {
        guard letters.count > 2 else { return [] }
        return (1..<min(letters.count, longestSpaced)).map { split in
            let head = IndexText.words(of: .syllables(Array(letters[..<split])))
            let tail = SearchPhrase(letters: letters[split...])
            return SearchPhrase(head + tail.words, isPrefix: tail.isPrefix)
        }
    }

    /// Number of letters after which no space is looked for.
    static let longestSpaced = 12
}
