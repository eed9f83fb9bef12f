/// The fields of an index, by what they can do.
struct SearchSchema: Sendable {
    let texts: [SearchField]
    /// Keywords and numbers.
    let attributes: [SearchField]
    let tags: [SearchField]
    private let byName: [String: SearchField]

    /// Most fields of one index.
    static let maximumFields = 32

    init(index: String, _ fields: [SearchField]) {
        precondition(
            (1...Self.maximumFields).contains(fields.count),
            "index \(index) needs 1 to \(Self.maximumFields) fields"
        )
        byName = Dictionary(
            fields.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in
                preconditionFailure("index \(index) declares the field \"\(first.name)\" twice")
            }
        )
        precondition(
            Set(fields.map { $0.name.lowercased() }).count == fields.count,
            "index \(index) has two fields whose names differ in case only"
        )
        texts = fields.filter { $0.kind == .text }
        attributes = fields.filter { $0.kind == .keyword || $0.kind == .number }
        tags = fields.filter { $0.kind == .tags }
    }

    subscript(name: String) -> SearchField? { byName[name] }

    /// Changes with everything that makes stored tables unfit for this schema.
    var shape: String {
        (texts + attributes + tags).map { "\($0.kind.rawValue) \($0.name)" }.joined(separator: ", ")
            + heaviest.map { "; length of \($0.name)" }.joined() + "; form \(Self.form)"
    }

    /// The texts whose words are counted to break ties of relevance; the count is stored.
    var heaviest: [SearchField] {
        let most = texts.map(\.weight).max()
        return texts.filter { $0.weight == most }
    }

    /// The version of the tables and of the indexed text. Raised with every change to either.
    private static let form = 1

    /// The tiers of closeness, the closest first: the heaviest texts alone, then with the next lighter ones, and so on
    /// to all of them; each as typed, then as meant.
    var tiers: [Tier] {
        Set(texts.map(\.weight)).sorted(by: >).flatMap { weight in
            SearchTerms.Reading.allCases.map { Tier(fields: texts.filter { $0.weight >= weight }, reading: $0) }
        }
    }

    /// Where all words of a query are found, and how they are understood.
    struct Tier: Sendable {
        let fields: [SearchField]
        let reading: SearchTerms.Reading
    }
}
