/// One field of an index: what a document says under a name, and what a search may do with it.
public struct SearchField: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case text
        case keyword
        case number
        case tags
    }

    let name: String
    let kind: Kind
    /// Weight of a text, 0 for the other kinds.
    let weight: Int

    private init(_ name: String, _ kind: Kind, weight: Int = 0) {
        precondition(
            name.utf8.first.map { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A } ?? false && name.utf8.count <= 40
                && name.utf8.allSatisfy(SearchField.isNameByte),
            "the field name \"\(name)\" must be 1 to 40 of a-z, A-Z, 0-9 and _ and begin with a letter"
        )
        self.name = name
        self.kind = kind
        self.weight = weight
    }

    /// Words to be found.
    ///
    /// A document that has all words of a search in its heaviest texts comes before one that needs its lighter texts;
    /// see ``SearchSort/relevance``.
    /// - Parameters:
    ///   - name: of the field in documents.
    ///   - weight: 1 to 100. Texts of the same weight count the same.
    public static func text(_ name: String, weight: Int = 1) -> SearchField {
        precondition((1...100).contains(weight), "the weight of \"\(name)\" must be 1 to 100")
        return SearchField(name, .text, weight: weight)
    }

    /// One exact value, such as a city or an ISO date: for filters, ranges and sorting, in the order of its code
    /// points.
    public static func keyword(_ name: String) -> SearchField { SearchField(name, .keyword) }

    /// A number: for filters, ranges and sorting.
    public static func number(_ name: String) -> SearchField { SearchField(name, .number) }

    /// Any number of exact values, such as amenities or free nights: for filters that ask for all or any of some.
    ///
    /// A put writes only the values that changed, so a set of hundreds costs little when one of them changes.
    public static func tags(_ name: String) -> SearchField { SearchField(name, .tags) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
