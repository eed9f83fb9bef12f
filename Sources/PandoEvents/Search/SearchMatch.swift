/// What the texts of a document have to hold to be found, and what they must not hold; no engine's own words.
struct SearchMatch: Sendable {
    /// Some terms, each found in any of some fields by any of its phrases.
    struct Part: Sendable {
        /// The phrases of each term.
        let terms: [[SearchPhrase]]
        let fields: [SearchField]

        init(_ terms: [TextRun], _ reading: SearchTerms.Reading, in fields: [SearchField]) {
            self.terms = terms.map { SearchTerms.phrases(for: $0, reading) }
            self.fields = fields
        }
    }

    /// What they must hold, all terms of it.
    let wanted: Part
    /// Parts of which they must hold none as a whole.
    let unwanted: [Part]
}

extension SearchSchema {
    /// The documents that have all `terms` in any text, as meant.
    func match(_ terms: [TextRun]) -> SearchMatch {
        SearchMatch(wanted: .init(terms, .loose, in: texts), unwanted: [])
    }

    /// The documents that have all `terms` in a tier and in no closer one; nil where these terms mean the same in a closer
    /// tier.
    ///
    /// What a strict tier finds is within the loose tier of the same fields, and both are within the tiers of more fields.
    /// So the tier before holds all closer ones, but for a loose tier, where the loose tier of fewer fields is needed too.
    func match(_ terms: [TextRun], tier: Int) -> SearchMatch? {
        func part(_ tier: Int) -> SearchMatch.Part { .init(terms, tiers[tier].reading, in: tiers[tier].fields) }
        let wanted = part(tier)
        switch tiers[tier].reading {
        case .strict: return SearchMatch(wanted: wanted, unwanted: tier > 0 ? [part(tier - 1)] : [])
        case .loose:
            let strict = part(tier - 1)
            if strict.terms == wanted.terms { return nil }
            return SearchMatch(wanted: wanted, unwanted: [strict] + (tier > 1 ? [part(tier - 2)] : []))
        }
    }
}
