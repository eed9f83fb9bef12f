/// What a person typed, taken apart into terms that must all be found.
///
/// Every character is text: quotes, operators and brackets of the engine's query language separate words and do nothing
/// else, since a term is made of letters and digits only.
struct SearchTerms: Equatable, Sendable {
    /// The terms in the order in which they were typed.
    let runs: [TextRun]
    /// True if something other than white space was typed; with no ``runs`` such a text finds nothing.
    let isPresent: Bool

    /// Longest text accepted, in Unicode scalars.
    static let maximumLength = 256
    /// Most terms accepted.
    static let maximumTerms = 16

    /// Takes `text` apart.
    /// - Throws: ``EventsError`` with `invalidQuery` if it is longer than ``maximumLength`` or has more than
    ///   ``maximumTerms`` terms.
    init(_ text: String) throws(EventsError) {
        guard text.unicodeScalars.prefix(Self.maximumLength + 1).count <= Self.maximumLength else {
            throw EventsError(
                .invalidQuery,
                "the search text is longer than \(Self.maximumLength) characters; shorten it"
            )
        }
        isPresent = text.contains { !$0.isWhitespace }
        runs = TextRun.runs(in: TextFolding.fold(text))
        guard runs.count <= Self.maximumTerms else {
            throw EventsError(.invalidQuery, "the search text has more than \(Self.maximumTerms) words; leave some out")
        }
    }

    /// How generously a term is understood.
    enum Reading: CaseIterable, Sendable {
        /// Words whole, syllables as they were typed.
        case strict
        /// Also words that begin so, a space more in Korean or Japanese, and Korean words without their particles.
        case loose
    }

    /// The phrases of which one must be found for the term `run`.
    static func phrases(for run: TextRun, _ reading: Reading) -> [SearchPhrase] {
        switch (run, reading) {
        case (.word(let word), .strict): return [SearchPhrase([word])]
        case (.word(let word), .loose): return [SearchPhrase([word], isPrefix: true)]
        case (.syllables(let letters), .strict): return [SearchPhrase(letters: letters[...])]
        case (.syllables(let letters), .loose):
            return ([letters] + KoreanEndings.stems(of: letters)).flatMap { letters in
                [SearchPhrase(letters: letters[...])] + SearchPhrase.spacings(of: letters)
            }
        }
    }
}
