/// The words under which a text is found, separated by spaces: what the full-text engine is given to index.
///
/// A word stays whole. Syllables become overlapping pairs, and the last one stands alone, so that a run of `n` letters
/// takes `n` places and every part of it is found without a dictionary: two letters are one pair, more are a phrase of
/// pairs, one is the beginning of a pair or the letter at the end. `호텔은` becomes `호텔 텔은 은`.
///
/// The engine has nothing to decide, so the same words serve all of them (``FullText``).
struct IndexText: Sendable {
    /// The words in order.
    let words: [String]

    /// The words of `text` as it was written; folds it first.
    init(_ text: String) {
        words = TextRun.runs(in: TextFolding.fold(text)).flatMap(IndexText.words)
    }

    /// The words joined by spaces.
    var joined: String { words.joined(separator: " ") }

    /// The words of one run.
    static func words(of run: TextRun) -> [String] {
        switch run {
        case .word(let word): [word]
        case .syllables(let letters): pairs(of: letters[...]) + [String(letters.suffix(1))]
        }
    }

    /// The overlapping pairs in `letters`; none if there are fewer than two.
    static func pairs(of letters: ArraySlice<Unicode.Scalar>) -> [String] {
        zip(letters, letters.dropFirst()).map { String([$0, $1]) }
    }
}
